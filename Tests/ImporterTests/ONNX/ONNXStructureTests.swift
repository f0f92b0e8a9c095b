import GraphIR
import Reference
import Testing

@testable import Importer

/// Graphs that contradict themselves, and reports of all that is not imported.
@Suite struct ONNXStructureTests {
    private func model(_ nodes: [[UInt8]], output: String = "y", opset: Int = 17) -> [UInt8] {
        ONNXBytes.model(
            nodes, inputs: [ONNXBytes.value("x", [2])], outputs: [ONNXBytes.value(output, [2])], opset: opset)
    }

    @Test func circlesAreRefused() throws {
        let failure = try ONNXTesting.failure(
            model([
                ONNXBytes.node("Add", ["x", "c"], ["a"], name: "first"), ONNXBytes.node("Relu", ["a"], ["b"], name: "second"),
                ONNXBytes.node("Relu", ["b"], ["c"], name: "third"), ONNXBytes.node("Relu", ["c"], ["y"], name: "last"),
            ]))
        #expect(failure.kind == .corrupt)
        #expect(failure.description.contains("3 nodes that need each other in a circle: 'first', 'third', 'second'"), "\(failure)")
    }

    @Test func nodesOutOfOrderAreSorted() throws {
        let bytes = model([ONNXBytes.node("Neg", ["a"], ["y"]), ONNXBytes.node("Relu", ["x"], ["a"])])
        let result = try ONNXTesting.evaluate(bytes, ["x": Tensor([-1, 2], shape: [2])])
        #expect(result["y"]?.floats == [0, -2])
    }

    @Test func namesAreCheckedForBeingMadeOnce() throws {
        let twice = try ONNXTesting.failure(
            model([
                ONNXBytes.node("Relu", ["x"], ["y"]), ONNXBytes.node("Neg", ["x"], ["y"], name: "again"),
            ]))
        #expect(twice.kind == .corrupt)
        #expect(twice.description.contains("'again': found the result 'y', a name that is taken"))
        let input = try ONNXTesting.failure(model([ONNXBytes.node("Relu", ["x"], ["x"])], output: "x"))
        #expect(input.description.contains("the result 'x', a name that is taken"))
        let missing = try ONNXTesting.failure(model([ONNXBytes.node("Relu", ["z"], ["y"])]))
        #expect(missing.kind == .corrupt)
        #expect(missing.description.contains("the operand 'z', which nothing makes"))
        let output = try ONNXTesting.failure(model([ONNXBytes.node("Relu", ["x"], ["z"])]))
        #expect(output.description.contains("'output y': found a name that nothing makes"))
    }

    /// All of them, not only the first, with what stands in the way and what is accepted.
    @Test func everythingThatIsNotImportedIsReportedAtOnce() throws {
        let failure = try ONNXTesting.failure(
            model([
                ONNXBytes.node("Unheard", ["x"], ["a"], name: "recurrent"),
                ONNXBytes.node("Relu", ["a"], ["b"], name: "behind"),
                ONNXBytes.node("Attention", ["b"], ["c"], name: "foreign", domain: "com.microsoft"),
                ONNXBytes.node("Softmax", ["x"], ["d"], name: "attribute", ["temperature": .float(2)]),
                ONNXBytes.node("Gelu", ["x"], ["e"], name: "value", ["approximate": .string("rough")]),
                ONNXBytes.node("Sum", ["c", "d", "e"], ["y"], name: "sum"),
            ]))
        #expect(failure.kind == .unsupported)
        #expect(failure.problems.map(\.place) == ["recurrent", "foreign", "attribute", "value"])
        #expect(failure.problems[0].accepted == nil)
        #expect(failure.problems[1].className == "Attention, domain com.microsoft")
        #expect(failure.problems[2].attribute == "temperature")
        #expect(failure.problems[3].description.contains("approximate: found 'rough', accepted: 'none', 'tanh'"))
    }

    @Test(arguments: [0, 29, 1_000_000]) func unknownVersionsAreRefused(version: Int) throws {
        let failure = try ONNXTesting.failure(model([ONNXBytes.node("Relu", ["x"], ["y"])], opset: version))
        #expect(failure.kind == .unsupported)
        #expect(failure.description.contains("opset_import: found version \(version), accepted: 1 through 28"))
    }
}
