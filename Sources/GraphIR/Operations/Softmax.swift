/// e^(x − max) / Σ e^(x − max) along one axis. One operand, one result of the same type.
public struct Softmax: Hashable, Sendable {
    /// From 0; never negative in the IR.
    public var axis: Int
    public init(axis: Int) { self.axis = axis }
}

extension Softmax {
    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireFloat(operands[0], "the operand")
        try requireAxis(axis, of: operands[0])
        return operands[0]
    }
}
