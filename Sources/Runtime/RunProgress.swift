import PlanFormat

/// What a run may be told; the defaults run all of the plan.
public struct RunOptions: Sendable {
    /// Only this many outputs are made, the first ones, and no step that only later ones need; nil for all.
    public var outputs: Int?
    /// Nanoseconds from the start of the run after which only the first output is still worked on, whose rows that are
    /// missing are made. A later one counts if it has all of its rows by then.
    public var deadline: UInt64?

    public init(outputs: Int? = nil, deadline: UInt64? = nil) {
        self.outputs = outputs
        self.deadline = deadline
    }
}

/// How far a run is.
struct RunProgress {
    /// Repetition of the schedule, step, and rows of the step that are done.
    var image = 0
    var step = 0
    var rows = 0
    /// Rows of the step that are with the caller, and for an output which of its images.
    var rowsHandedOver = 0
    var imageHandedOver = 0
    /// Operations that only later outputs need are left out.
    var lastExit = 0
    /// On the session's clock.
    var deadline: UInt64?

    /// Whether the step has not begun.
    var isBetweenSteps: Bool { rows == 0 && rowsHandedOver == 0 }
}
