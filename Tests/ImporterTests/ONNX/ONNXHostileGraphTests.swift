import Foundation
import GraphIR
import TestSupport
import Testing

@testable import Importer

/// Graphs that are sound protocol buffers and nonsense otherwise: refused with the node, and never a trap.
@Suite struct ONNXHostileGraphTests {
    private static let image = ONNXBytes.value("x", [1, 2, 4, 4])

    private func failure(
        _ nodes: [[UInt8]], inputs: [[UInt8]] = [image], initializers: [[UInt8]] = [], opset: Int = 17
    ) throws -> ImportFailure {
        try ONNXTesting.failure(
            ONNXBytes.model(
                nodes, inputs: inputs, outputs: [ONNXBytes.value("y", [])], initializers: initializers, opset: opset))
    }

    /// What the fuzz targets have found. Each was a trap, or a graph that does not verify.
    @Test(arguments: try! FileManager.default.contentsOfDirectory(atPath: Fixtures.path("onnx/findings")).sorted())
    func findingsOfFuzzingAreRefused(name: String) throws {
        do throws(ImportFailure) {
            _ = try ModelImporter.read(path: try! Fixtures.path("onnx/findings/\(name)"))
            Issue.record("\(name) was imported")
        } catch {
            #expect(!error.problems.isEmpty && !error.summary.contains("verify"), "\(error)")
        }
    }

    @Test func scalarsHaveNoAxes() throws {
        for (node, opset) in [
            (ONNXBytes.node("Gather", ["x", "i"], ["y"]), 17), (ONNXBytes.node("Split", ["x"], ["y"]), 17),
            (ONNXBytes.node("Softmax", ["x"], ["y"]), 17), (ONNXBytes.node("ArgMax", ["x"], ["y"]), 17),
            (ONNXBytes.node("Concat", ["x", "x"], ["y"], ["axis": .int(0)]), 17),
            (ONNXBytes.node("LayerNormalization", ["x", "x"], ["y"]), 17),
            (ONNXBytes.node("Slice", ["x"], ["y"], ["starts": .ints([0]), "ends": .ints([1])]), 9),
            (ONNXBytes.node("Unsqueeze", ["x"], ["y"], ["axes": .ints([0, 0])]), 9),
        ] {
            let failure = try failure(
                [node], inputs: [ONNXBytes.value("x", [])], initializers: [ONNXBytes.tensor("i", [], integers: [0])], opset: opset)
            #expect(failure.kind == .corrupt, "\(failure)")
        }
    }

    @Test func hugeAmountsAreRefused() throws {
        let weights = ONNXBytes.tensor("w", [2, 2, 3, 3], [Float](repeating: 1, count: 36))
        for amount in [Int.min, Int.max, 1 << 40] {
            for node in [
                ONNXBytes.node("ConvTranspose", ["x", "w"], ["y"], ["pads": .ints([0, 0, amount, 0])]),
                ONNXBytes.node("Conv", ["x", "w"], ["y"], ["pads": .ints([0, amount, 0, 0])]),
                ONNXBytes.node("Conv", ["x", "w"], ["y"], ["strides": .ints([amount, 1])]),
                ONNXBytes.node("ConvTranspose", ["x", "w"], ["y"], ["output_padding": .ints([amount, 1])]),
                ONNXBytes.node(
                    "AveragePool", ["x"], ["y"],
                    [
                        "kernel_shape": .ints([2, 2]), "pads": .ints([amount, amount, amount, amount]), "ceil_mode": .int(1),
                        "count_include_pad": .int(1),
                    ]),
                ONNXBytes.node("DepthToSpace", ["x"], ["y"], ["blocksize": .int(amount)]),
                ONNXBytes.node("Transpose", ["x"], ["y"], ["perm": .ints([0, 1, 2, amount])]),
                ONNXBytes.node("ReduceMean", ["x"], ["y"], ["axes": .ints([amount])]),
            ] {
                #expect(try failure([node], initializers: [weights]).problems.isEmpty == false, "\(amount)")
            }
        }
    }

    @Test func rangesOfFloatsAreBounded() throws {
        for (start, limit, step) in [(Float(1e38), Float(-1e38), Float(1)), (0, 1e30, 1), (0, 1, 0), (.nan, 1, 1), (0, .infinity, 1)] {
            let failure = try failure(
                [ONNXBytes.node("Range", ["a", "b", "c"], ["r"]), ONNXBytes.node("Reshape", ["x", "r"], ["y"])],
                initializers: [
                    ONNXBytes.tensor("a", [], [start]), ONNXBytes.tensor("b", [], [limit]), ONNXBytes.tensor("c", [], [step]),
                ])
            #expect(!failure.problems.isEmpty, "\(start) \(limit) \(step)")
        }
    }

