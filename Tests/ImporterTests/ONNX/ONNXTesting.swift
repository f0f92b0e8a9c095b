import GraphIR
import Testing

@testable import Importer
@testable import Reference

/// Imports and evaluates models that are made in memory.
enum ONNXTesting {
    static func read(_ bytes: [UInt8], options: ImportOptions = ImportOptions()) throws -> ImportedModel {
        let folder = try TemporaryFolder()
        return try ModelImporter.read(path: try folder.write(bytes, as: "model.onnx"), options: options)
    }

    /// The failure of an import that must fail.
    static func failure(
        _ bytes: [UInt8], options: ImportOptions = ImportOptions(), name: String = "model.onnx"
    ) throws -> ImportFailure {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, as: name)
        do throws(ImportFailure) {
            _ = try ModelImporter.read(path: path, options: options)
        } catch {
            return error
        }
        throw TestFailure("the model was imported")
    }

    static func evaluate(
        _ bytes: [UInt8], _ inputs: [String: Tensor], options: ImportOptions = ImportOptions()
    ) throws -> [String: Tensor] {
        try Evaluator(try read(bytes, options: options).graph, arithmetic: .exactScalar).run(inputs)
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Graph {
    /// The operations of a function, constants left out.
    func mnemonics(of function: String? = nil) -> [String] {
        (function.map { self.function(named: $0)! } ?? main).nodes.map(\.operation.mnemonic).filter { $0 != "constant" }
    }
}
