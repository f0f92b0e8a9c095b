/// Adds elements around a tensor, or removes some where an amount is negative.
public struct Padding: Hashable, Sendable {
    public enum Mode: Hashable, Sendable {
        case constant(Float)
        /// The border's element repeated.
        case edge
        /// Mirrored at the border's element, which is not repeated.
        case reflect
    }
    public var mode: Mode
    /// One pair an axis.
    public var amounts: [Amount]

    public struct Amount: Hashable, Sendable {
        public var before: Int
        public var after: Int
        public init(_ before: Int, _ after: Int) {
            self.before = before
            self.after = after
        }
    }

    public init(_ mode: Mode, amounts: [Amount]) {
        self.mode = mode
        self.amounts = amounts
    }
}

extension Padding {
    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireFloat(operands[0], "the operand")
        guard amounts.count == operands[0].rank else {
            throw GraphError("\(amounts.count) pairs of amounts for \(operands[0].rank) axes")
        }
        var result = operands[0]
        for (axis, amount) in amounts.enumerated() {
            try requireRange(amount.before, from: -Limits.attribute, "the amount before axis \(axis)")
            try requireRange(amount.after, from: -Limits.attribute, "the amount after axis \(axis)")
            if mode == .reflect, let side = result.shape[axis].constant, max(amount.before, amount.after) >= side {
                throw GraphError("reflection of \(max(amount.before, amount.after)) elements on axis \(axis) of \(side)")
            }
            // Both ends are cut before anything is added, so what is left must not be empty.
            if let side = result.shape[axis].constant, side + min(0, amount.before) + min(0, amount.after) < 1 {
                throw GraphError("amounts \(amount.before) and \(amount.after) remove all \(side) elements of axis \(axis)")
            }
            result.shape[axis] = result.shape[axis] + Dimension(amount.before + amount.after)
        }
        return result
    }
}
