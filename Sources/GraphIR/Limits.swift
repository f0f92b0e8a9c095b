/// Bounds on what a graph may contain. They lie far beyond any network, and low enough that no sum or product formed
/// from values within them overflows.
public enum Limits {
    /// Largest side of a tensor, and largest coefficient in a symbolic side.
    public static let side = 1 << 31
    /// Largest number of elements of a tensor.
    public static let elementCount = 1 << 40
    /// Largest window size, stride, dilation, group count, resize factor or amount of padding.
    public static let attribute = 1 << 20
    /// Largest number of axes.
    public static let rank = 8
    /// Largest ``Dimension/termCount``.
    public static let termCount = 64
    /// Largest number of nodes with every call expanded, the calls themselves included, and largest depth of calls.
    public static let expandedNodeCount = 1 << 16
    public static let callDepth = 64
}

/// The number of elements of a static shape, 1 for a scalar; nil where a side is negative or the number exceeds ``Limits``,
/// empty sides aside: the product of any of the sides is bounded.
public func checkedElementCount(_ shape: [Int]) -> Int? {
    var count = 1
    for side in shape {
        guard (0...Limits.side).contains(side) else { return nil }
        let (product, overflows) = count.multipliedReportingOverflow(by: max(side, 1))
        guard !overflows, product <= Limits.elementCount else { return nil }
        count = product
    }
    return shape.contains(0) ? 0 : count
}

extension TensorType {
    /// Throws unless every side is from 0 to ``Limits/side``, with at most ``Limits/rank`` of them, and the type is no
    /// larger than ``Limits/elementCount``. Of symbolic sides the coefficients and the size of the expression are checked.
    public func checkBounds() throws(GraphError) {
        guard rank <= Limits.rank else { throw GraphError("\(self) has \(rank) axes; at most \(Limits.rank) are supported") }
        for side in shape {
            if let constant = side.constant {
                guard constant >= 0 else { throw GraphError("\(self) has a side of \(constant)") }
                guard constant <= Limits.side else { throw GraphError("\(self) has a side above \(Limits.side)") }
            } else {
                guard side.termCount <= Limits.termCount else {
                    throw GraphError("a side is an expression of more than \(Limits.termCount) terms")
                }
                for symbol in side.symbols where !Dimension.isSymbol(symbol) {
                    throw GraphError("the symbol '\(symbol)' of \(self) is no identifier of letters, digits and underscores")
                }
                guard side.coefficientsAreBounded else { throw GraphError("\(self) has a coefficient above \(Limits.side)") }
            }
        }
        guard checkedElementCount(shape.compactMap(\.constant)) != nil else {
            throw GraphError("\(self) has more than \(Limits.elementCount) elements")
        }
    }
}

extension TensorType {
    /// Throws where a side is known to be 0.
    func requireElements() throws(GraphError) {
        guard !shape.contains(0) else { throw GraphError("\(self) has a side of 0; images have sides from 1") }
    }
}

extension Dimension {
    fileprivate var coefficientsAreBounded: Bool {
        guard offset.magnitude <= Limits.side else { return false }
        return terms.allSatisfy { term in
            guard term.coefficient.magnitude <= Limits.side else { return false }
            guard case .quotient(let dividend, let divisor) = term.atom else { return true }
            return divisor <= Limits.side && dividend.coefficientsAreBounded
        }
    }
}
