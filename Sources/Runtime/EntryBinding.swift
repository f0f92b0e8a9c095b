import Kernels
import PlanFormat

extension Session {
    /// Remembers where an input of the run comes from.
    ///
    /// - Throws: ``RuntimeError`` for a buffer of a wrong size or alignment, and for rows of an input that several operations
    ///   read.
    package func bind(input index: Int, to input: RunInput) throws(RuntimeError) {
        let entry = model.plan.inputs[index]
        switch input {
        case .whole(let buffer): try check(buffer, entry, .input)
        case .rows: guard isReadOnce[index] else { throw .readTwice(name: printableText(entry.name)) }
        }
        inputs[index] = input
    }

    /// - Throws: ``RuntimeError`` for a buffer of a wrong size or alignment.
    package func bind(output index: Int, to output: RunOutput) throws(RuntimeError) {
        if case .whole(let buffer) = output { try check(UnsafeRawBufferPointer(buffer), model.plan.outputs[index], .output) }
        outputs[index] = output
    }

    private func check(
        _ buffer: UnsafeRawBufferPointer, _ entry: EntryPoint, _ kind: RuntimeError.EntryKind
    ) throws(RuntimeError) {
        let expected = model.byteCount(of: entry)
        guard buffer.count == expected else {
            throw .bufferSize(kind: kind, name: printableText(entry.name), found: buffer.count, expected: expected)
        }
        let alignment = entry.tensor.element.byteCount
        guard Int(bitPattern: buffer.baseAddress) % alignment == 0 else {
            throw .misalignedBuffer(kind: kind, name: printableText(entry.name), alignment: alignment)
        }
    }

    /// Points the operations that read inputs and write outputs to the part of the caller's buffers that belongs to repetition
    /// `image` of the schedule, or to the buffer through which the caller's rows pass.
    func bindEntries(_ image: Int) {
        let plan = model.plan
        for index in plan.operations.indices {
            if let entry = plan.operations[index].kernel.inputEntry {
                var start: UnsafeMutableRawPointer?
                // Kernels only read through a source's pointers.
                if case .whole(let buffer) = inputs[entry] { start = UnsafeMutableRawPointer(mutating: buffer.baseAddress) }
                bind(index, prepared.operations[index].sourceOperands, plan.inputs[entry], start, image)
            } else if let entry = plan.operations[index].kernel.outputEntry {
                var start: UnsafeMutableRawPointer?
                if case .whole(let buffer) = outputs[entry] { start = buffer.baseAddress }
                bind(index, prepared.operations[index].resultOperands, plan.outputs[entry], start, image)
            }
        }
    }

    /// Points one of these operations to the tensor at `start`.
    func bind(_ index: Int, to start: UnsafeMutableRawPointer) {
        let kernel = model.plan.operations[index].kernel
        if let entry = kernel.inputEntry {
            bind(index, prepared.operations[index].sourceOperands, model.plan.inputs[entry], start, 0)
        } else if let entry = kernel.outputEntry {
            bind(index, prepared.operations[index].resultOperands, model.plan.outputs[entry], start, 0)
        }
    }

    private func bind(
        _ index: Int, _ operand: UnsafeMutablePointer<PreparedOperand>, _ entry: EntryPoint, _ start: UnsafeMutableRawPointer?,
        _ image: Int
    ) {
        let operation = prepared.operations + index
        operation.pointee.isStreamed = start == nil
        guard let kernelStrides = operation.pointee.entryStrides else {
            if let start { operand.pointee.store.bind(start + image * entry.byteCount, rowBytes: entry.byteCount) }
            return
        }
        let element = entry.tensor.element.byteCount
        let strides: ImageStrides
        if let start {
            strides = model.plan.operations[index].kernel.imageStrides(in: model.plan) ?? entry.strides(ofImage: 0)
            operand.pointee.store.bind(
                start + image * entry.byteCount + strides.offset * element, rowBytes: strides.row * element)
        } else {
            strides = entry.stridesOfRows(EntryRowBuffer.rows(of: entry))
        }
        kernelStrides.pointee.image = UInt64(strides.image)
        kernelStrides.pointee.column = UInt64(strides.column)
        kernelStrides.pointee.channel = UInt64(strides.channel)
    }
}
