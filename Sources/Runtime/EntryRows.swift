import PlanFormat

/// How an input is given to a run.
public enum RunInput {
    /// A dense tensor of the input's type and `Plan.shape(of:)`.
    case whole(UnsafeRawBufferPointer)
    /// In rows: the run asks for them when it needs them (``RunEvent/inputRows(_:)``).
    case rows
}

/// How a run gives an output to the caller.
public enum RunOutput {
    /// A dense tensor of the output's type and `Plan.shape(of:)`, all of which is written.
    case whole(UnsafeMutableRawBufferPointer)
    /// In rows: the run hands them over as they are finished (``RunEvent/outputRows(_:)``).
    case rows
}

/// Why a run has paused or ended.
public enum RunEvent {
    /// The caller writes these rows to `bytes` before it goes on. Every row of an image is asked for at most once, in order;
    /// rows that no output depends on are not asked for.
    case inputRows(EntryRows)
    /// The caller may read these rows, and not write them, until it goes on. Every row of an image comes once, in order.
    case outputRows(EntryRows)
    /// The run is over. The number is that of the newest output that was asked for and has all of its rows: the last one,
    /// unless the deadline has passed.
    case finished(newestOutput: Int)
}

/// Rows of one image of an input or output. Each row is `[width][channels]`, or `[channels][width]` if the entry point is NCHW.
/// A tensor that is no image is a single row.
public struct EntryRows {
    /// The number of the input or output.
    public let entry: Int
    /// The number of the image in the whole batch.
    public let image: Int
    public let firstRow: Int
    public let rowCount: Int
    public let rowBytes: Int
    /// The rows, one after the other without a gap, at a multiple of 16 bytes.
    public let bytes: UnsafeMutableRawBufferPointer
}
