import GraphIR
import Reference
import TestSupport
import Testing

extension SplitMix64 {
    mutating func tensor(_ shape: [Int], from lower: Float = -1, to upper: Float = 1) -> Tensor {
        Tensor(floats(shape.reduce(1, *), from: lower, to: upper), shape: shape)
    }
}

/// Reads an image `[N, H, W, C]` in Double; zero outside.
func pixel(_ image: Tensor, _ sample: Int, _ row: Int, _ column: Int, _ channel: Int) -> Double {
    guard row >= 0, row < image.shape[1], column >= 0, column < image.shape[2] else { return 0 }
    return Double(image.floats[((sample * image.shape[1] + row) * image.shape[2] + column) * image.shape[3] + channel])
}

/// Evaluates both ways and expects the same shape and nearly the same numbers; returns the result through OpenBLAS.
@discardableResult
func expect(
    _ operation: Operation, _ operands: [Tensor], gives expected: [Float], shape: [Int], tolerance: Float = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> Tensor {
    var results: [Tensor] = []
    for arithmetic in [Arithmetic.exactScalar, .blas] {
        let result = try evaluate(operation, operands: operands, arithmetic: arithmetic)[0]
        #expect(result.shape == shape, "\(operation) \(arithmetic)", sourceLocation: sourceLocation)
        let difference = difference(result.floats, expected)
        #expect(difference.largest <= tolerance, "\(operation) \(arithmetic): \(difference)", sourceLocation: sourceLocation)
        results.append(result)
    }
    return results[1]
}
