import Foundation
import GraphIR
import Reference
import Testing

@testable import Importer

/// Every form in which a tensor may be stored.
@Suite struct ONNXTensorTests {
    private func model(_ tensor: [UInt8], dataType: Int, _ shape: [Int]) -> [UInt8] {
        ONNXBytes.model(
            [ONNXBytes.node("Identity", ["w"], ["y"])], inputs: [], outputs: [ONNXBytes.value("y", shape, dataType: dataType)],
            initializers: [tensor])
    }

    private func constant(_ tensor: [UInt8], dataType: Int, _ shape: [Int]) throws -> Constant {
        try #require(try ONNXTesting.evaluate(model(tensor, dataType: dataType, shape), [:])["y"]).constant
    }

    @Test func floats() throws {
        let listed = ONNXBytes.tensor("w", 1, [3]) { writer in
            writer.message(4) { packed in
                for value: Float in [1, -2, 0.5] { withUnsafeBytes(of: value.bitPattern.littleEndian) { packed.bytes += $0 } }
            }
        }
        #expect(try constant(listed, dataType: 1, [3]).floats == [1, -2, 0.5])
        // A list may also be written number by number.
        let unpacked = ONNXBytes.tensor("w", 1, [2]) { writer in
            writer.float(4, 3)
            writer.float(4, 4)
        }
        #expect(try constant(unpacked, dataType: 1, [2]).floats == [3, 4])
        let doubles = ONNXBytes.tensor(
            "w", 11, [2],
            raw: [0.1, -1e300].flatMap { value in
                withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
            })
        #expect(try constant(doubles, dataType: 1, [2]).floats == [0.1, -.infinity])
        // 1.5 and -2 in half precision, once as bytes and once as a list.
        let half = ONNXBytes.tensor("w", 10, [2], raw: [0x00, 0x3e, 0x00, 0xc0])
        #expect(try constant(half, dataType: 1, [2]).floats == [1.5, -2])
        let listedHalf = ONNXBytes.tensor("w", 10, [2]) { writer in
            writer.message(5) { packed in
                packed.varint(0x3e00)
                packed.varint(0xc000)
            }
        }
        #expect(try constant(listedHalf, dataType: 1, [2]).floats == [1.5, -2])
        let brain = ONNXBytes.tensor("w", 16, [2], raw: [0xc0, 0x3f, 0x00, 0xc0])
        #expect(try constant(brain, dataType: 1, [2]).floats == [1.5, -2])
    }

    @Test func integers() throws {
        for (dataType, element, values) in [
            (2, ElementType.uint8, [0, 200]), (3, .int8, [-5, 7]), (6, .int32, [-70_000, 3]), (9, .bool, [0, 1]), (4, .uint16, [0, 65535]),
            (5, .int16, [-32768, 7]),
        ] {
            let listed = ONNXBytes.tensor("w", dataType, [2]) { writer in
                writer.message(5) { packed in for value in values { packed.varint(UInt64(bitPattern: Int64(value))) } }
            }
            let result = Tensor(try constant(listed, dataType: dataType, [2]))
            #expect(result.element == element)
            #expect(result.integers == values.map { Int64($0) })
        }
        let long = ONNXBytes.tensor("w", 7, [2]) { writer in
            writer.message(7) { packed in
                packed.varint(UInt64(bitPattern: Int64.min))
                packed.varint(5)
            }
        }
        #expect(Tensor(try constant(long, dataType: 7, [2])).integers == [Int64.min, 5])
    }

    /// A model that applies one operator to two constants of two elements each.
    private func folded(_ operatorName: String, _ first: [Int], _ second: [Int]?, dataType: Int, result: Int) -> [UInt8] {
        func initializer(_ name: String, _ values: [Int]) -> [UInt8] {
            ONNXBytes.tensor(name, dataType, [2]) { writer in
                writer.message(5) { packed in for value in values { packed.varint(UInt64(bitPattern: Int64(value))) } }
            }
        }
        return ONNXBytes.model(
            [ONNXBytes.node(operatorName, second == nil ? ["a"] : ["a", "b"], ["y"])], inputs: [],
            outputs: [ONNXBytes.value("y", [2], dataType: result)],
            initializers: [initializer("a", first)] + (second.map { [initializer("b", $0)] } ?? []))
    }

