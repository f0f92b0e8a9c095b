import GraphIR
import Shapes

extension OperationEvaluator {
    /// Every `step`-th element along each axis.
    func slice(_ operation: Slice, _ operand: Tensor, shape: [Int]) throws(EvaluationError) -> Tensor {
        let strides = rowMajorStrides(operand.shape)
        var positions = [0]
        for (axis, range) in operation.axes.enumerated() {
            guard let start = range.start.constant else {
                throw EvaluationError(.symbolic, "the first element of axis \(axis) is \(range.start), which nothing determines")
            }
            let offsets = (0..<shape[axis]).map { (start + $0 * range.step) * strides[axis] }
            positions = positions.flatMap { base in offsets.map { base + $0 } }
        }
        return operand.gathering(positions, shape: shape)
    }
}
