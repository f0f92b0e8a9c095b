import Files
import PlanFormat
import Runtime

/// Inputs and outputs of a plan that is measured.
final class BenchEntries {
    private let plan: Plan
    /// For some of the inputs; the others get numbers of `fillSample`.
    private let files: [InputFile?]
    private var inputs: [RunInput] = []
    private var outputs: [RunOutput] = []
    /// Tensors whose rows cannot be handed over in order.
    private var buffers: [TensorBuffer] = []
    private var sums: [CRC32C]

    init(
        _ session: Session, files readers: [FileReader?], outputCount: Int, note: (String) -> Void
    ) throws(DeviceFailure) {
        plan = session.model.plan
        var files: [InputFile?] = []
        for (index, entry) in plan.inputs.enumerated() {
            var file: InputFile?
            if let reader = readers[index] { file = try InputFile(reader, entry, plan) }
            if let text = file?.note { note(text) }
            files.append(file)
        }
        self.files = files
        sums = [CRC32C](repeating: CRC32C(), count: outputCount)
        for (index, entry) in plan.inputs.enumerated() {
            guard !session.isReadOnce[index] || files[index]?.isReadWhole == true else {
                inputs.append(.rows)
                continue
            }
            let buffer = try hold(entry)
            if let file = files[index] {
                try file.readAll(buffer.bytes)
            } else {
                entry.tensor.element.fillSample(buffer.bytes, seed: UInt64(index))
            }
            inputs.append(.whole(UnsafeRawBufferPointer(buffer.bytes)))
        }
        for (index, isInOrder) in plan.outputsInOrder.prefix(outputCount).enumerated() {
            outputs.append(isInOrder ? .rows : .whole(try hold(plan.outputs[index]).bytes))
        }
    }

    private func hold(_ entry: EntryPoint) throws(DeviceFailure) -> TensorBuffer {
        let name = printableText(entry.name)
        let buffer = try TensorBuffer(byteCount: entry.byteCount * plan.batch, name: name)
        buffers.append(buffer)
        return buffer
    }

    /// Runs the batch once.
    func run(_ session: Session) throws(DeviceFailure) {
        for index in sums.indices { sums[index] = CRC32C() }
        _ = try exchangeRows(session, inputs: inputs, outputs: outputs) { (rows) throws(DeviceFailure) in
            try fill(rows)
        } write: { (rows) throws(DeviceFailure) in
            sums[rows.entry].update(UnsafeRawBufferPointer(rows.bytes).bytes)
        }
    }

    private func fill(_ rows: EntryRows) throws(DeviceFailure) {
        if let file = files[rows.entry] {
            return try file.read(rows)
        }
        let element = plan.inputs[rows.entry].tensor.element
        for (part, offset) in EntryFileParts(plan.inputs[rows.entry], rows) {
            element.fillSample(
                UnsafeMutableRawBufferPointer(rebasing: rows.bytes[part]), seed: UInt64(rows.entry), from: offset / element.byteCount)
        }
    }

    /// Of each output in the last run.
    var checksums: [UInt32] {
        sums.indices.map { index in
            if case .whole(let bytes) = outputs[index] { return CRC32C.checksum(UnsafeRawBufferPointer(bytes).bytes) }
            return sums[index].value
        }
    }
}
