import PlanFormat

/// Where an input comes from in a run.
public enum RunInput {
    /// A dense tensor of the input's type and `Plan.shape(of:)`.
    case whole(UnsafeRawBufferPointer)
    /// The run asks for rows when it comes to them: see ``RunEvent/inputRows(_:)``.
    case rows
}

/// Where an output goes in a run.
public enum RunOutput {
    /// A dense tensor likewise; it is written completely.
    case whole(UnsafeMutableRawBufferPointer)
    /// The run hands rows over as they are finished: see ``RunEvent/outputRows(_:)``.
    case rows
}

/// Why a run has stopped.
public enum RunEvent {
    /// The caller writes these rows to `bytes` before it goes on. Every row of an image is asked for at most once, in order;
    /// rows that no output depends on are not asked for.
    case inputRows(EntryRows)
    /// The caller may read these rows, and not write them, until it goes on. Every row of an image comes once, in order.
    case outputRows(EntryRows)
    /// The run is over. The output is the newest of those that were asked for which has all of its rows: the last one, unless
    /// the deadline has passed.
    case finished(newestOutput: Int)
}

/// Rows of one image of an input or output, each `[width][channels]`, or `[channels][width]` where the entry point is NCHW.
/// A tensor that is no image is one row, with all of it.
public struct EntryRows {
    /// Which input or output.
    public let entry: Int
    /// Which image of the whole batch.
    public let image: Int
    public let firstRow: Int
    public let rowCount: Int
    public let rowBytes: Int
    /// The rows, one after the other without a gap, at a multiple of 16 bytes.
    public let bytes: UnsafeMutableRawBufferPointer
}
