import Files
import Foundation
import GraphIR
import ModelFiles

/// A case as prepare.py writes it: a folder with a model, arrays and `case.txt`, whose lines are of tab-separated words.
struct Case {
    struct Input {
        var name: String
        /// Nil where .npy has no form for what the case gives.
        var path: String?
        /// Nil for what is no tensor.
        var shape: [Int]?
        /// Whether the input decides a shape and is given when the model is read.
        var isBound: Bool
    }
    struct Output {
        var name: String
        var path: String?
    }
    let name: String
    private(set) var suite = ""
    private(set) var model = ""
    private(set) var inputs: [Input] = []
    private(set) var outputs: [Output] = []
    /// Results that are expected in place of some outputs, where ONNX's own are deliberately not followed.
    private(set) var others: [Output] = []
    private(set) var relativeTolerance = 1e-3
    private(set) var absoluteTolerance = 1e-7

    init(folder: String, name: String) throws {
        self.name = name
        let path = "\(folder)/\(name)"
        func file(_ word: String) -> String? { word == "-" ? nil : "\(path)/\(word)" }
        for line in try text(ofFile: "\(path)/case.txt").split(separator: "\n") {
            let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            switch (words[0], words.count) {
            case ("suite", 2): suite = words[1]
            case ("model", 2): model = words[1]
            case ("input", 4), ("bind", 4):
                let sides = words[3] == "-" ? nil : words[3].split(separator: ",").compactMap { Int($0) }
                inputs.append(Input(name: words[1], path: file(words[2]), shape: sides, isBound: words[0] == "bind"))
            case ("output", 3): outputs.append(Output(name: words[1], path: file(words[2])))
            case ("other", 3): others.append(Output(name: words[1], path: file(words[2])))
            case ("tolerance", 3):
                guard let relative = Double(words[1]), let absolute = Double(words[2]) else { fallthrough }
                relativeTolerance = relative
                absoluteTolerance = absolute
            default: throw CaseFailure("\(path)/case.txt: '\(line)' found")
            }
        }
    }
}

func text(ofFile path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
}

/// Why a case could not be run, or what is wrong with what it gave.
struct CaseFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Constant {
    /// - Parameter path: nil where .npy has no form for the array.
    init(numPy path: String?) throws {
        guard let path else { throw CaseFailure("the case gives what .npy has no form for") }
        self.init(try NPYArray(contentsOf: path))
    }
}
