import Foundation

/// What became of the inputs; printed when the fuzzer ends, because inputs that die at a checksum prove nothing.
public struct Tally {
    private var executions = 0
    private var accepted = 0
    private var ran = 0
    private var families = [Int](repeating: 0, count: 64)

    mutating func countExecution() { executions += 1 }
    mutating func countAccepted() { accepted += 1 }
    mutating func countRun(families codes: [UInt32]) {
        ran += 1
        for code in codes { families[Int(code)] += 1 }
    }

    public func report() {
        guard executions > 0 else { return }
        func share(_ part: Int) -> String { String(format: "%.1f %%", 100 * Double(part) / Double(executions)) }
        print("executions \(executions), accepted \(accepted) (\(share(accepted))), run \(ran) (\(share(ran)))")
        let used = families.indices.filter { families[$0] > 0 }
        if !used.isEmpty { print("runs with family: " + used.map { "\($0): \(families[$0])" }.joined(separator: ", ")) }
    }
}

/// libFuzzer is single-threaded.
public nonisolated(unsafe) var tally = Tally()

/// libFuzzer ends with `exit`.
public func reportAtExit() { atexit { tally.report() } }
