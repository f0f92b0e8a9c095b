import GraphIR
import Optimizer
import Reference
import TestSupport
import Testing

/// What every pass promises, checked on one graph.
enum PassCheck {
    /// Passes that round; all others give the same bits.
    static let rounding: Set<String> = [foldBatchNormalization.name]

    /// Runs passes over a graph and checks that the result verifies, that inputs and outputs have the same names and
    /// types, and that the outputs are the same for random inputs. Returns the result.
    @discardableResult
    static func run(_ passes: [Pass], on graph: Graph, seed: UInt64 = 1) throws -> Graph {
        let names = passes.map(\.name).joined(separator: ", ")
        var result = graph
        for pass in passes {
            let before = result
            let changed = try pass.run(&result)
            if !changed { #expect(result.functions == before.functions, "\(pass.name) says that it changed nothing") }
            try result.verify()
        }
        #expect(interface(of: result) == interface(of: graph), "\(names): inputs and outputs")
        let isExact = passes.allSatisfy { !rounding.contains($0.name) }
        try compareOutputs(graph, result, seed: seed, isExact: isExact, names)
        return result
    }

    static func interface(of graph: Graph) -> [String] {
        graph.main.inputs.map { "\(graph.main[$0].name): \(graph.main.type(of: $0))" }
            + graph.main.outputs.map { "\($0.name): \(graph.main.type(of: $0.value))" }
    }

    private static func compareOutputs(_ before: Graph, _ after: Graph, seed: UInt64, isExact: Bool, _ names: String) throws {
        let inputs = randomInputs(of: before, seed: seed)
        let expected = try Evaluator(before, arithmetic: .exactScalar).run(inputs)
        let actual = try Evaluator(after, arithmetic: .exactScalar).run(inputs)
        #expect(actual.keys.sorted() == expected.keys.sorted())
        for (name, tensor) in expected {
            let result = try #require(actual[name])
            #expect(result.shape == tensor.shape)
            guard tensor.element == .float32 else {
                #expect(result == tensor, "\(names): '\(name)' has other elements")
                continue
            }
            if isExact {
                #expect(haveEqualBits(result.floats, tensor.floats), "\(names): '\(name)' has other bits")
            } else {
                let largest = tensor.floats.reduce(1) { max($0, $1.magnitude) }
                let difference = difference(result.floats, tensor.floats)
                #expect(difference.largest <= 1e-6 * largest, "\(names): '\(name)': \(difference)")
            }
        }
    }

    /// Random numbers for each input, of integers 0 and 1; symbols become small numbers.
    static func randomInputs(of graph: Graph, seed: UInt64) -> [String: Tensor] {
        var random = SplitMix64(seed: seed)
        let symbols = ["n": 2, "h": 2, "w": 3]
        var inputs: [String: Tensor] = [:]
        for input in graph.main.inputs {
            let shape = graph.main.type(of: input).substituting(symbols).shape.map { $0.constant ?? 1 }
            let count = shape.reduce(1, *)
            let element = graph.main.type(of: input).element
            inputs[graph.main[input].name] =
                element == .float32
                ? Tensor(random.floats(count), shape: shape)
                : Tensor(integers: (0..<count).map { _ in Int64(random.integer(0...1)) }, shape: shape, element: element)
        }
        return inputs
    }
}
