import PlanFormat
import Runtime

/// What the measured runs of a session spent on one operation.
public struct OperationTime {
    public var name: [UInt8]
    /// The kind of operation, for a convolution its algorithm.
    public var algorithm: String
    /// Of all measured runs.
    public var nanoseconds: UInt64
    public var runs: Int
    /// Of the sum over all operations, from 0 to 1.
    public var share: Double
    /// Two for each multiply-accumulate of the direct algorithm, whichever is used, and second; nil where there are none.
    public var gigaflopsPerSecond: Double?

    public var nanosecondsOfOneRun: UInt64 { nanoseconds / UInt64(runs) }

    /// - Parameter runs: what the session's profile has measured, at least one.
    /// - Returns: one for each of the plan's operations, in their order.
    public static func all(of session: Session, runs: Int) -> [OperationTime] {
        let plan = session.model.plan
        let total = Double(session.profile.reduce(0, +))
        var times: [OperationTime] = []
        for (operation, nanoseconds) in zip(plan.operations, session.profile) {
            let time = Double(nanoseconds)
            var speed: Double?
            if operation.kernel.multiplies, nanoseconds > 0 {
                speed = 2 * Double(operation.work(in: plan.values)) * Double(plan.batch) * Double(runs) / time
            }
            times.append(
                OperationTime(
                    name: operation.name, algorithm: operation.algorithmName, nanoseconds: nanoseconds, runs: runs,
                    share: total > 0 ? time / total : 0, gigaflopsPerSecond: speed))
        }
        return times
    }
}
