import GraphIR
import Testing

@testable import Importer

/// Damaged and hostile files: each is refused with a place, and nothing is exhausted on the way.
@Suite struct ONNXFileTests {
    private static let relu = ONNXBytes.model(
        [ONNXBytes.node("Relu", ["x"], ["y"])], inputs: [ONNXBytes.value("x", [2])], outputs: [ONNXBytes.value("y", [2])])

    @Test func isRecognisedByItsContent() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.relu, as: "model.bin")
        #expect(try ModelImporter.read(path: path).graph.mnemonics() == ["elementwise"])
    }

    @Test func aNameAloneMakesNoModel() throws {
        let failure = try ONNXTesting.failure(Array("no protocol buffer".utf8))
        #expect(failure.kind == .corrupt)
        #expect(failure.description.contains("byte "))
    }

    /// Every prefix of a file is refused: as damaged, or for what is missing.
    @Test func everyTruncationIsRefused() throws {
        for count in 1..<Self.relu.count {
            let prefix = Array(Self.relu[..<count])
            // Whole fields may be gone: the list of operator sets is the last one.
            #expect(try ONNXTesting.failure(prefix).kind == .corrupt, "\(count) bytes")
        }
    }

    /// No byte of a file makes the import crash, whatever it becomes.
    @Test func everyChangedByteIsImportedOrRefused() throws {
        let folder = try TemporaryFolder()
        for position in Self.relu.indices {
            for flip: UInt8 in [0x01, 0x80, 0xff] {
                var bytes = Self.relu
                bytes[position] ^= flip
                let path = try folder.write(bytes, as: "model.onnx")
                _ = try? ModelImporter.read(path: path)
            }
        }
    }

    /// protobuf-c would recurse for each level.
    @Test func deepNestingIsRefused() throws {
        var graph = ONNXBytes.graph([], outputs: [])
        for _ in 0..<20_000 {
            graph = ONNXBytes.graph([ONNXBytes.node("If", ["c"], ["y"], ["then_branch": .graph(graph)])], outputs: [])
            // Past the limit the levels only cost time.
            if graph.count > 20_000 { break }
        }
        let failure = try ONNXTesting.failure(ONNXBytes.model(graph: graph))
        #expect(failure.kind == .corrupt)
        #expect(failure.description.contains("messages nested"))
        #expect(failure.description.contains("graph.node.attribute.g"))
    }

    @Test func lengthsBeyondTheEndAreRefused() throws {
        var writer = ProtobufWriter()
        writer.integer(1, 8)
        writer.tag(7, 2)
        writer.varint(0x7fff_ffff)
        let failure = try ONNXTesting.failure(writer.bytes)
        #expect(failure.kind == .corrupt)
        #expect(failure.description.contains("graph': found a length of 2147483647 bytes, accepted: at most the 0"))
    }

    @Test(
        arguments: [
            ([0x0b], "wire type 3"), ([0x08], "the end of the data"), ([0x07], "field number 0"),
            ([0x0a, 0x00], "wire type 2"), ([0x08] + [UInt8](repeating: 0xff, count: 10), "a number of more than 10 bytes"),
            ([0x12, 0x01, 0x00], "a zero byte in a text"), ([0x12, 0x01, 0xff], "no UTF-8"),
            ([0x3a, 0x00, 0x3a, 0x00], "a second time"),
        ] as [([UInt8], String)])
    func malformedFieldsAreRefused(bytes: [UInt8], text: String) throws {
        let failure = try ONNXTesting.failure(bytes)
        #expect(failure.kind == .corrupt)
        #expect(failure.description.contains(text), "\(failure)")
    }

    @Test func hugeShapesAreRefused() throws {
        for shape in [[1 << 40, 1 << 40], [-1], [1 << 62, 4], [Int.max, 2]] {
            let model = ONNXBytes.model(
                [ONNXBytes.node("Add", ["x", "w"], ["y"])], inputs: [ONNXBytes.value("x", [2])],
                outputs: [ONNXBytes.value("y", [2])], initializers: [ONNXBytes.tensor("w", shape, [1])])
            let failure = try ONNXTesting.failure(model)
            #expect(failure.kind == .corrupt)
            #expect(failure.description.contains("'initializer w', dims"), "\(failure)")
        }
    }

    @Test func sizesThatContradictTheShapeAreRefused() throws {
        let wrong: [([UInt8], String)] = [
            (ONNXBytes.tensor("w", [3], [1, 2]), "raw_data: found 8 bytes, accepted: 12"),
            (ONNXBytes.tensor("w", 1, [3]) { $0.message(4) { $0.bytes = [0, 0, 128, 63] } }, "float_data: found 1 elements"),
            (ONNXBytes.tensor("w", 3, [1]) { $0.message(5) { $0.varint(200) } }, "int32_data: found 200 at position 0"),
            (ONNXBytes.tensor("w", 99, [1]) { _ in }, "data_type: found 99"),
        ]
        for (tensor, text) in wrong {
            let model = ONNXBytes.model(
                [ONNXBytes.node("Relu", ["x"], ["y"])], inputs: [ONNXBytes.value("x", [2])],
                outputs: [ONNXBytes.value("y", [2])], initializers: [tensor])
            let failure = try ONNXTesting.failure(model)
            #expect(failure.kind == .corrupt)
            #expect(failure.description.contains(text), "\(failure)")
        }
    }
}
