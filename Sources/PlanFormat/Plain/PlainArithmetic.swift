/// Arithmetic of two tensors, whose elements are walked along a loop; position after position of the loop makes the elements of
/// the result. Every element type except bool. Integers wrap around, and an integer divided by 0 gives 0.
public struct PlainArithmetic: Hashable, Sendable, PlainParameters {
    public var kind: BinaryParameters.Kind
    public var loop: PlainLoop
    public var left: PlainView
    public var right: PlainView
    /// Applied to each result; only float32 has one.
    public var activation: Activation

    public init(
        _ kind: BinaryParameters.Kind, loop: PlainLoop, left: PlainView, right: PlainView, activation: Activation = .identity
    ) {
        self.kind = kind
        self.loop = loop
        self.left = left
        self.right = right
        self.activation = activation
    }

    init(reading words: inout WordReader) throws(PlanError) {
        kind = try words.code("kind")
        loop = try words.loop("loop")
        left = try words.view()
        right = try words.view()
        activation = try words.activation()
    }

    func write(to out: inout WordWriter) {
        out.put(Int(kind.rawValue))
        out.put(loop)
        out.put(left)
        out.put(right)
        out.put(activation)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(2...2)
        let element = operands.result.element
        try require(element != .bool, ".result: elements are bool, expected numbers")
        try require(element != .float32 || !kind.isOfBits, ".kind: is # of float32 elements, expected 0 to 9", Int(kind.rawValue))
        try require(
            element == .float32 || activation.function == .identity,
            ".activation: of \(element.name) elements, expected the identity")
        for source in operands.sources { try operands.requireElement(source, element, "source") }
        try operands.requireCount(operands.result, try operands.requirePositions(loop, "loop"), "result")
        try operands.requireInside(left, loop, operands.sources[0], "left")
        try operands.requireInside(right, loop, operands.sources[1], "right")
    }
}
