import Files
import Foundation
import GraphIR
import ModelFiles

/// A case as prepare.py writes it: a folder with a model, arrays and `case.txt`, whose lines are of tab-separated words.
struct Case {
    struct StoredArray {
        var name: String
        var path: String
        /// Whether the input decides a shape and is given when the model is read.
        var isBound = false
    }
    let name: String
    let model: String
    var inputs: [StoredArray] = []
    var outputs: [StoredArray] = []
    /// Results that are expected in place of some outputs, where ONNX's own are deliberately not followed.
    var others: [StoredArray] = []
    var relativeTolerance = 1e-3
    var absoluteTolerance = 1e-7

    init(folder: String, name: String) throws {
        self.name = name
        let path = "\(folder)/\(name)"
        var model = "\(path)/model.onnx"
        for line in try text(ofFile: "\(path)/case.txt").split(separator: "\n") {
            let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            switch words[0] {
            case "model": model = words[1]
            case "input": inputs.append(StoredArray(name: words[1], path: "\(path)/\(words[2])"))
            case "bind": inputs.append(StoredArray(name: words[1], path: "\(path)/\(words[2])", isBound: true))
            case "output": outputs.append(StoredArray(name: words[1], path: "\(path)/\(words[2])"))
            case "other": others.append(StoredArray(name: words[1], path: "\(path)/\(words[2])"))
            case "tolerance":
                relativeTolerance = Double(words[1]) ?? relativeTolerance
                absoluteTolerance = Double(words[2]) ?? absoluteTolerance
            default: throw CaseFailure("\(path)/case.txt: '\(line)' found")
            }
        }
        self.model = model
    }
}

func text(ofFile path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
}

struct CaseFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Constant {
    init(numPy path: String) throws {
        self.init(try NPYArray(contentsOf: path))
    }
}
