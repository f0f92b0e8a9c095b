import PlanFormat
import Platform
import Runtime

/// Memory for one input or output of a run.
final class TensorBuffer {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int, name: String) throws(CommandFailure) {
        let allocator = venule_allocator_system()
        guard let start = allocator.allocate(allocator.context, max(byteCount, 1), 64) else {
            throw CommandFailure(.doesNotFit, "out of memory: \(byteCount) bytes for '\(name)'")
        }
        bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
    }

    deinit {
        let allocator = venule_allocator_system()
        if let start = bytes.baseAddress { allocator.deallocate(allocator.context, start, bytes.count) }
    }
}

/// The buffers of all inputs and outputs of a plan.
struct Tensors {
    let inputs: [TensorBuffer]
    let outputs: [TensorBuffer]
    let inputViews: [UnsafeRawBufferPointer]
    let outputViews: [UnsafeMutableRawBufferPointer]

    /// - Parameter fillsMissing: Whether inputs without a file get numbers between 0 and 1, else they are an error.
    init(_ plan: Plan, files: [CArgument], fillsMissing: Bool) throws(CommandFailure) {
        var assigned = [CArgument?](repeating: nil, count: plan.inputs.count)
        var unnamed: [CArgument] = []
        for file in files {
            guard let (index, path) = Self.named(file, plan) else {
                unnamed.append(file)
                continue
            }
            guard assigned[index] == nil else {
                throw CommandFailure(.usage, "--input \(file.text): this input is given twice")
            }
            assigned[index] = path
        }
        for path in unnamed {
            guard let free = assigned.indices.first(where: { assigned[$0] == nil }) else {
                throw CommandFailure(.usage, "--input \(path.text): the plan has \(plan.inputs.count) inputs")
            }
            assigned[free] = path
        }
        var inputs: [TensorBuffer] = []
        for (index, entry) in plan.inputs.enumerated() {
            let name = String(decoding: entry.name, as: UTF8.self)
            if let path = assigned[index] {
                inputs.append(try Self.read(path, entry, plan, name: name))
            } else if fillsMissing {
                let buffer = try TensorBuffer(byteCount: entry.byteCount * plan.batch, name: name)
                entry.tensor.element.fillSample(buffer.bytes, seed: UInt64(index))
                inputs.append(buffer)
            } else {
                throw CommandFailure(.usage, "input '\(name)': --input is missing")
            }
        }
        var outputs: [TensorBuffer] = []
        for entry in plan.outputs {
            outputs.append(
                try TensorBuffer(byteCount: entry.byteCount * plan.batch, name: String(decoding: entry.name, as: UTF8.self)))
        }
        self.inputs = inputs
        self.outputs = outputs
        inputViews = inputs.map { UnsafeRawBufferPointer($0.bytes) }
        outputViews = outputs.map { $0.bytes }
    }

    private static func named(_ argument: CArgument, _ plan: Plan) -> (Int, CArgument)? {
        for (index, entry) in plan.inputs.enumerated() {
            if let path = argument.value(after: entry.name) { return (index, path) }
        }
        return nil
    }

    /// Reads an array straight into the memory that the run reads it from.
    private static func read(
        _ path: CArgument, _ entry: EntryPoint, _ plan: Plan, name: String
    ) throws(CommandFailure) -> TensorBuffer {
        var reader = venule_reader()
        let code = venule_reader_open(path.start, &reader)
        guard code == 0 else { throw .file(path.text, "opened", code: code) }
        defer { venule_reader_close(&reader) }
        let (header, headerBytes) = try readHeader(&reader, path)
        let shape = plan.shape(of: entry)
        // One image needs no batch.
        let isImage = entry.layout != .plain && shape[0] == 1 && header.shape == Array(shape.dropFirst())
        guard header.shape == shape || isImage else {
            throw CommandFailure(
                .usage, "\(path.text): the shape is \(text(header.shape)), input '\(name)' wants \(text(shape))")
        }
        guard header.element == entry.tensor.element else {
            throw CommandFailure(
                .usage,
                "\(path.text): the elements are \(header.element.name), input '\(name)' wants \(entry.tensor.element.name)")
        }
        let buffer = try TensorBuffer(byteCount: entry.byteCount * plan.batch, name: name)
        guard reader.byteCount == UInt64(headerBytes + buffer.bytes.count) else {
            throw CommandFailure(
                .corrupt, "\(path.text): has \(reader.byteCount) bytes, its header promises \(headerBytes + buffer.bytes.count)")
        }
        try read(&reader, buffer.bytes, path)
        return buffer
    }

    private static func readHeader(_ reader: inout venule_reader, _ path: CArgument) throws(CommandFailure) -> (NPYHeader, Int) {
        var start = [UInt8](repeating: 0, count: NPYHeader.fixedBytes + 2)
        try read(&reader, &start, path)
        let (count, at) = try explained(path) { () throws(NPYHeader.Problem) in try NPYHeader.dictionaryBytes(start) }
        var dictionary = Array(start[at...])
        var rest = [UInt8](repeating: 0, count: count - dictionary.count)
        try read(&reader, &rest, path)
        dictionary += rest
        return (try explained(path) { () throws(NPYHeader.Problem) in try NPYHeader(dictionary: dictionary) }, at + count)
    }

    private static func explained<Result>(
        _ path: CArgument, _ body: () throws(NPYHeader.Problem) -> Result
    ) throws(CommandFailure) -> Result {
        do {
            return try body()
        } catch {
            throw CommandFailure(.corrupt, "\(path.text): \(error.message)")
        }
    }

    private static func read(_ reader: inout venule_reader, _ bytes: inout [UInt8], _ path: CArgument) throws(CommandFailure) {
        let code = bytes.withUnsafeMutableBytes { RunCommand.fill($0, from: &reader) }
        guard code == 0 else { throw .file(path.text, "read", code: code) }
    }

    private static func read(
        _ reader: inout venule_reader, _ bytes: UnsafeMutableRawBufferPointer, _ path: CArgument
    ) throws(CommandFailure) {
        let code = RunCommand.fill(bytes, from: &reader)
        guard code == 0 else { throw .file(path.text, "read", code: code) }
    }

    static func text(_ shape: [Int]) -> String {
        var text = ""
        for side in shape { text += text.utf8.isEmpty ? "\(side)" : "x\(side)" }
        return text.utf8.isEmpty ? "scalar" : text
    }
}

private func fill(_ bytes: UnsafeMutableRawBufferPointer, from reader: inout venule_reader) -> Int32 {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return 0 }
    return venule_reader_read(&reader, start, bytes.count)
}
