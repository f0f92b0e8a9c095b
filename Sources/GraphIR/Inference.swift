extension Operation {
    /// The name of the operation's kind.
    public var mnemonic: String { kind.mnemonic }

    /// The operation's name in messages and in the textual form: the mnemonic, or the function of an element-wise operation.
    public var keyword: String { definition.keyword }

    /// The operation with the symbols of its function replaced by expressions; symbols that are not in the table stay.
    public func substituting(_ bindings: [String: Dimension]) -> Operation { definition.substituting(bindings).operation }

    /// The types of the results for operands of the given types; symbolic sides stay symbolic.
    ///
    /// - Parameters:
    ///   - callee: finds a function of the graph for `.call`.
    ///   - constantType: finds the type of a constant of the graph's table for `.constant`.
    /// - Throws: an error that names the operation and its operands' types where their number, elements, ranks or sides
    ///   do not fit, where an attribute is out of its range, or where a result is empty or beyond ``Limits``.
    public func resultTypes(
        operands: [TensorType], callee: (String) -> Function?, constantType: (ConstantID) -> TensorType? = { _ in nil }
    ) throws(GraphError) -> [TensorType] {
        do throws(GraphError) {
            for operand in operands { try operand.checkBounds() }
            if !type(of: definition).takesStorageTypes { for operand in operands { try operand.requireComputable() } }
            let results = try definition.resultTypes(operands, callee: callee, constantType: constantType)
            for result in results { try result.checkBounds() }
            if isOfImages { for type in operands + results { try type.requireElements() } }
            return results
        } catch {
            let list = operands.count <= 8 ? operands.listed : "(\(operands.count) operands)"
            throw GraphError("\(keyword) of \(list): \(error.message)")
        }
    }

    /// Whether the result is the first operand, bit for bit, provided that both have the same type. Not where that holds for all numbers
    /// but a few: adding 0 turns −0 into 0.
    public func returnsOperandOfSameType(operandCount: Int) -> Bool { definition.returnsOperandOfSameType(operandCount: operandCount) }

    /// Whether the operation's formulas ask for at least one row, column and channel.
    public var isOfImages: Bool { type(of: definition).isOfImages }
}

// MARK: What the operations' rules have in common.

func requireCount(_ operands: [TensorType], _ count: Int) throws(GraphError) {
    guard operands.count == count else {
        throw GraphError("it takes \(count) operand\(count == 1 ? "" : "s"), not \(operands.count)")
    }
}

extension TensorType {
    /// See ``ElementType/isStorageOnly``.
    fileprivate func requireComputable() throws(GraphError) {
        guard !element.isStorageOnly else { throw GraphError("\(element.rawValue) is only stored, cast it to f32 first") }
    }
}

func requireFloat(_ type: TensorType, _ role: String) throws(GraphError) {
    guard type.element == .float32 else { throw GraphError("\(role) has to be f32, not \(type.element.rawValue)") }
}

/// An f32 tensor `[N, H, W, C]`.
func requireImage(_ type: TensorType) throws(GraphError) {
    try requireFloat(type, "the image")
    guard type.rank == 4 else { throw GraphError("the image has to have 4 axes [N, H, W, C], not \(type.rank)") }
}

func requireAxis(_ axis: Int, of type: TensorType) throws(GraphError) {
    guard type.shape.indices.contains(axis) else {
        throw GraphError("axis \(axis) is outside of a tensor with \(type.rank) axes")
    }
}

func requireRange(_ value: Int, from minimum: Int, _ name: String) throws(GraphError) {
    guard value >= minimum, value <= Limits.attribute else {
        throw GraphError("\(name) is \(value), outside of \(minimum)...\(Limits.attribute)")
    }
}

/// Operand `index` is an f32 vector with one element for each of `channels`.
func requireVector(_ type: TensorType, _ channels: Dimension, _ role: String) throws(GraphError) {
    try requireFloat(type, role)
    guard type.shape == [channels] else { throw GraphError("\(role) is \(type); expected f32[\(channels)]") }
}

/// NumPy's broadcasting of two shapes: right-aligned, sides agree or one of them is 1.
func broadcast(_ lhs: ArraySlice<Dimension>, _ rhs: ArraySlice<Dimension>) throws(GraphError) -> [Dimension] {
    let rank = max(lhs.count, rhs.count)
    var shape: [Dimension] = []
    for axis in 0..<rank {
        let left = axis < rank - lhs.count ? 1 : lhs[lhs.startIndex + axis - (rank - lhs.count)]
        let right = axis < rank - rhs.count ? 1 : rhs[rhs.startIndex + axis - (rank - rhs.count)]
        guard left == right || left == 1 || right == 1 else {
            throw GraphError("sides \(left) and \(right) of axis \(axis) do not broadcast")
        }
        shape.append(left == 1 ? right : left)
    }
    return shape
}
