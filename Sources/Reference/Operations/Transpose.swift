import GraphIR
import Shapes

extension OperationEvaluator {
    /// Axis i of the result is axis `permutation[i]` of the operand.
    func transpose(_ operation: Transpose, _ operand: Tensor, shape: [Int]) -> Tensor {
        let own = rowMajorStrides(operand.shape)
        return operand.gathering(stridedOffsets(shape, operation.permutation.map { own[$0] }), shape: shape)
    }
}
