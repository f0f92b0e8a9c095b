/// The size of the buffer through which rows of images pass on their way from and to the caller. It holds a few rows; a step
/// that needs more is executed in parts. Outputs of truth values pass through the buffer too, whole: there every element
/// becomes 0 or 1, whatever byte a constant may hold.
public enum EntryRowBuffer {
    private static let mostBytes = 1 << 16

    /// Rows of each image that are handed over at a time: as many as fit, and at least one.
    public static func rows(of entry: EntryPoint) -> Int {
        let row = max(entry.rowBytes.saturating(times: entry.images), 1)
        return min(max(mostBytes / row, 1), entry.height)
    }

    /// Bytes of the buffer that serves all entry points of a plan.
    public static func bytes(_ plan: Plan) -> Int {
        var most = 0
        for entry in plan.inputs + plan.outputs where entry.layout != .plain {
            most = max(most, rows(of: entry).saturating(times: entry.rowBytes).saturating(times: entry.images))
        }
        for entry in plan.outputs where entry.tensor.element == .bool { most = max(most, entry.byteCount) }
        return most
    }
}

extension Plan {
    /// For each input, whether each of its images is read by at most one operation. Only then can its rows be handed over one
    /// after the other.
    public var inputsReadOnce: [Bool] {
        // The work is in proportion to the operations: an input may have thousands of images, none of which an operation reads.
        var readers: [UInt64] = []
        for operation in operations {
            switch operation.kernel {
            case .input(let entry, let image): readers.append(UInt64(entry) << 32 | UInt64(image))
            case .plainInput(let entry): readers.append(UInt64(entry) << 32)
            default: break
            }
        }
        readers.sort()
        var isReadOnce = [Bool](repeating: true, count: inputs.count)
        for index in readers.indices.dropFirst() where readers[index] == readers[index - 1] {
            isReadOnce[Int(readers[index] >> 32)] = false
        }
        return isReadOnce
    }

    /// For each output, whether its rows are finished in the order in which they stand in the caller's tensor.
    public var outputsInOrder: [Bool] {
        outputs.map { $0.images == 1 && ($0.layout != .nchw || $0.channels == 1) }
    }

    /// The bytes that a caller needs who hands over rows: the buffer for them, and those inputs and outputs that cannot be
    /// handed over in rows and so have to be held whole. Plain tensors are handed over in the plan's own memory, except outputs
    /// of truth values, which the buffer includes.
    public var entryBytesHeld: Int {
        var held = EntryRowBuffer.bytes(self)
        for (entry, isHandedOver) in zip(inputs, inputsReadOnce) where !isHandedOver {
            held = held.saturating(plus: entry.byteCount.saturating(times: batch))
        }
        for (entry, isHandedOver) in zip(outputs, outputsInOrder) where !isHandedOver {
            held = held.saturating(plus: entry.byteCount.saturating(times: batch))
        }
        return held
    }
}
