import GraphIR
import Shapes

extension OperationEvaluator {
    /// The operand several times one after another along each axis.
    func tiling(_ operand: Tensor, shape: [Int]) -> Tensor {
        let strides = rowMajorStrides(operand.shape)
        var positions = [0]
        for axis in shape.indices {
            let offsets = (0..<shape[axis]).map { $0 % operand.shape[axis] * strides[axis] }
            positions = positions.flatMap { base in offsets.map { base + $0 } }
        }
        return operand.gathering(positions, shape: shape)
    }
}
