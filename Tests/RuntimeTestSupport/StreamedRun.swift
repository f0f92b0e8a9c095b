import PlanFormat
import Runtime

/// A run whose rows are all handed over.
public struct StreamedRun {
    /// The bytes of each output that was asked for.
    public private(set) var outputs: [[UInt8]]
    public private(set) var newestOutput = 0
    /// The most bytes that were handed over at a time.
    public private(set) var mostBytes = 0
    /// Rows that came out of order or more than once; there should be none.
    public private(set) var misplaced = 0
    /// Of each image of each input (0) and output (1).
    private var nextRow: [SIMD3<Int>: Int] = [:]

    /// - Parameter inputs: The bytes of each input, the whole batch.
    public init(_ session: Session, _ inputs: [[UInt8]], options: RunOptions = RunOptions(), filler: UInt8 = 0xFF) throws {
        let plan = session.model.plan
        let count = options.outputs ?? plan.outputs.count
        outputs = plan.outputs.prefix(count).map { [UInt8](repeating: filler, count: $0.byteCount * plan.batch) }
        // What several operations read cannot be handed over.
        let whole = inputs.indices.map { index in
            session.isReadOnce[index] ? nil : UnsafeMutableRawBufferPointer.allocate(byteCount: inputs[index].count, alignment: 64)
        }
        defer { for buffer in whole { buffer?.deallocate() } }
        for (buffer, bytes) in zip(whole, inputs) { buffer?.copyBytes(from: bytes) }
        try session.start(
            inputs: whole.map { $0.map { .whole(UnsafeRawBufferPointer($0)) } ?? .rows },
            outputs: [RunOutput](repeating: .rows, count: count), options: options)
        while true {
            switch try session.advance() {
            case .inputRows(let rows):
                note(rows, SIMD3(0, rows.entry, rows.image))
                for (place, index) in places(of: rows, plan.inputs[rows.entry]) {
                    rows.bytes[index] = inputs[rows.entry][place]
                }
            case .outputRows(let rows):
                note(rows, SIMD3(1, rows.entry, rows.image))
                for (place, index) in places(of: rows, plan.outputs[rows.entry]) {
                    outputs[rows.entry][place] = rows.bytes[index]
                }
            case .finished(let newestOutput):
                self.newestOutput = newestOutput
                return
            }
        }
    }

    private mutating func note(_ rows: EntryRows, _ image: SIMD3<Int>) {
        mostBytes = max(mostBytes, rows.bytes.count)
        if nextRow[image, default: 0] != rows.firstRow || rows.rowCount < 1 { misplaced += 1 }
        nextRow[image] = rows.firstRow + rows.rowCount
    }

    /// For each byte of rows its place in the whole tensor.
    private func places(of rows: EntryRows, _ entry: EntryPoint) -> [(Int, Int)] {
        guard entry.layout == .nchw else {
            let start = rows.image * entry.byteCount / entry.images + rows.firstRow * rows.rowBytes
            return rows.bytes.indices.map { (start + $0, $0) }
        }
        let size = entry.tensor.element.byteCount
        return rows.bytes.indices.map { index in
            let row = rows.firstRow + index / rows.rowBytes
            let byte = index % rows.rowBytes
            let channel = byte / (entry.width * size)
            let rest = byte % (entry.width * size)
            return ((((rows.image * entry.channels + channel) * entry.height + row) * entry.width) * size + rest, index)
        }
    }
}

extension Array where Element == Float {
    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}
