import PlanFormat
import Reference

/// What differences are accepted: the tolerance times the magnitude of the tensor that is expected.
enum Tolerance {
    /// Float32 sums in another order differ by about 1e-6 in an IterNet's outputs; a grey level of the map is 4e-3.
    static let ofSums = 1e-5

    /// What a plan is allowed. The sums of Winograd's algorithms differ by about 1e-5, and weights that are rounded to 16 bits change the
    /// outputs by far more than any sum. Documentation/Numerics.md has the measurements.
    static func standard(for plan: Plan) -> Double {
        let types = plan.operations.map(\.kernel.weights)
        if types.contains(.bfloat16) { return 0.3 }
        if types.contains(.float16) { return 0.03 }
        let isTiled = plan.operations.contains { operation in
            if case .convolution(let p) = operation.kernel { p.algorithm.tile != nil } else { false }
        }
        return isTiled ? 1e-4 : ofSums
    }

    /// What differences are measured by: the largest finite number, since float32 rounds in proportion, but never less than 1,
    /// since sums near 0 are as inexact as the numbers that they are of. 1 for integers, which are exact.
    static func magnitude(of tensor: Tensor) -> Double {
        guard tensor.element.isFloat else { return 1 }
        return tensor.floats.reduce(1.0) { largest, value in value.isFinite ? max(largest, Double(abs(value))) : largest }
    }
}
