import GraphIR
import Importer
import Reference

/// A case's model, read with the shapes of the case's inputs, and its inputs.
struct LoadedCase {
    let test: Case
    let graph: Graph
    private(set) var inputs: [String: Tensor] = [:]

    /// - Throws: `ImportFailure` where the model is refused; what is wrong with an array is told only where it is not.
    init(_ test: Case) throws {
        self.test = test
        var options = ImportOptions()
        for input in test.inputs {
            if input.isBound, let constant = try? Constant(numPy: input.path) {
                options.boundInputs[input.name] = constant
            } else if let shape = input.shape {
                options.inputShapes[input.name] = shape
            }
        }
        graph = try ModelImporter.read(path: test.model, options: options).graph
        for input in test.inputs where options.boundInputs[input.name] == nil {
            inputs[input.name] = Tensor(try Constant(numPy: input.path))
        }
    }

    /// Throws a ``CaseFailure`` that says which result is not the expected one, those that are listed with another result
    /// being compared with that one.
    func check(_ results: [String: Tensor]) throws {
        for output in test.outputs {
            guard let result = results[output.name] else { throw CaseFailure("no output '\(output.name)'") }
            let expected = test.others.first { $0.name == output.name } ?? output
            if let difference = difference(result.constant, try Constant(numPy: expected.path), test) {
                throw CaseFailure("\(output.name): \(difference)")
            }
        }
    }

    /// Evaluates the model as it was imported.
    func checkReference() throws {
        do {
            try check(try Evaluator(graph).run(inputs))
        } catch is CaseFailure {
            // The light models have equal weights and activations beyond 1e9, of which a softmax makes 1/n only where a
            // library's matrix product rounds all columns alike.
            try check(try Evaluator(graph, arithmetic: .exactScalar).run(inputs))
        }
    }
}

/// What keeps a result from being the expected one, by the rule of ONNX's runner:
/// |expected − found| ≤ absolute + relative·|expected|, NaN being equal to NaN, and bfloat16 being given two of its units in the last place.
private func difference(_ found: Constant, _ expected: Constant, _ test: Case) -> String? {
    guard found.element == expected.element else { return "\(found.element.rawValue), expected \(expected.element.rawValue)" }
    guard found.shape == expected.shape else { return "shape \(found.shape), expected \(expected.shape)" }
    let relative = found.element == .bfloat16 ? max(test.relativeTolerance, 0x1p-6) : test.relativeTolerance
    let a = Tensor(found).numbers
    let b = Tensor(expected).numbers
    for (index, (x, y)) in zip(a, b).enumerated() where x != y && !(x.isNaN && y.isNaN) {
        guard abs(x - y) <= test.absoluteTolerance + relative * abs(y) else {
            return "\(x) at position \(index), expected \(y)"
        }
    }
    return nil
}

extension Tensor {
    fileprivate var numbers: [Double] {
        if element.isFloat { return floats.map { Double($0) } }
        return element == .uint64 ? integers.map { Double(UInt64(bitPattern: $0)) } : integers.map { Double($0) }
    }
}
