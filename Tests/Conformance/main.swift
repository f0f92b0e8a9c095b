import ArgumentParser
import Foundation

/// Runs the cases that prepare.py has put into a folder, and compares their outcomes with those that are expected.
struct ConformanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onnx-conformance",
        abstract: "Runs ONNX's own test cases.",
        discussion: """
            Each case is imported, evaluated, compiled and run as a plan. Outcomes go to results.txt in the folder, a line each \
            with tabs between suite, case, outcome and detail. Any deviation from what is expected is listed, and is exit status 1.
            """)

    @Argument(help: "The folder that prepare.py has written.") var folder: String
    @Argument(help: "Only these cases.") var cases: [String] = []
    @Option(help: "The list of expected outcomes. Without it all cases are expected to pass.") var expected: String?
    @Flag(help: "Write the list of expected outcomes anew.") var rewrite = false

    func validate() throws {
        if rewrite, !cases.isEmpty || expected == nil { throw ValidationError("--rewrite is for all cases and writes --expected") }
    }

    func run() throws {
        let listed = try text(ofFile: "\(folder)/cases.txt").split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        let known = Set(listed.map { $0[1] })
        for name in cases where !known.contains(name) { throw ValidationError("\(name): there is no such case") }
        let chosen = cases.isEmpty ? listed : listed.filter { cases.contains($0[1]) }
        let outcomes = try Workers.run(chosen.map { $0[1] }, folder: folder)
        let results = zip(chosen, outcomes).map { CaseResult(suite: $0[0], name: $0[1], outcome: $1) }
        if cases.isEmpty {
            let lines = results.map { "\($0.suite)\t\($0.name)\t\($0.outcome.text)\t\($0.outcome.detail)\n" }
            try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: "\(folder)/results.txt"))
        }
        if rewrite, let expected { try Expectations.write(results, to: expected) }
        let expectations = try expected.map { try Expectations(contentsOf: $0) } ?? Expectations(passing: chosen.map { $0[1] })
        let deviations = expectations.deviations(results, isWhole: cases.isEmpty)
        for line in deviations { print(line) }
        let passed = results.count { $0.outcome == .passes }
        print("\(results.count) cases, \(passed) pass, \(deviations.count) end otherwise than expected")
        if !deviations.isEmpty { throw ExitCode(1) }
    }
}

if CommandLine.arguments.count == 3, CommandLine.arguments[1] == Workers.command {
    Workers.serve(folder: CommandLine.arguments[2])
} else {
    ConformanceCommand.main()
}
