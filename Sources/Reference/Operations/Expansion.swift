import GraphIR
import Shapes

extension OperationEvaluator {
    /// The operand read as if it had the shape that it is broadcast to.
    func expansion(_ operand: Tensor, shape: [Int]) -> Tensor {
        operand.gathering(stridedOffsets(shape, broadcastStrides(operand.shape, to: shape)), shape: shape)
    }
}