    /// What is computed while a model is read stays within its element type, as it would when the model runs.
    @Test func knownIntegersWrap() throws {
        for (name, first, second, dataType, expected) in [
            ("Neg", [-128, 5], nil, 3, [-128, -5]), ("Abs", [-128, -5], nil, 3, [-128, 5]),
            ("Add", [200, 1], [100, 1], 2, [44, 2]), ("Mul", [100, -3], [3, 2], 3, [44, -6]), ("Sub", [1, 3], [2, 1], 2, [255, 2]),
        ] as [(String, [Int], [Int]?, Int, [Int64])] {
            let result = try ONNXTesting.evaluate(folded(name, first, second, dataType: dataType, result: dataType), [:])
            #expect(try #require(result["y"]).integers == expected, "\(name)")
        }
    }

    /// Of 64 bits too, where what is computed with shapes would be bounded instead.
    @Test func knownIntegersOf64BitsWrap() throws {
        for (name, first, second, expected) in [
            ("Add", [.max, 1], [5, 2], [.min + 4, 3]), ("Mul", [.max, 3], [5, 3], [.max &* 5, 9]), ("Neg", [.min, 5], nil, [.min, -5]),
            ("Sub", [.min, 5], [1, 2], [.max, 3]), ("Abs", [.min, -5], nil, [.min, 5]),
        ] as [(String, [Int], [Int]?, [Int64])] {
            let operands = [ONNXBytes.tensor("a", [2], integers: first)] + (second.map { [ONNXBytes.tensor("b", [2], integers: $0)] } ?? [])
            let bytes = ONNXBytes.model(
                [ONNXBytes.node(name, second == nil ? ["a"] : ["a", "b"], ["y"])], inputs: [],
                outputs: [ONNXBytes.value("y", [2], dataType: 7)], initializers: operands)
            #expect(try ONNXTesting.evaluate(bytes, [:])["y"]?.integers == expected, "\(name)")
        }
    }

    /// ONNX has no arithmetic on truth values: a sum of two of them would be no truth value any more.
    @Test func truthValuesAreNoNumbers() throws {
        for name in ["Add", "Sub", "Mul", "Div", "Mod", "Pow", "Min", "Max"] {
            let failure = try ONNXTesting.failure(folded(name, [1, 0], [1, 1], dataType: 9, result: 9))
            #expect(failure.description.contains(name == "Mod" ? "Mod" : "bool"), "\(name): \(failure)")
        }
        for name in ["Neg", "Abs", "Relu", "Floor", "Ceil", "Sqrt"] {
            let failure = try ONNXTesting.failure(folded(name, [1, 0], nil, dataType: 9, result: 9))
            #expect(failure.description.contains("bool"), "\(name): \(failure)")
        }
        for (name, second, expected) in [
            ("Not", nil, [0, 1]), ("And", [0, 1], [0, 0]), ("Or", [0, 1], [1, 1]), ("Equal", [1, 1], [1, 0]),
        ] as [(String, [Int]?, [Int64])] {
            let result = try ONNXTesting.evaluate(folded(name, [1, 0], second, dataType: 9, result: 9), [:])
            #expect(try #require(result["y"]).integers == expected, "\(name)")
        }
    }

    @Test(arguments: [(8, "string"), (14, "complex64"), (22, "int4"), (26, "int2"), (17, "float8e4m3fn")])
    func otherTypesAreRefusedByName(dataType: Int, name: String) throws {
        let failure = try ONNXTesting.failure(model(ONNXBytes.tensor("w", dataType, [1]) { _ in }, dataType: 1, [1]))
        #expect(failure.kind == .unsupported)
        #expect(failure.description.contains("'initializer w', data_type: found \(name)"), "\(failure)")
    }

