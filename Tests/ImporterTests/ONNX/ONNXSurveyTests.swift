import GraphIR
import Reference
import Testing

@testable import Importer

/// A refusal names all operators that are not imported, wherever they stand, and only what is one of the model's faults.
@Suite struct ONNXSurveyTests {
    private static let x = ONNXBytes.value("x", [2])
    private static let y = ONNXBytes.value("y", [2])

    private func failure(
        _ nodes: [[UInt8]], opset: Int = 17, functions: [[UInt8]] = [], initializers: [[UInt8]] = []
    ) throws -> ImportFailure {
        try ONNXTesting.failure(
            ONNXBytes.model(nodes, inputs: [Self.x], outputs: [Self.y], initializers: initializers, opset: opset, functions: functions))
    }

    private func operators(_ failure: ImportFailure) -> [String] {
        failure.problems.filter { $0.aspect == .operator }.compactMap(\.className)
    }

    @Test func operatorsInsideOfLoopsAndBranchesAreNamed() throws {
        let inner = ONNXBytes.graph([ONNXBytes.node("Innermost", ["x"], ["t"])], outputs: [ONNXBytes.value("t", [2])])
        let body = ONNXBytes.graph(
            [
                ONNXBytes.node("InLoop", ["state"], ["b"], name: "deep"),
                ONNXBytes.node("If", ["on"], ["next"], ["then_branch": .graph(inner), "else_branch": .graph(inner)]),
            ],
            inputs: [ONNXBytes.value("i", [], dataType: 7), ONNXBytes.value("on", [], dataType: 9), ONNXBytes.value("state", [2])],
            outputs: [ONNXBytes.value("on", [], dataType: 9), ONNXBytes.value("next", [2])])
        let failure = try failure(
            [
                ONNXBytes.node("Before", ["x"], ["a"]), ONNXBytes.node("Loop", ["n", "", "a"], ["c"], ["body": .graph(body)]),
                ONNXBytes.node("Behind", ["c"], ["y"]),
            ], initializers: [ONNXBytes.tensor("n", [], integers: [3])])
        #expect(failure.kind == .unsupported)
        #expect(operators(failure) == ["Before", "InLoop", "Innermost", "Behind"], "\(failure)")
        #expect(failure.description.contains("'deep' (InLoop): found an operator that is not imported"))
        #expect(failure.description.contains("(Innermost): found an operator that is not imported, in 2 nodes"))
        #expect(failure.problems.allSatisfy { $0.accepted == nil }, "nothing computes the same")
    }

    /// What nothing reaches stands in the way of nothing.
    @Test func branchesThatAreNotTakenAreNoProblem() throws {
        let taken = ONNXBytes.graph([ONNXBytes.node("Neg", ["x"], ["t"])], outputs: [ONNXBytes.value("t", [2])])
        let other = ONNXBytes.graph([ONNXBytes.node("Unheard", ["x"], ["t"])], outputs: [ONNXBytes.value("t", [2])])
        let bytes = ONNXBytes.model(
            [ONNXBytes.node("If", ["on"], ["y"], ["then_branch": .graph(taken), "else_branch": .graph(other)])],
            inputs: [Self.x], outputs: [Self.y], initializers: [ONNXBytes.tensor("on", 9, [], raw: [1])])
        let result = try ONNXTesting.evaluate(bytes, ["x": Tensor([1, -2], shape: [2])])
        #expect(result["y"]?.floats == [-1, 2])
    }

    @Test func operatorsBehindAVersionAreNamedWithIt() throws {
        let failure = try failure([ONNXBytes.node("Unheard", ["x"], ["a"]), ONNXBytes.node("Relu", ["a"], ["y"])], opset: 99)
        #expect(failure.problems.map(\.aspect) == [.operator, .version])
        #expect(failure.description.contains("opset_import: found version 99, accepted: 1 through 28"))
        #expect(operators(failure) == ["Unheard"])
    }

    @Test func operatorsAndVersionsOfFunctionsAreNamed() throws {
        let function = ONNXBytes.function(
            "Block", domain: "mine", inputs: ["a"], outputs: ["b"], nodes: [ONNXBytes.node("Unheard", ["a"], ["b"])], opset: 77)
        let unused = ONNXBytes.function(
            "Other", domain: "mine", inputs: ["a"], outputs: ["b"], nodes: [ONNXBytes.node("Unused", ["a"], ["b"])], opset: 78)
        let failure = try failure([ONNXBytes.node("Block", ["x"], ["y"], domain: "mine")], functions: [function, unused])
        #expect(operators(failure) == ["Unheard"])
        #expect(failure.description.contains("'function Block', opset_import: found version 77"), "\(failure)")
        #expect(!failure.description.contains("78"))
    }

    /// A model of other domains alone says no version of the standard one, and is as sound as any.
    @Test func modelsOfOtherDomainsAreUnsupported() throws {
        func bytes(_ domain: String) -> [UInt8] {
            var writer = ProtobufWriter()
            writer.integer(1, 8)
            writer.data(
                7, ONNXBytes.graph([ONNXBytes.node("Relu", ["x"], ["y"], name: "r", domain: domain)], inputs: [Self.x], outputs: [Self.y]))
            writer.message(8) {
                $0.text(1, "other")
                $0.integer(2, 1)
            }
            return writer.bytes
        }
        let other = try ONNXTesting.failure(bytes("other"))
        #expect(other.kind == .unsupported)
        #expect(other.description.contains("'r' (Relu, domain other): found an operator that is not imported"), "\(other)")
        let standard = try ONNXTesting.failure(bytes(""))
        #expect(standard.kind == .corrupt)
        #expect(standard.description.contains("opset_import: found no version of the standard domain"))
    }

    @Test func whatIsNoTensorIsNamed() throws {
        var sequence = ProtobufWriter()
        sequence.text(1, "x")
        sequence.message(2) { $0.message(4) { $0.message(1) { $0.message(1) { $0.integer(1, 1) } } } }
        let bytes = ONNXBytes.model([ONNXBytes.node("Identity", ["x"], ["y"])], inputs: [sequence.bytes], outputs: [Self.y])
        let failure = try ONNXTesting.failure(bytes)
        #expect(failure.kind == .unsupported)
        #expect(failure.problems.map(\.aspect) == [.elementType])
        #expect(failure.description.contains("'input x', elem_type: found sequence, accepted: tensors of "), "\(failure)")
    }
}
