import Files
import PlanFormat
import Runtime

/// Measured runs of a plan. Rows are handed over as ``PlanRun`` does, so that the peak of the memory is that of a run; of the
/// outputs only a checksum stays.
public struct PlanBench {
    /// For each of the plan's inputs; those without a file get numbers that are the same in every run.
    public var inputs: [FileReader?]
    /// Only so many outputs, and nothing that only later ones need; nil for all.
    public var until: Int?
    /// After one run that is not measured.
    public var runs = 10
    /// Whether the session's profile measures those runs.
    public var profiles = false

    public init(inputs: [FileReader?]) { self.inputs = inputs }

    public struct Result {
        public var times: RunTimes
        /// CRC-32C of each output that was made, in the plan's order.
        public var checksums: [UInt32]
    }

    /// - Parameter note: takes what is to be said of an input that is not taken as it is.
    public func perform(on session: Session, note: (String) -> Void) throws(DeviceFailure) -> Result {
        let count = try outputCount(until, session.model.plan)
        let entries = try BenchEntries(session, files: inputs, outputCount: count, note: note)
        let times = try session.measure(runs: runs, profiles: profiles) { () throws(DeviceFailure) in
            try entries.run(session)
        }
        return Result(times: times, checksums: entries.checksums)
    }
}
