/// A constant of the graph's table. No operands; the result has the constant's type.
public struct ConstantOperation: Hashable, Sendable {
    public var id: ConstantID
    public init(_ id: ConstantID) { self.id = id }
}

extension ConstantOperation {
    func resultType(
        _ operands: [TensorType], _ constantType: (ConstantID) -> TensorType?
    ) throws(GraphError) -> TensorType {
        try requireCount(operands, 0)
        guard let type = constantType(id) else { throw GraphError("the table has no constant \(id.index)") }
        return type
    }
}
