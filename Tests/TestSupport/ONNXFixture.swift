import Foundation
import GraphIR
import Importer
import Reference

/// A model of Tests/Fixtures/onnx with inputs, and what ONNX Runtime makes of them.
public struct ONNXFixture {
    public let path: String
    public var options = ImportOptions()
    public private(set) var inputs: [String: Tensor] = [:]
    public private(set) var outputs: [String: Tensor] = [:]

    /// - Parameter path: without ending. The values are the outputs of a second model, which has no nodes.
    public init(path: String) throws {
        self.path = path
        let values = try ModelImporter.read(path: path + ".values.onnx").graph
        for (name, tensor) in try Evaluator(values).run([:]) {
            let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
            switch parts[0] {
            case "bind": options.boundInputs[parts[1]] = tensor.constant
            case "input":
                inputs[parts[1]] = tensor
                options.inputShapes[parts[1]] = tensor.shape
            default: outputs[parts[1]] = tensor
            }
        }
    }

    /// One of a folder of Tests/Fixtures/onnx.
    public init(_ folder: String, _ name: String) throws { try self.init(path: "\(Fixtures.folder)/onnx/\(folder)/\(name)") }

    /// Names of the fixtures of a folder.
    public static func names(in folder: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(Fixtures.folder)/onnx/\(folder)")) ?? []
        return files.filter { $0.hasSuffix(".values.onnx") }.map { String($0.dropLast(".values.onnx".count)) }.sorted()
    }

    public func read() throws -> ImportedModel { try ModelImporter.read(path: path + ".onnx", options: options) }

    /// What keeps results from being ONNX Runtime's; nil where nothing does.
    public func difference(_ results: [String: Tensor], tolerance: Float = 1e-4) -> String? {
        guard Set(results.keys) == Set(outputs.keys) else { return "outputs \(results.keys.sorted())" }
        for (name, expected) in outputs {
            guard let found = results[name], found.type == expected.type else {
                return "\(name): \(results[name].map { "\($0.type)" } ?? "none"), expected \(expected.type)"
            }
            guard expected.element.isFloat else {
                if found != expected { return "\(name): \(found.integers.prefix(12)), expected \(expected.integers.prefix(12))" }
                continue
            }
            for (index, (x, y)) in zip(found.floats, expected.floats).enumerated()
            where x != y && !(abs(x - y) <= tolerance * max(1, abs(y))) && !(x.isNaN && y.isNaN) {
                return "\(name): \(x) at position \(index), expected \(y)"
            }
        }
        return nil
    }
}
