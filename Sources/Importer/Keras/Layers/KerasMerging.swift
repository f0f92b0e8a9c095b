import GraphIR

/// Element-wise arithmetic of several tensors, from left to right: layers, and the operations of the same names that Keras 3
/// writes for `x + y` and `x * 2`.
struct KerasMerge: KerasLayerKind {
    static let classNames = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Divide", "TrueDivide"]

    private let kind: Binary.Kind
    private let isAverage: Bool
    private let most: Int
    /// Whether it is a function, which has no arguments that layers have.
    private let isFunction: Bool

    init(_ arguments: inout KerasArguments) {
        isFunction = arguments.dialect.generation >= 3 && arguments["trainable"] == nil
        let kinds: [String: Binary.Kind] = [
            "Subtract": .subtract, "Multiply": .multiply, "Maximum": .maximum, "Minimum": .minimum, "Divide": .divide,
            "TrueDivide": .divide,
        ]
        let name = arguments.declaration.className
        kind = kinds[name] ?? .add
        isAverage = name == "Average"
        most = [.subtract, .divide].contains(kind) ? 2 : .max
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        if isFunction {
            let call = try KerasFunctionCall(
                emitter.application, operands, configuration: .null, parameters: ["x1=x", "x2=y"], takesList: false)
            return [try KerasFunctionNumbers.combined(.binary(Binary(kind)), call, &emitter)]
        }
        let operands = try emitter.alignedOperands(operands)
        guard (2...most).contains(operands.count) else {
            throw GraphError("\(operands.count) operands; \(most == 2 ? "two" : "two or more") are expected")
        }
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
}

extension KerasEmitter {
    /// Operands in one order of axes. A tensor of fewer axes gets sides of 1 behind the batch, as Keras does.
    mutating func alignedOperands(_ tensors: [KerasTensor]) throws(GraphError) -> [KerasTensor] {
        if !tensors.isEmpty, tensors.allSatisfy(\.isPermuted) { return tensors }
        var rank = 0
        for tensor in tensors { rank = max(rank, self.rank(of: tensor)) }
        var aligned: [KerasTensor] = []
        for tensor in tensors { aligned.append(KerasTensor(value: try extended(try inModelOrder(tensor), to: rank))) }
        return aligned
    }

    private mutating func extended(_ value: ValueID, to rank: Int) throws(GraphError) -> ValueID {
        let shape = type(of: value).shape
        guard shape.count < rank, let batch = shape.first else { return value }
        let ones = Array(repeating: Dimension(1), count: rank - shape.count)
        let sides = ([batch] + ones + shape.dropFirst()).map { Reshape.Side.dimension($0) }
        return try append(.reshape(Reshape(sides)), [value], part: "aligned")
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
