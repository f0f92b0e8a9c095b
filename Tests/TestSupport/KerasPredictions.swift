import Files
import Foundation
import Importer

/// Inputs and outputs as `make_keras_fixtures.py` writes them.
public struct KerasPredictions {
    public struct Tensor {
        public var shape: [Int]
        public var values: [Float]
    }
    public private(set) var inputs: [Tensor] = []
    public private(set) var outputs: [Tensor] = []
    /// What the model has to be read with.
    public var options: ImportOptions {
        ImportOptions(inputShape: needsShape ? inputs.first?.shape : nil, architecture: architecture)
    }
    private let needsShape: Bool
    /// The file with the architecture, where it lies beside the weights.
    private let architecture: String?

    /// Reads `predictions.npy` and `predictions.txt` of a model's folder.
    public init(folder: String) throws {
        needsShape = folder.hasSuffix("/input_layer_flat") || folder.hasSuffix("_given")
        let file = "\(folder)/architecture.json"
        architecture = FileManager.default.fileExists(atPath: file) ? file : nil
        let values = try NPYArray(contentsOf: "\(folder)/predictions.npy").floats
        let table = try String(contentsOfFile: "\(folder)/predictions.txt", encoding: .utf8)
        var start = 0
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            let shape = (words.last ?? "").split(separator: "x").compactMap { Int($0) }
            let end = start + shape.reduce(1, *)
            guard end <= values.count else { throw TestSupportError("\(folder): predictions.npy is too short") }
            let tensor = Tensor(shape: shape, values: Array(values[start..<end]))
            if words.first == "input" { inputs.append(tensor) } else { outputs.append(tensor) }
            start = end
        }
        guard start == values.count else { throw TestSupportError("\(folder): predictions.npy is too long") }
    }
}
