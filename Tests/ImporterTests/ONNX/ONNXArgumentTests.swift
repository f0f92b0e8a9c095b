import GraphIR
import Reference
import Testing

@testable import Importer

/// What the caller says of a model's inputs is not called a fault of the model.
@Suite struct ONNXArgumentTests {
    /// Halves the image twice and doubles it again, and joins it with itself: sides are multiples of 4.
    private static let network: [UInt8] = {
        let pool: KeyValuePairs<String, ONNXBytes.Attribute> = ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]
        return ONNXBytes.model(
            [
                ONNXBytes.node("MaxPool", ["image"], ["half"], pool), ONNXBytes.node("MaxPool", ["half"], ["quarter"], pool),
                ONNXBytes.node("Resize", ["quarter", "", "scales"], ["large"]),
                ONNXBytes.node("Concat", ["image", "large"], ["y"], ["axis": .int(1)]),
            ],
            inputs: [ONNXBytes.value("image", ["N", 3, "H", "W"])], outputs: [ONNXBytes.value("y", ["N", 6, "H", "W"])],
            initializers: [ONNXBytes.tensor("scales", [4], [1, 1, 4, 4])])
    }()

    private func failure(_ shape: [Int], name: String = "image") throws -> ImportFailure {
        var options = ImportOptions()
        options.inputShapes[name] = shape
        return try ONNXTesting.failure(Self.network, options: options)
    }

    @Test func sidesThatSuitAreTaken() throws {
        var options = ImportOptions()
        options.inputShapes["image"] = [1, 3, 8, 12]
        #expect(try ONNXTesting.read(Self.network, options: options).graph.main.outputs.count == 1)
    }

    @Test func anUnknownNameIsTheCallers() throws {
        let failure = try failure([1, 3, 8, 8], name: "picture")
        #expect(failure.kind == .arguments)
        #expect(failure.description.contains("'input picture': found no such input, accepted: 'image'"), "\(failure)")
    }

    @Test(arguments: [[1, 8, 8, 3], [1, 1, 8, 8], [3, 8, 8]])
    func anotherOrderRankOrSideIsTheCallers(shape: [Int]) throws {
        let failure = try failure(shape)
        #expect(failure.kind == .arguments)
        #expect(
            failure.description.contains(
                "'input image', shape: found [\(shape.list)], accepted: [N, 3, H, W], in the order of batch, channels, rows, columns"),
            "\(failure)")
    }

    @Test(arguments: [[1, 3, 62, 64], [1, 3, 64, 10], [2, 3, 2, 4]])
    func sidesThatAreNoMultiplesAreTheCallers(shape: [Int]) throws {
        let failure = try failure(shape)
        #expect(failure.kind == .arguments)
        #expect(failure.description.contains("found [\(shape.list)]"), "\(failure)")
        #expect(failure.description.contains("rows and columns being multiples of 4"), "\(failure)")
    }

    /// Where something of the model is not imported, that is what is told, whatever is said of its inputs.
    @Test func aModelThatIsNotImportedComesFirst() throws {
        var options = ImportOptions()
        options.inputShapes["image"] = [1, 8, 8, 3]
        let bytes = ONNXBytes.model(
            [ONNXBytes.node("Unheard", ["image"], ["y"])], inputs: [ONNXBytes.value("image", ["N", 3, "H", "W"])],
            outputs: [ONNXBytes.value("y", ["N"])])
        let failure = try ONNXTesting.failure(bytes, options: options)
        #expect(failure.kind == .unsupported)
        #expect(failure.description.contains("(Unheard)") && failure.description.contains("batch, channels"), "\(failure)")
    }

    @Test func arraysThatDoNotSuitAreTheCallers() throws {
        let bytes = ONNXBytes.model(
            [ONNXBytes.node("Reshape", ["x", "s"], ["y"])],
            inputs: [ONNXBytes.value("x", [2, 3]), ONNXBytes.value("s", [1], dataType: 7)], outputs: [ONNXBytes.value("y", [6])])
        for (constant, text) in [
            (Constant([6], shape: [1]), "found an array of f32, accepted: i64"),
            (Tensor(integers: [3, 2], shape: [2], element: .int64).constant, "found an array of shape [2], accepted: [1]"),
        ] {
            var options = ImportOptions()
            options.boundInputs["s"] = constant
            let failure = try ONNXTesting.failure(bytes, options: options)
            #expect(failure.kind == .arguments)
            #expect(failure.description.contains("'input s': \(text)"), "\(failure)")
        }
    }
}
