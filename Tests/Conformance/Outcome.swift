import GraphIR
import Importer
import Reference

enum Outcome: CustomStringConvertible {
    case passed
    /// Not ONNX's result but the one that is listed in its place.
    case other
    case failed(String)

    /// Two columns: the outcome, and what differs.
    var description: String {
        switch self {
        case .passed: "passed\t"
        case .other: "other\t"
        case .failed(let reason):
            "failed\t" + reason.split(whereSeparator: \.isNewline).joined(separator: "; ").replacing("\t", with: " ")
        }
    }
}

/// A case's model, read with the shapes of the case's inputs, and its inputs.
struct LoadedCase {
    let test: Case
    let graph: Graph
    var inputs: [String: Tensor] = [:]

    init(_ test: Case) throws {
        self.test = test
        var options = ImportOptions()
        for input in test.inputs {
            let constant = try Constant(numPy: input.path)
            if input.isBound {
                options.boundInputs[input.name] = constant
            } else {
                options.inputShapes[input.name] = constant.shape
                inputs[input.name] = Tensor(constant)
            }
        }
        graph = try ModelImporter.read(path: test.model, options: options).graph
    }

    /// Compares all the outputs, those that are listed with another result with that one.
    func outcome(_ results: [String: Tensor]) throws -> Outcome {
        for output in test.outputs {
            guard let result = results[output.name] else { return .failed("no output '\(output.name)'") }
            let expected = test.others.first { $0.name == output.name } ?? output
            if let difference = difference(result.constant, try Constant(numPy: expected.path), test) {
                return .failed("\(output.name): \(difference)")
            }
        }
        return test.others.isEmpty ? .passed : .other
    }
}

/// Evaluates the model as it was imported.
func referenceOutcome(_ loaded: LoadedCase) -> Outcome {
    do {
        let outcome = try loaded.outcome(try Evaluator(loaded.graph).run(loaded.inputs))
        guard case .failed = outcome else { return outcome }
        // The light models have equal weights and activations beyond 1e9, of which a softmax makes 1/n only where a
        // library's matrix product rounds all columns alike.
        return try loaded.outcome(try Evaluator(loaded.graph, arithmetic: .exactScalar).run(loaded.inputs))
    } catch {
        return .failed("\(error)")
    }
}

/// What keeps a result from being the expected one, by the rule of ONNX's runner:
/// |expected − found| ≤ absolute + relative·|found|, NaN being equal to NaN.
func difference(_ found: Constant, _ expected: Constant, _ test: Case) -> String? {
    guard found.element == expected.element else { return "\(found.element.rawValue), expected \(expected.element.rawValue)" }
    guard found.shape == expected.shape else { return "shape \(found.shape), expected \(expected.shape)" }
    let a = Tensor(found).numbers
    let b = Tensor(expected).numbers
    for (index, (x, y)) in zip(a, b).enumerated() where x != y && !(x.isNaN && y.isNaN) {
        guard abs(x - y) <= test.absoluteTolerance + test.relativeTolerance * abs(x) else {
            return "\(x) at position \(index), expected \(y)"
        }
    }
    return nil
}

extension Tensor {
    fileprivate var numbers: [Double] { element.isFloat ? floats.map { Double($0) } : integers.map { Double($0) } }
}
