import PlanFormat
import Runtime

/// Runs the batch once; what is bound as rows is asked for and handed over as the run comes to it.
///
/// - Parameters:
///   - read: Writes rows of an input to where they are asked for.
///   - write: Takes finished rows of an output.
/// - Returns: The newest output that is complete.
func exchangeRows(
    _ session: Session, inputs: [RunInput], outputs: [RunOutput], deadline: UInt64? = nil,
    read: (EntryRows) throws(DeviceFailure) -> Void, write: (EntryRows) throws(DeviceFailure) -> Void
) throws(DeviceFailure) -> Int {
    do {
        try session.start(
            inputs: inputs, outputs: outputs, options: RunOptions(outputs: outputs.count, deadline: deadline))
    } catch {
        throw DeviceFailure(error, place: "run")
    }
    while true {
        let event: RunEvent
        do {
            event = try session.advance()
        } catch {
            throw DeviceFailure(error, place: "run")
        }
        switch event {
        case .inputRows(let rows): try read(rows)
        case .outputRows(let rows): try write(rows)
        case .finished(let newestOutput): return newestOutput
        }
    }
}

/// Where rows of an image lie in an array file, in parts that are contiguous there and in memory: of each its place among the
/// rows, and its offset in bytes from the first element of the file.
struct EntryFileParts: Sequence, IteratorProtocol {
    private var part = 0
    private let count: Int
    private let byteCount: Int
    private let start: Int
    private let rowStride: Int
    private let channelStride: Int
    private let channels: Int

    init(_ entry: EntryPoint, _ rows: EntryRows) {
        let element = entry.tensor.element.byteCount
        if entry.layout == .plain {
            (count, byteCount, start) = (1, entry.byteCount, rows.image * entry.byteCount)
            (rowStride, channelStride, channels) = (0, 0, 1)
            return
        }
        let strides = entry.strides(ofImage: 0)
        start = (rows.image * strides.image + rows.firstRow * strides.row) * element
        if entry.layout == .nchw {
            channels = entry.channels
            count = rows.rowCount * channels
            byteCount = entry.width * element
        } else {
            channels = 1
            count = 1
            byteCount = rows.rowCount * entry.rowBytes
        }
        rowStride = strides.row * element
        channelStride = strides.channel * element
    }

    mutating func next() -> (part: Range<Int>, offset: Int)? {
        guard part < count else { return nil }
        defer { part += 1 }
        return (part * byteCount..<(part + 1) * byteCount, start + part / channels * rowStride + part % channels * channelStride)
    }
}
