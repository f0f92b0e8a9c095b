import GraphIR

/// UnitNormalization: x / √max(Σx², 1e-12) along some axes.
struct KerasUnitNormalization: KerasLayerKind {
    static let classNames = ["UnitNormalization"]
    private let axes: [Int]
    private let leastSquare: Float

    init(_ arguments: inout KerasArguments) {
        axes = arguments.integers("axis") ?? [-1]
        // Keras 3 bounds the root by 1e-12.
        leastSquare = arguments.dialect.generation >= 3 ? 1e-24 : 1e-12
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let tensor = KerasTensor(value: try emitter.inModelOrder(operands[0]))
        var positive: [Int] = []
        for axis in axes { positive.append(try emitter.axis(axis, of: tensor)) }
        return [try emitter.normalizedToLengthOne(tensor, axes: positive.sorted(), leastSquare: leastSquare)]
    }
}