    @Test func operandsOfOtherTypesAreRefused() throws {
        let integer = ONNXBytes.tensor("i", [], integers: [1])
        let bound = try failure([ONNXBytes.node("Clip", ["x", "i"], ["y"])], initializers: [integer])
        #expect(bound.description.contains("found a bound of i64, accepted: f32"), "\(bound)")
        // A ratio of another type says nothing at inference.
        let bytes = ONNXBytes.model(
            [ONNXBytes.node("Dropout", ["x", "i"], ["y"])], inputs: [Self.image], outputs: [ONNXBytes.value("y", [])],
            initializers: [integer])
        #expect(try ONNXTesting.read(bytes).graph.main.outputs.count == 1)
    }

    @Test func resizingNothingIsRefused() throws {
        let failure = try failure(
            [
                ONNXBytes.node("Slice", ["x", "zero", "zero", "two"], ["e"]),
                ONNXBytes.node(
                    "Resize", ["e", "", "", "sizes"], ["y"],
                    ["keep_aspect_ratio_policy": .string("not_larger"), "axes": .ints([2])]),
            ],
            initializers: [
                ONNXBytes.tensor("zero", [1], integers: [0]), ONNXBytes.tensor("two", [1], integers: [2]),
                ONNXBytes.tensor("sizes", [1], integers: [0]),
            ], opset: 18)
        #expect(failure.description.contains("keep_aspect_ratio_policy: found 0 elements resized to 0"), "\(failure)")
    }

    /// An operator without the result that something needs is told by the node; one that nothing needs does not matter.
    @Test func resultsThatOperatorsDoNotHaveAreNamed() throws {
        let nodes = [ONNXBytes.node("Relu", ["x"], ["a", "b"], name: "act"), ONNXBytes.node("Neg", ["b"], ["y"])]
        let failure = try failure(nodes)
        #expect(failure.kind == .unsupported)
        #expect(failure.description.contains("'act' (Relu): found the result 'b', number 2, accepted: the first 1"), "\(failure)")
        let unused = [ONNXBytes.node("Relu", ["x"], ["a", "b"]), ONNXBytes.node("Neg", ["a"], ["y"])]
        let graph = try ONNXTesting.read(
            ONNXBytes.model(unused, inputs: [Self.image], outputs: [ONNXBytes.value("y", [])])
        ).graph
        #expect(graph.main.outputs.count == 1)
    }

    /// Also those of nodes whose operands could not be converted.
    @Test func allProblemsAreInOneReport() throws {
        let failure = try failure(
            [
                ONNXBytes.node("Unheard", ["x", "x"], ["a"], name: "warp"),
                ONNXBytes.node("Attention", ["a"], ["b"], name: "attend", domain: "com.microsoft"),
                ONNXBytes.node("BatchNormalization", ["b", "s", "s", "s", "s"], ["c"], name: "norm", ["training_mode": .int(1)]),
                ONNXBytes.node("Resize", ["c", "", "s"], ["d"], name: "up", ["coordinate_transformation_mode": .string("odd")]),
                ONNXBytes.node("Cast", ["d"], ["e"], name: "text", ["to": .int(8)]),
                ONNXBytes.node("Relu", ["e"], ["f"], name: "act", ["fancy": .int(1)]),
                ONNXBytes.node("Add", ["f", "x"], ["y"], name: "sum"),
            ], initializers: [ONNXBytes.tensor("s", [2], [1, 1])])
        #expect(failure.kind == .unsupported)
        #expect(failure.problems.map(\.place) == ["warp", "attend", "norm", "up", "text", "act"], "\(failure)")
        #expect(failure.description.contains("'warp' (Unheard): found an operator that is not imported"))
        #expect(failure.description.contains("'attend' (Attention, domain com.microsoft): "))
        #expect(failure.description.contains("'norm' (BatchNormalization), training_mode: found 1, accepted: 0"))
        #expect(failure.problems.allSatisfy { ($0.accepted != nil || $0.aspect == .operator) && $0.className != nil })
    }

    /// Functions that double at every level, or call themselves, end at a limit that is reported once.
    @Test func expansionsAreBounded() throws {
        let levels = 30
        let functions = (0...levels).map { level in
            ONNXBytes.function(
                "F\(level)", domain: "local", inputs: ["a"], outputs: ["b"],
                nodes: level == levels
                    ? [ONNXBytes.node("Relu", ["a"], ["b"])]
                    : [
                        ONNXBytes.node("F\(level + 1)", ["a"], ["t"], domain: "local"),
                        ONNXBytes.node("F\(level + 1)", ["t"], ["b"], domain: "local"),
                    ])
        }
        let failure = try ONNXTesting.failure(
            ONNXBytes.model(
                [ONNXBytes.node("F0", ["x"], ["y"], domain: "local")], inputs: [Self.image], outputs: [ONNXBytes.value("y", [])],
                functions: functions))
        #expect(failure.problems.count == 1)
        #expect(failure.description.contains("found more than 65536 nodes with functions and loops expanded"), "\(failure)")
    }

