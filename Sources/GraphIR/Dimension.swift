/// One side of a tensor: an integer, or an affine expression over symbols such as `16*h + 2`.
///
/// Convolutional networks need sums, products with a constant and floored quotients (strides). An exact quotient of
/// an affine expression is affine again: halving `16*h` gives `8*h`, so that a U-Net whose input is declared
/// as `16*h` type-checks without knowing `h`. A quotient that is not exact becomes a symbol of its own.
public struct Dimension: Hashable, Sendable {
    /// An indivisible part of a symbolic dimension.
    public indirect enum Atom: Hashable, Sendable {
        case symbol(String)
        /// ⌊dividend / divisor⌋ where the division is not known to be exact.
        case quotient(Dimension, divisor: Int)
    }

    /// Coefficients of the atoms, without zeros, sorted by the atom's text so that equal expressions are equal values.
    public private(set) var terms: [Term]
    public private(set) var offset: Int

    public struct Term: Hashable, Sendable {
        public var coefficient: Int
        public var atom: Atom
    }

    public init(_ constant: Int) {
        terms = []
        offset = constant
    }

    public init(symbol: String, times coefficient: Int = 1) {
        terms = coefficient == 0 ? [] : [Term(coefficient: coefficient, atom: .symbol(symbol))]
        offset = 0
    }

    private init(terms: [Term], offset: Int) {
        self.terms = terms
        self.offset = offset
    }

    /// The value when no symbol is left, else nil.
    public var constant: Int? { terms.isEmpty ? offset : nil }
}

extension Dimension: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self.init(value) }
}

// MARK: Arithmetic. Overflow wraps here; shapes are bounded where they are bound and where a tensor is made.
extension Dimension {
    public static func + (lhs: Dimension, rhs: Dimension) -> Dimension {
        var terms = lhs.terms
        for term in rhs.terms {
            if let index = terms.firstIndex(where: { $0.atom == term.atom }) {
                terms[index].coefficient &+= term.coefficient
            } else {
                terms.append(term)
            }
        }
        terms.removeAll { $0.coefficient == 0 }
        terms.sort { $0.atom.description < $1.atom.description }
        return Dimension(terms: terms, offset: lhs.offset &+ rhs.offset)
    }

    public static func - (lhs: Dimension, rhs: Dimension) -> Dimension { lhs + rhs * -1 }

    public static func * (lhs: Dimension, factor: Int) -> Dimension {
        guard factor != 0 else { return Dimension(0) }
        return Dimension(
            terms: lhs.terms.map { Term(coefficient: $0.coefficient &* factor, atom: $0.atom) },
            offset: lhs.offset &* factor)
    }

    /// ⌊self / divisor⌋ for a positive divisor. The multiple part divides exactly, so ⌊(16h + 3) / 2⌋ is 8h + 1.
    public func flooredQuotient(by divisor: Int) -> Dimension {
        precondition(divisor > 0, "a dimension is divided by a positive number")
        if divisor == 1 { return self }
        if terms.allSatisfy({ $0.coefficient % divisor == 0 }) {
            return Dimension(
                terms: terms.map { Term(coefficient: $0.coefficient / divisor, atom: $0.atom) },
                offset: flooredDivision(offset, divisor))
        }
        return Dimension(terms: [Term(coefficient: 1, atom: .quotient(self, divisor: divisor))], offset: 0)
    }

    /// ⌈self / divisor⌉ for a positive divisor.
    public func ceiledQuotient(by divisor: Int) -> Dimension {
        (self + Dimension(divisor - 1)).flooredQuotient(by: divisor)
    }

    /// The product where one factor is a constant; nil when both are symbolic.
    public func multiplied(by other: Dimension) -> Dimension? {
        if let factor = other.constant { return self * factor }
        if let factor = constant { return other * factor }
        return nil
    }

    /// Replaces symbols by numbers; symbols that are not in the table stay.
    public func substituting(_ bindings: [String: Int]) -> Dimension {
        terms.reduce(Dimension(offset)) { sum, term in
            let atom: Dimension
            switch term.atom {
            case .symbol(let name):
                atom = bindings[name].map { Dimension($0) } ?? Dimension(symbol: name)
            case .quotient(let dividend, let divisor):
                atom = dividend.substituting(bindings).flooredQuotient(by: divisor)
            }
            return sum + atom * term.coefficient
        }
    }

    /// Names of the symbols in the expression, in the order in which they are written.
    public var symbols: [String] {
        terms.flatMap { term -> [String] in
            switch term.atom {
            case .symbol(let name): [name]
            case .quotient(let dividend, _): dividend.symbols
            }
        }
    }
}

private func flooredDivision(_ dividend: Int, _ divisor: Int) -> Int {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient - 1 : quotient
}

// MARK: Text, as the textual form prints it: `592`, `16*h`, `8*h+1`, `(h+1)/2`.
extension Dimension: CustomStringConvertible {
    public var description: String {
        var text = ""
        for term in terms {
            let factor = term.coefficient == 1 ? "" : term.coefficient == -1 ? "-" : "\(term.coefficient)*"
            text += (text.isEmpty || term.coefficient < 0 ? "" : "+") + factor + term.atom.description
        }
        if terms.isEmpty { return "\(offset)" }
        if offset != 0 { text += offset > 0 ? "+\(offset)" : "\(offset)" }
        return text
    }
}

extension Dimension.Atom: CustomStringConvertible {
    public var description: String {
        switch self {
        case .symbol(let name): name
        case .quotient(let dividend, let divisor): "(\(dividend))/\(divisor)"
        }
    }
}
