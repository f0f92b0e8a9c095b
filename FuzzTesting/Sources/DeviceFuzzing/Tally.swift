import Foundation
import FuzzSupport

/// What became of the inputs, because inputs that die at a checksum prove nothing.
///
/// Printed a part at a time, which `fuzz.sh` adds up: what is not printed is lost where a finding ends the process.
public struct Tally {
    private var executions = 0
    private var accepted = 0
    private var ran = 0
    private var others: [String: Int] = [:]
    private var families = [Int](repeating: 0, count: 64)

    public mutating func countExecution() {
        executions += 1
        if executions == 1 << 15 { report() }
    }
    public mutating func countAccepted() { accepted += 1 }
    public mutating func count(_ what: String) { others[what, default: 0] += 1 }
    public mutating func countRun(families codes: [UInt32]) {
        ran += 1
        for code in codes { families[Int(code)] += 1 }
    }

    /// Prints what came since it last did.
    fileprivate mutating func report() {
        let used = families.indices.filter { families[$0] > 0 }.map { " family-\($0) \(families[$0])" }.joined()
        let more = others.sorted { $0.key < $1.key }.map { " \($0.key) \($0.value)" }.joined()
        print("tally executions \(executions) accepted \(accepted) run \(ran)\(more)\(used)")
        fflush(nil)
        self = Tally()
    }
}

/// libFuzzer is single-threaded.
public nonisolated(unsafe) var tally = Tally()

/// What the `main` of a target that counts does. libFuzzer ends with `exit`.
public func runTallied(
    _ count: CInt, _ arguments: ProgramArguments?, _ test: FuzzTest, seeds: () -> Void = writePlanSeeds
) -> CInt {
    seeds()
    atexit { tally.report() }
    return runFuzzer(count, arguments, test)
}
