@testable import PlanFormat

/// Reads and verifies a plan: it is accepted, or refused with a reason.
public func readPlan(_ start: UnsafePointer<UInt8>?, _ count: Int, limits: PlanLimits = .standard) {
    tally.countExecution()
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    do throws(PlanError) {
        let plan = try PlanReader.read(bytes.bytes, limits: limits)
        tally.countAccepted()
        pool.offer(plan, bytes)
    } catch {
        precondition(!error.message.isEmpty)
    }
}
