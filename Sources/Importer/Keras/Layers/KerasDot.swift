import GraphIR

/// Dot: sums of products along an axis of each of two tensors, for each element of the batch. The axis leaves both; of two vectors one
/// number is left.
struct KerasDot: KerasLayerKind {
    static let classNames = ["Dot"]

    private let axes: [Int]
    private let normalizes: Bool
    private let leastSquare: Float

    init(_ arguments: inout KerasArguments) {
        let given = arguments.integers("axes") ?? []
        axes = given.count == 1 ? given + given : given
        if axes.count != 2 { arguments.report("axes", found: "\(given)", accepted: "an axis of each operand") }
        normalizes = arguments.flag("normalize", default: false)
        leastSquare = arguments.dialect.generation >= 3 ? 1e-14 : 1e-12
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        guard operands.count == 2 else { throw GraphError("\(operands.count) operands; two are expected") }
        var values: [ValueID] = []
        for (index, operand) in operands.enumerated() {
            var tensor = KerasTensor(value: try emitter.inModelOrder(operand))
            let rank = emitter.rank(of: tensor)
            let axis = try emitter.axis(axes[index], of: tensor)
            guard axis > 0, (2...3).contains(rank) else {
                throw GraphError(
                    "axis \(axes[index]) of \(emitter.type(of: tensor.value)); one behind the batch of 2 or 3 axes is expected")
            }
            if normalizes { tensor = try emitter.normalizedToLengthOne(tensor, axes: [axis], leastSquare: leastSquare) }
            values.append(try matrix(tensor.value, axis, isFirst: index == 0, &emitter))
        }
        let product = try emitter.append(.matrixMultiplication(MatrixMultiplication()), values, part: "product")
        let shape = emitter.type(of: product).shape
        let ranks = operands.map { emitter.rank(of: $0) }
        // The axes that were added for vectors leave again, but one of two.
        let sides = [shape[0]] + (ranks[0] == 3 ? [shape[1]] : []) + (ranks[1] == 3 ? [shape[2]] : [])
        let reshape = Reshape((sides.count == 1 ? sides + [1] : sides).map { .dimension($0) })
        return [KerasTensor(value: try emitter.append(.reshape(reshape), [product]))]
    }

    /// `[N, rows, K]` or `[N, K, columns]`, K being the axis of the sums.
    private func matrix(
        _ value: ValueID, _ axis: Int, isFirst: Bool, _ emitter: inout KerasEmitter
    ) throws(GraphError) -> ValueID {
        let shape = emitter.type(of: value).shape
        if shape.count == 2 {
            let sides = isFirst ? [shape[0], 1, shape[1]] : [shape[0], shape[1], 1]
            return try emitter.append(.reshape(Reshape(sides.map { .dimension($0) })), [value], part: isFirst ? "row" : "column")
        }
        guard axis != (isFirst ? 2 : 1) else { return value }
        return try emitter.append(.transpose(Transpose([0, 2, 1])), [value], part: isFirst ? "rows" : "columns")
    }
}