    /// A few bytes may ask for any number of elements: only so many are made, the others when the model runs.
    @Test func repeatedElementsAreBounded() throws {
        func graph(_ sides: [Int], count: Int = 1) throws -> Graph {
            let fills = (0..<count).map { ONNXBytes.node("ConstantOfShape", ["s"], ["c\($0)"], name: "fill\($0)") }
            let sums = (0..<count).map { ONNXBytes.node("Add", ["x", "c\($0)"], ["y\($0)"]) }
            let bytes = ONNXBytes.model(
                fills + sums, inputs: [ONNXBytes.value("x", [1])], outputs: (0..<count).map { ONNXBytes.value("y\($0)", []) },
                initializers: [ONNXBytes.tensor("s", [sides.count], integers: sides)])
            #expect(bytes.count < 400 * count)
            return try ONNXTesting.read(bytes).graph
        }
        func constantBytes(_ graph: Graph) -> Int { graph.constants.ids.reduce(0) { $0 + graph.constants[$1].bytes.count } }

        let small = try graph([8, 4])
        #expect(small.mnemonics() == ["binary"] && constantBytes(small) == 128)
        // 2^28 elements, a gigabyte.
        let large = try graph([1 << 14, 1 << 14])
        #expect(large.mnemonics() == ["expansion", "binary"] && constantBytes(large) == 4)
        #expect(large.main.type(of: large.main.outputs[0].value).staticShape == [1 << 14, 1 << 14])
        // All together, too: three of 48 MiB of which two fit.
        let several = try graph([3 << 11, 1 << 11], count: 3)
        #expect(several.mnemonics().filter { $0 == "expansion" }.count == 1)
        #expect(constantBytes(several) < ONNXLimits.filledBytes)
        let beyond = try failure(
            [ONNXBytes.node("ConstantOfShape", ["s"], ["y"])], initializers: [ONNXBytes.tensor("s", [2], integers: [1 << 31, 1 << 31])])
        #expect(beyond.description.contains("found a constant of the shape [2147483648, 2147483648]"), "\(beyond)")
    }

    /// Functions that double at every level, down to additions of known tensors: 1,024 of 4,096 elements are folded.
    @Test func foldedElementsAreBounded() throws {
        let levels = 11
        let functions = (0...levels).map { level in
            ONNXBytes.function(
                "F\(level)", domain: "local", inputs: ["a"], outputs: ["b"],
                nodes: level == levels
                    ? [ONNXBytes.node("Add", ["a", "a"], ["b"])]
                    : [
                        ONNXBytes.node("F\(level + 1)", ["a"], ["t"], domain: "local"),
                        ONNXBytes.node("F\(level + 1)", ["t"], ["b"], domain: "local"),
                    ])
        }
        let bytes = ONNXBytes.model(
            [
                ONNXBytes.node("ConstantOfShape", ["s"], ["k"]), ONNXBytes.node("F0", ["k"], ["r"], domain: "local"),
                ONNXBytes.node("Add", ["x", "r"], ["y"]),
            ],
            inputs: [ONNXBytes.value("x", [1])], outputs: [ONNXBytes.value("y", [])],
            initializers: [ONNXBytes.tensor("s", [1], integers: [4096])], functions: functions)
        let adds = try ONNXTesting.read(bytes).graph.mnemonics()
        #expect(adds.count == (1 << levels) - 1024 + 1)
    }

    @Test func textsOfTheFileDoNotSteerTheTerminal() throws {
        let text = "\u{1b}[31m\u{202e}\n" + String(repeating: "x", count: 5_000)
        let failure = try failure([ONNXBytes.node("Bad", ["x"], ["y"], name: text)]).description
        #expect(failure.contains(#"'\u{1b}[31m\u{202e}\u{a}xxx"#), "\(failure)")
        #expect(failure.count < 3_000 && !failure.contains("\u{1b}"))
    }

    @Test func inputsNeedNames() throws {
        let failure = try failure([ONNXBytes.node("Relu", ["x"], ["y"])], inputs: [Self.image, ONNXBytes.value("", [4])])
        #expect(failure.kind == .corrupt)
        #expect(failure.description.contains("'input 2', name: found none"), "\(failure)")
    }
}
