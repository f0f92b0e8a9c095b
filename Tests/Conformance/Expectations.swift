import Foundation

/// Tests/Conformance/cases.txt: each case with its suite and its expected outcome.
struct Expectations {
    private static let header = """
        # ONNX's own test cases: suite, case, expected outcome, which onnx-conformance compares with. Written by `make conformance-cases`.
        # passes: evaluated and as a plan with ONNX's result. other: with another result, deliberately (Documentation/Numerics.md).
        # refused: for operators, versions, element types, attributes (Operator.attribute), forms of operators, or what a plan cannot hold.
        # Wrong results, crashes, and sound models that are said to be damaged are deviations even where they are listed.

        """

    private var outcomes: [String: String] = [:]

    init(passing names: [String]) {
        outcomes = Dictionary(names.map { ($0, Outcome.passes.text) }, uniquingKeysWith: { first, _ in first })
    }

    init(contentsOf path: String) throws {
        for line in try text(ofFile: path).split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, outcomes.updateValue(String(words[2]), forKey: String(words[1])) == nil else {
                throw CaseFailure("\(path): '\(line)' found, expected a suite, a case that is not yet listed, and its outcome")
            }
        }
    }

    /// What is otherwise than expected, a line each.
    ///
    /// - Parameter isWhole: whether all cases were run, so that listed ones without a result are deviations too.
    func deviations(_ results: [CaseResult], isWhole: Bool) -> [String] {
        var lines: [String] = []
        for result in results {
            let expected = outcomes[result.name] ?? "no such case"
            guard expected != result.outcome.text || !result.outcome.isAcceptable else { continue }
            let detail = result.outcome.detail.isEmpty ? "" : " (\(result.outcome.detail))"
            lines.append("\(result.suite) \(result.name): \(result.outcome.text)\(detail), expected: \(expected)")
        }
        guard isWhole else { return lines }
        let run = Set(results.map(\.name))
        return lines
            + outcomes.keys.filter { !run.contains($0) }.sorted().map { "\($0): there is no such case, expected: \(outcomes[$0] ?? "")" }
    }

    static func write(_ results: [CaseResult], to path: String) throws {
        let lines = results.map { "\($0.suite) \($0.name) \($0.outcome.text)\n" }
        try Data((header + lines.joined()).utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}

struct CaseResult: Sendable {
    var suite: String
    var name: String
    var outcome: Outcome
}
