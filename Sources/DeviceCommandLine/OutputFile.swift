import Files
import PlanFormat
import Runtime

/// A file that an output's rows are written to as they come. It appears at its path when it is complete.
final class OutputFile {
    enum Format {
        case array
        /// A PGM of 255 times the value.
        case picture
    }

    var path: String { file.path }
    private let entry: EntryPoint
    private let format: Format
    private let threshold: Float?
    private let headerBytes: Int
    private var file: PendingFile
    /// Rows as they are in the file, where that is not as they come.
    private var converted: [UInt8] = []

    /// - Parameters:
    ///   - threshold: For a mask instead of the values.
    init(
        _ path: String, _ format: Format, _ entry: EntryPoint, _ plan: Plan, threshold: Float?
    ) throws(DeviceFailure) {
        self.entry = entry
        self.format = format
        self.threshold = threshold
        let name = printableText(entry.name)
        let shape = plan.shape(of: entry)
        let isFloat = entry.tensor.element == .float32
        guard threshold == nil || isFloat else {
            throw DeviceFailure(.usage, "--threshold: output '\(name)' is \(entry.tensor.element.name), expected float32")
        }
        let header: [UInt8]
        switch format {
        case .array:
            header = NPYHeader(threshold == nil ? NPYHeader.Element(entry.tensor.element) : .uint8, shape: shape).bytes
        case .picture:
            guard entry.layout != .plain, isFloat, entry.channels == 1, entry.images * plan.batch == 1 else {
                throw DeviceFailure(
                    .usage,
                    "\(path): a picture has one channel, output '\(name)' is \(entry.tensor.element.name) \(Tensors.text(shape))")
            }
            header = Array("P5\n\(entry.width) \(entry.height)\n255\n".utf8)
        }
        headerBytes = header.count
        do throws(FileError) {
            file = try PendingFile(path)
            try file.write(header)
        } catch {
            throw DeviceFailure(error)
        }
    }

    /// Writes rows of one image of the batch, as a run hands them over.
    func write(_ rows: EntryRows) throws(DeviceFailure) {
        let bytes = UnsafeRawBufferPointer(rows.bytes)
        let elementBytes = convert(bytes)
        // In units of elements, since those of the file may be smaller.
        let scale = entry.tensor.element.byteCount
        for (part, start) in EntryFileParts(entry, rows) {
            let offset = headerBytes + start / scale * elementBytes
            let range = (part.lowerBound / scale * elementBytes)..<(part.upperBound / scale * elementBytes)
            if converted.isEmpty {
                try put(offset, UnsafeRawBufferPointer(rebasing: bytes[range]))
            } else {
                do throws(FileError) {
                    try file.write(converted[range], at: UInt64(offset))
                } catch {
                    throw DeviceFailure(error)
                }
            }
        }
    }

    /// Brings everything to the disk.
    func finish() throws(DeviceFailure) {
        do throws(FileError) { try file.finish() } catch { throw DeviceFailure(error) }
    }

    /// Gives the file its name.
    func publish() throws(DeviceFailure) {
        do throws(FileError) { try file.publish() } catch { throw DeviceFailure(error) }
    }

    private func put(_ offset: Int, _ bytes: UnsafeRawBufferPointer) throws(DeviceFailure) {
        do throws(FileError) { try file.write(bytes, at: UInt64(offset)) } catch { throw DeviceFailure(error) }
    }

    /// Makes bytes of the values where the file has bytes.
    /// - Returns: Bytes of an element in the file.
    private func convert(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard format == .picture || threshold != nil else { return entry.tensor.element.byteCount }
        let values = bytes.assumingMemoryBound(to: Float.self)
        if converted.count != values.count { converted = [UInt8](repeating: 0, count: values.count) }
        let white: UInt8 = format == .picture ? 255 : 1
        for index in 0..<values.count {
            if let threshold {
                converted[index] = values[index] >= threshold ? white : 0
            } else {
                converted[index] = Self.byte(values[index])
            }
        }
        return 1
    }

    /// 255 times a value between 0 and 1, rounded; 0 for what is no number.
    static func byte(_ value: Float) -> UInt8 {
        guard value > 0 else { return 0 }
        return value < 1 ? UInt8(value * 255 + 0.5) : 255
    }
}