    @Test func sparseTensorsAreRefused() throws {
        var graph = ProtobufWriter()
        graph.bytes = ONNXBytes.graph([ONNXBytes.node("Identity", ["w"], ["y"])], outputs: [ONNXBytes.value("y", [2])])
        graph.message(15) { $0.data(1, ONNXBytes.tensor("w", [1], [1])) }
        let failure = try ONNXTesting.failure(ONNXBytes.model(graph: graph.bytes))
        #expect(failure.kind == .unsupported)
        #expect(failure.description.contains("'initializer w': found a sparse tensor, accepted: a dense one"))
    }
}

/// Tensors in files beside the model.
@Suite struct ONNXExternalDataTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: "\(folder.path)/model/weights", withIntermediateDirectories: true)
        let floats = (0..<8).flatMap { number in withUnsafeBytes(of: Float(number).bitPattern.littleEndian) { Array($0) } }
        for name in ["model/weights/w.bin", "model/w.bin", "outside.bin"] { _ = try folder.write(floats, as: name) }
        for (link, target) in [("model/link.bin", "../outside.bin"), ("model/folder", "..")] {
            try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/\(link)", withDestinationPath: target)
        }
    }

    /// Writes a model whose tensor of two floats has the entries, and reads it.
    private func read(_ entries: KeyValuePairs<String, String>) throws(ImportFailure) -> Graph {
        let tensor = ONNXBytes.tensor("w", 1, [2]) { writer in
            for (key, value) in entries {
                writer.message(13) {
                    $0.text(1, key)
                    $0.text(2, value)
                }
            }
            writer.integer(14, 1)
        }
        let model = ONNXBytes.model(
            [ONNXBytes.node("Add", ["x", "w"], ["y"])], inputs: [ONNXBytes.value("x", [2])],
            outputs: [ONNXBytes.value("y", [2])], initializers: [tensor])
        guard let path = try? folder.write(model, as: "model/model.onnx") else { fatalError("the folder cannot be written to") }
        return try ModelImporter.read(path: path).graph
    }

    @Test func filesInTheModelsFolderAreRead() throws {
        for location in ["w.bin", "weights/w.bin", "./w.bin"] {
            let graph = try read(["location": location, "offset": "8", "length": "8"])
            let result = try Evaluator(graph).run(["x": Tensor([0, 0], shape: [2])])
            #expect(result["y"]?.floats == [2, 3], "\(location)")
        }
    }

    @Test(arguments: [
        ("../outside.bin", "no '..'"), ("weights/../../outside.bin", "no '..'"), ("/etc/passwd", "no absolute path"),
        ("link.bin", "not behind a symbolic link"), ("folder/outside.bin", "not behind a symbolic link"), ("", "the name of a file"),
        ("missing.bin", "cannot be opened"), ("weights", "no ordinary file"), ("weights//w.bin", "the location 'weights//w.bin'"),
    ])
    func otherFilesAreNotOpened(location: String, text: String) throws {
        let failure = #expect(throws: ImportFailure.self) { try read(["location": location, "length": "8"]) }
        #expect(failure?.kind == .corrupt)
        #expect(failure?.description.contains("'initializer w', external_data") == true)
        #expect(failure?.description.contains(text) == true, "\(failure.map { "\($0)" } ?? "")")
    }

    @Test(
        arguments: [
            (["offset": "28"], "8 bytes at 28"), (["offset": "-8"], "offset '-8'"),
            (["offset": "9223372036854775807"], "within the file's 32"),
            (["length": "4"], "a length of 4 bytes, accepted: 8"), (["offset": "x"], "offset 'x'"),
        ] as [([String: String], String)])
    func offsetsAndLengthsAreChecked(entries: [String: String], text: String) throws {
        let failure = #expect(throws: ImportFailure.self) {
            try read(["location": "w.bin", "offset": entries["offset"] ?? "0", "length": entries["length"] ?? "8"])
        }
        #expect(failure?.kind == .corrupt)
        #expect(failure?.description.contains(text) == true, "\(failure.map { "\($0)" } ?? "")")
    }
}
