/// The same elements in row-major order under another shape. Flattening is a reshape.
public struct Reshape: Hashable, Sendable {
    public enum Side: Hashable, Sendable {
        case dimension(Dimension)
        /// As many as the operand has on this axis.
        case copied
        /// Whatever is left over; at most one side.
        case inferred
    }
    public var sides: [Side]
    public init(_ sides: [Side]) { self.sides = sides }
}

extension Reshape: SingleResultOperation {
    static let kind = Operation.Kind.reshape
    static let mnemonic = "reshape"
    var operation: Operation { .reshape(self) }

    var attributes: [String] {
        ["to [\(sides.map(\.text).joined(separator: ", "))]"]
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Reshape {
        try scanner.expect(word: "to")
        return Reshape(try scanner.list(in: "[", "]") { scanner throws(TextError) in try Side(&scanner) })
    }

    func substituting(_ bindings: [String: Dimension]) -> Reshape {
        Reshape(
            sides.map { side in
                if case .dimension(let dimension) = side { .dimension(dimension.substituting(bindings)) } else { side }
            })
    }

    func returnsOperandOfSameType(operandCount: Int) -> Bool { true }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        let operand = operands[0]
        guard sides.count <= Limits.rank else { throw GraphError("\(sides.count) sides; at most \(Limits.rank) are supported") }
        guard sides.count(where: { $0 == .inferred }) <= 1 else { throw GraphError("more than one side is to be inferred") }
        var shape: [Dimension] = []
        for (axis, side) in sides.enumerated() {
            switch side {
            case .dimension(let dimension): shape.append(dimension)
            case .copied:
                try requireAxis(axis, of: operand)
                shape.append(operand.shape[axis])
            case .inferred: shape.append(1)
            }
        }
        try TensorType(operand.element, shape).checkBounds()
        let left = try leftOver(operand.shape, shape)
        if let axis = sides.firstIndex(of: .inferred) {
            shape[axis] = left
        } else if left != 1 {
            throw GraphError("\(TensorType(operand.element, shape)) has not as many elements as \(operand)")
        }
        return TensorType(operand.element, shape)
    }

    /// The product of `sides` divided by the product of `others`. Equal symbolic sides cancel; of the remaining
    /// ones at most one may be symbolic, since a product of symbols is no ``Dimension``.
    private func leftOver(_ sides: [Dimension], _ others: [Dimension]) throws(GraphError) -> Dimension {
        var divisors = others.filter { $0.constant == nil }
        var factors: [Dimension] = []
        for side in sides where side.constant == nil {
            if let index = divisors.firstIndex(of: side) { divisors.remove(at: index) } else { factors.append(side) }
        }
        // Both products are below Limits.elementCount: the bounds of both types were checked.
        let count = sides.compactMap(\.constant).reduce(1, *)
        let divisor = others.compactMap(\.constant).reduce(1, *)
        guard factors.count <= 1, divisors.count <= 1 else { throw GraphError("a product of symbolic sides cannot be reshaped") }
        let product = (factors.first ?? 1) * count
        guard let symbolic = divisors.first else {
            // Nothing stays nothing under any other shape without elements; a side to be inferred could have any length.
            if product == 0, divisor == 0, !self.sides.contains(.inferred) { return 1 }
            guard let quotient = product.exactQuotient(by: divisor) else {
                throw GraphError("\(product) elements do not divide by \(divisor)")
            }
            return quotient
        }
        guard symbolic * divisor == product else { throw GraphError("\(product) elements are not \(symbolic * divisor)") }
        return 1
    }
}

extension Reshape.Side {
    /// A dimension, `=` for a copied side, `?` for the inferred one.
    fileprivate var text: String {
        switch self {
        case .dimension(let dimension): dimension.description
        case .copied: "="
        case .inferred: "?"
        }
    }

    fileprivate init(_ scanner: inout TextScanner) throws(TextError) {
        if scanner.accept("=") {
            self = .copied
        } else if scanner.accept("?") {
            self = .inferred
        } else {
            self = .dimension(try scanner.dimension())
        }
    }
}
