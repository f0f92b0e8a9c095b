import GraphIR

/// Element-wise arithmetic of several tensors, from left to right.
struct KerasMerge: KerasLayerKind {
    static let classNames = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"]

    private let kind: Binary.Kind
    private let isAverage: Bool
    private let most: Int

    init(_ arguments: inout KerasArguments) {
        let kinds: [String: Binary.Kind] = [
            "Subtract": .subtract, "Multiply": .multiply, "Maximum": .maximum, "Minimum": .minimum,
        ]
        let name = arguments.declaration.className
        kind = kinds[name] ?? .add
        isAverage = name == "Average"
        most = name == "Subtract" ? 2 : .max
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        guard (2...most).contains(operands.count) else {
            throw GraphError("\(operands.count) operands; \(most == 2 ? "two" : "two or more") are expected")
        }
        let operands = try aligned(operands, &emitter)
        var result = operands[0]
        for operand in operands.dropFirst() {
            result.value = try emitter.append(.binary(Binary(kind)), [result.value, operand.value])
        }
        if isAverage {
            let count = emitter.constant([Float(operands.count)], shape: [1], part: "count")
            result.value = try emitter.append(.binary(Binary(.divide)), [result.value, count])
        }
        return [result]
    }

    /// One order of axes; a tensor of fewer axes gets sides of 1 behind the batch, as Keras does.
    private func aligned(_ operands: [KerasTensor], _ emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        if operands.allSatisfy(\.isPermuted) { return operands }
        var rank = 0
        for operand in operands { rank = max(rank, emitter.rank(of: operand)) }
        var aligned: [KerasTensor] = []
        for operand in operands {
            var value = try emitter.inModelOrder(operand)
            let shape = emitter.type(of: value).shape
            if shape.count < rank, let batch = shape.first {
                let ones = Array(repeating: Dimension(1), count: rank - shape.count)
                let sides = ([batch] + ones + shape.dropFirst()).map { Reshape.Side.dimension($0) }
                value = try emitter.append(.reshape(Reshape(sides)), [value], part: "aligned")
            }
            aligned.append(KerasTensor(value: value))
        }
        return aligned
    }
}

/// Concatenate along an axis.
struct KerasConcatenate: KerasLayerKind {
    static let classNames = ["Concatenate"]
    private let axis: Int
    init(_ arguments: inout KerasArguments) { axis = arguments.axis("axis", default: -1) }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        guard let first = operands.first else { throw GraphError("no operands; one or more are expected") }
        let axis = try emitter.axis(axis, of: first)
        let isPermuted = operands.allSatisfy(\.isPermuted)
        var values: [ValueID] = []
        for operand in operands { values.append(isPermuted ? operand.value : try emitter.inModelOrder(operand)) }
        let stored = isPermuted ? first.storedAxis(axis) : axis
        let result = try emitter.append(.concatenation(Concatenation(axis: stored)), values)
        return [KerasTensor(value: result, isPermuted: isPermuted)]
    }
}
