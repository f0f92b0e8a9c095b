/// Adds elements around a tensor of any element type, or removes some where an amount is negative.
public struct Padding: Hashable, Sendable {
    public enum Mode: Hashable, Sendable {
        /// Converted to the element type as ``Cast`` does.
        case constant(Float)
        /// The border's element repeated.
        case edge
        /// Mirrored at the border's element, which is not repeated.
        case reflect
        /// The tensor repeated as if it were periodic.
        case wrap
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

/// The constant is compared by its bits, see ``BitwiseFloat``.
extension Padding.Mode {
    public static func == (lhs: Padding.Mode, rhs: Padding.Mode) -> Bool {
        switch (lhs, rhs) {
        case (.constant(let left), .constant(let right)): left.bitPattern == right.bitPattern
        case (.edge, .edge), (.reflect, .reflect), (.wrap, .wrap): true
        case (.constant, _), (.edge, _), (.reflect, _), (.wrap, _): false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .constant(let value): hasher.combine(value.bitPattern)
        case .edge: hasher.combine(0)
        case .reflect: hasher.combine(1)
        case .wrap: hasher.combine(2)
        }
    }
}

extension Padding: SingleResultOperation {
    static let kind = Operation.Kind.padding
    static let mnemonic = "padding"
    var operation: Operation { .padding(self) }

    var attributes: [String] {
        let mode =
            switch mode {
            case .constant(let value): "constant \(spelling(value))"
            case .edge: "edge"
            case .reflect: "reflect"
            case .wrap: "wrap"
            }
        return [mode, "amounts [\(amounts.map { "\($0.before) \($0.after)" }.joined(separator: ", "))]"]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Padding {
        let mode: Mode
        switch try scanner.choice("a mode", ["constant", "edge", "reflect", "wrap"], \.self) {
        case "constant": mode = .constant(try scanner.float())
        case "edge": mode = .edge
        case "wrap": mode = .wrap
        default: mode = .reflect
        }
        try scanner.expect(word: "amounts")
        let amounts = try scanner.list(in: "[", "]") { scanner throws(TextError) in
            Amount(try scanner.integer(), try scanner.integer())
        }
        return Padding(mode, amounts: amounts)
    }

    func returnsOperandOfSameType(operandCount: Int) -> Bool { amounts.allSatisfy { $0.before == 0 && $0.after == 0 } }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        guard amounts.count == operands[0].rank else {
            throw GraphError("\(amounts.count) pairs of amounts for \(operands[0].rank) axes")
        }
        var result = operands[0]
        for (axis, amount) in amounts.enumerated() {
            try requireRange(amount.before, from: -Limits.attribute, "the amount before axis \(axis)")
            try requireRange(amount.after, from: -Limits.attribute, "the amount after axis \(axis)")
            // Both ends are cut before anything is added: what is left must not be empty, and is all that is mirrored. Constants
            // may be put around nothing.
            if let side = result.shape[axis].constant {
                let left = side + min(0, amount.before) + min(0, amount.after)
                guard left >= 1 || (side == 0 && isConstant && left == 0) else {
                    throw GraphError("amounts \(amount.before) and \(amount.after) remove all \(side) elements of axis \(axis)")
                }
                let added = max(amount.before, amount.after)
                guard mode != .reflect || added < left else {
                    throw GraphError("reflection of \(added) elements on axis \(axis) of \(left)")
                }
            }
            result.shape[axis] = result.shape[axis] + Dimension(amount.before + amount.after)
        }
        return result
    }

    private var isConstant: Bool { if case .constant = mode { true } else { false } }
}
