import GraphIR

extension OperationEvaluator {
    /// The operand, broadcast to another shape.
    func expansion(_ operand: Tensor, shape: [Int]) -> Tensor {
        operand.gathering(stridedOffsets(shape, broadcastStrides(operand.shape, to: shape)), shape: shape)
    }
}
