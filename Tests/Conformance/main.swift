import Foundation
import GraphIR
import Importer
import Reference

// onnx-conformance FOLDER: runs the cases that prepare.py has put there and prints a line for each:
// name, tab, outcome of the reference evaluator, tab, what differs.

guard CommandLine.arguments.count >= 2 else {
    FileHandle.standardError.write(Data("usage: onnx-conformance FOLDER [CASE...]\n".utf8))
    exit(64)
}
let folder = CommandLine.arguments[1]
let names = CommandLine.arguments.count > 2
    ? Array(CommandLine.arguments[2...])
    : try text(ofFile: "\(folder)/cases.txt").split(separator: "\n").map(String.init)
var failures = 0
for name in names {
    let outcome = referenceOutcome(folder: folder, name: name)
    if case .failed = outcome { failures += 1 }
    FileHandle.standardOutput.write(Data("\(name)\t\(outcome)\n".utf8))
}
exit(failures == 0 ? 0 : 1)
