import PlanFormat

/// Options of a run. The defaults make all outputs.
public struct RunOptions: Sendable {
    /// The number of outputs to make, from the first on. Steps that only later outputs need are left out. Nil for all outputs.
    public var outputs: Int?
    /// A time in nanoseconds from the start of the run. When it has passed, the run only completes the first output and leaves
    /// out all other steps. A later output counts if it has all of its rows by then.
    public var deadline: UInt64?

    public init(outputs: Int? = nil, deadline: UInt64? = nil) {
        self.outputs = outputs
        self.deadline = deadline
    }
}

/// How far a run has come.
struct RunProgress {
    /// The repetition of the schedule, the step in it, and the rows of this step that are done.
    var image = 0
    var step = 0
    var rows = 0
    /// Rows of the step that the caller is filling or reading, and which of an output's images they belong to.
    var rowsHandedOver = 0
    var imageHandedOver = 0
    /// The last output that is made; operations that only later outputs need are left out.
    var lastExit = 0
    /// A time on the session's clock.
    var deadline: UInt64?

    /// Whether the step has not begun.
    var isBetweenSteps: Bool { rows == 0 && rowsHandedOver == 0 }
}
