import Foundation
import FuzzSupport

/// What became of the inputs, because inputs that die at a checksum prove nothing.
///
/// Printed a part at a time, which `fuzz.sh` adds up: what is not printed is lost where a finding ends the process.
public struct Tally {
    private var executions = 0
    private var accepted = 0
    private var ran = 0
    private var families = [Int](repeating: 0, count: 64)

    mutating func countExecution() {
        executions += 1
        if executions == 1 << 15 { report() }
    }
    mutating func countAccepted() { accepted += 1 }
    mutating func countRun(families codes: [UInt32]) {
        ran += 1
        for code in codes { families[Int(code)] += 1 }
    }

    /// Prints what came since it last did.
    fileprivate mutating func report() {
        let used = families.indices.filter { families[$0] > 0 }.map { " family-\($0) \(families[$0])" }.joined()
        print("tally executions \(executions) accepted \(accepted) run \(ran)\(used)")
        fflush(nil)
        self = Tally()
    }
}

/// libFuzzer is single-threaded.
public nonisolated(unsafe) var tally = Tally()

/// What the `main` of a target on the device half does. libFuzzer ends with `exit`.
public func runTallied(_ count: CInt, _ arguments: ProgramArguments?, _ test: FuzzTest) -> CInt {
    writePlanSeeds()
    atexit { tally.report() }
    return runFuzzer(count, arguments, test)
}
