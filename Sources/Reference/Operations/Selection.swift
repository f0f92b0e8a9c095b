import GraphIR
import Shapes

extension OperationEvaluator {
    /// One of two elements by a condition, with NumPy's broadcasting of all three.
    func selection(_ operands: [Tensor], shape: [Int]) -> Tensor {
        let conditions = operands[0].integers
        func chosen<Number>(_ whenTrue: [Number], _ whenFalse: [Number]) -> [Number] {
            var walk = StridedWalk(shape: shape, strides: operands.map { broadcastStrides($0.shape, to: shape) })
            return (0..<shape.reduce(1, *)).map { _ in
                defer { walk.advance() }
                return conditions[walk.offsets[0]] != 0 ? whenTrue[walk.offsets[1]] : whenFalse[walk.offsets[2]]
            }
        }
        guard operands[1].element != .float32 else { return Tensor(chosen(operands[1].floats, operands[2].floats), shape: shape) }
        return Tensor(integers: chosen(operands[1].integers, operands[2].integers), shape: shape, element: operands[1].element)
    }
}
