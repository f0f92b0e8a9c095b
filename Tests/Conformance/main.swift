import Foundation

// onnx-conformance FOLDER [CASE...]: runs the cases that prepare.py has put into the folder and prints a line for each, of
// words with tabs between them: name, outcome of the reference evaluator, what differs, outcome of the plan, what differs.

guard CommandLine.arguments.count >= 2 else {
    FileHandle.standardError.write(Data("usage: onnx-conformance FOLDER [CASE...]\n".utf8))
    exit(64)
}
let folder = CommandLine.arguments[1]
let names =
    CommandLine.arguments.count > 2
    ? Array(CommandLine.arguments[2...])
    : try text(ofFile: "\(folder)/cases.txt").split(separator: "\n").map(String.init)
var failures = 0
for name in names {
    let outcomes: [Outcome]
    do {
        let loaded = try LoadedCase(try Case(folder: folder, name: name))
        outcomes = [referenceOutcome(loaded), planOutcome(loaded)]
    } catch {
        outcomes = [.failed("\(error)"), .failed("not imported")]
    }
    if outcomes.contains(where: { if case .failed = $0 { true } else { false } }) { failures += 1 }
    let line = ([name] + outcomes.map(\.description)).joined(separator: "\t") + "\n"
    FileHandle.standardOutput.write(Data(line.utf8))
}
exit(failures == 0 ? 0 : 1)
