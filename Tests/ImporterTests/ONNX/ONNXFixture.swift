import Foundation
import GraphIR
import Reference
import TestSupport

@testable import Importer

/// A model of Tests/Fixtures/onnx with inputs, and what ONNX Runtime makes of them.
struct ONNXFixture {
    let path: String
    var options = ImportOptions()
    var inputs: [String: Tensor] = [:]
    var outputs: [String: Tensor] = [:]

    /// - Parameter path: without ending. The values are the initialisers of a second ONNX file.
    init(path: String) throws {
        self.path = path
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path + ".values.onnx")))
        var decoder = ONNXDecoder(externalData: ONNXExternalData(modelPath: path))
        let values = try bytes.withUnsafeBytes { bytes throws(ONNXError) in try decoder.decode(bytes) }
        for tensor in values.graph.initializers {
            let constant = try tensor.constant()
            let name = String(tensor.name[tensor.name.index(after: tensor.name.firstIndex(of: ":")!)...])
            switch tensor.name.prefix(while: { $0 != ":" }) {
            case "bind": options.boundInputs[name] = constant
            case "input":
                inputs[name] = Tensor(constant)
                options.inputShapes[name] = constant.shape
            default: outputs[name] = Tensor(constant)
            }
        }
    }

    /// Names of the fixtures of a folder.
    static func names(in folder: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(Fixtures.folder)/onnx/\(folder)")) ?? []
        return files.filter { $0.hasSuffix(".values.onnx") }.map { String($0.dropLast(".values.onnx".count)) }.sorted()
    }

    func read() throws -> ImportedModel { try ModelImporter.read(path: path + ".onnx", options: options) }

    /// What keeps results from being ONNX Runtime's; nil where nothing does.
    func difference(_ results: [String: Tensor], tolerance: Float = 1e-4) -> String? {
        guard Set(results.keys) == Set(outputs.keys) else { return "outputs \(results.keys.sorted())" }
        for (name, expected) in outputs {
            guard let found = results[name], found.type == expected.type else {
                return "\(name): \(results[name].map { "\($0.type)" } ?? "none"), expected \(expected.type)"
            }
            guard expected.element == .float32 else {
                if found != expected { return "\(name): \(found.integers.prefix(12)), expected \(expected.integers.prefix(12))" }
                continue
            }
            for (index, (x, y)) in zip(found.floats, expected.floats).enumerated()
            where !(abs(x - y) <= tolerance * max(1, abs(y))) && !(x.isNaN && y.isNaN) {
                return "\(name): \(x) at position \(index), expected \(y)"
            }
        }
        return nil
    }
}
