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

    /// One term alone.
    init(_ term: Term) { self.init(terms: [term], offset: 0) }

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

// MARK: Arithmetic. Never traps: what leaves the range of Int saturates, and stays far beyond the bounds that
// `TensorType.checkBounds()` enforces wherever a type is made.
extension Dimension {
    public static func + (lhs: Dimension, rhs: Dimension) -> Dimension {
        var terms = lhs.terms
        for term in rhs.terms {
            if let index = terms.firstIndex(where: { $0.atom == term.atom }) {
                terms[index].coefficient = saturatingSum(terms[index].coefficient, term.coefficient)
            } else {
                terms.append(term)
            }
        }
        terms.removeAll { $0.coefficient == 0 }
        if terms.count > 1 { terms.sort { $0.atom.description < $1.atom.description } }
        return Dimension(terms: terms, offset: saturatingSum(lhs.offset, rhs.offset))
    }

    public static func - (lhs: Dimension, rhs: Dimension) -> Dimension { lhs + rhs * -1 }

    public static func * (lhs: Dimension, factor: Int) -> Dimension {
        guard factor != 0 else { return Dimension(0) }
        return Dimension(
            terms: lhs.terms.map { Term(coefficient: saturatingProduct($0.coefficient, factor), atom: $0.atom) },
            offset: saturatingProduct(lhs.offset, factor))
    }

    /// ⌊self / divisor⌋ for a positive divisor, in a normal form: whole parts leave the quotient
    /// (⌊(16h + 3) / 2⌋ is 8h + 1, ⌊3h / 2⌋ is h + ⌊h / 2⌋), common factors cancel
    /// (⌊(2h + 1) / 4⌋ is ⌊h / 2⌋), quotients of quotients merge.
    public func flooredQuotient(by divisor: Int) -> Dimension {
        precondition(divisor > 0, "a dimension is divided by a positive number")
        if divisor == 1 { return self }
        var whole = Dimension(flooredDivision(offset, divisor))
        var rest = Dimension(flooredRemainder(offset, divisor))
        var common = divisor
        for term in terms {
            let quotient = flooredDivision(term.coefficient, divisor)
            let remainder = flooredRemainder(term.coefficient, divisor)
            whole = whole + Dimension(Term(coefficient: 1, atom: term.atom)) * quotient
            if remainder != 0 {
                rest = rest + Dimension(Term(coefficient: remainder, atom: term.atom))
                common = greatestCommonDivisor(common, remainder)
            }
        }
        if rest.terms.isEmpty { return whole }
        if common > 1 {
            rest = Dimension(
                terms: rest.terms.map { Term(coefficient: $0.coefficient / common, atom: $0.atom) },
                offset: flooredDivision(rest.offset, common))
        }
        return whole + rest.irreducibleQuotient(by: divisor / common)
    }

    /// The quotient of what `flooredQuotient` could not take apart.
    private func irreducibleQuotient(by divisor: Int) -> Dimension {
        if terms.count == 1, terms[0].coefficient == 1, case .quotient(let dividend, let inner) = terms[0].atom {
            let (product, overflows) = inner.multipliedReportingOverflow(by: divisor)
            if !overflows { return (dividend + Dimension(offset) * inner).flooredQuotient(by: product) }
        }
        return Dimension(terms: [Term(coefficient: 1, atom: .quotient(self, divisor: divisor))], offset: 0)
    }

    /// ⌈self / divisor⌉ for a positive divisor.
    public func ceiledQuotient(by divisor: Int) -> Dimension {
        (self + Dimension(divisor - 1)).flooredQuotient(by: divisor)
    }

    /// self / divisor where every part divides, else nil.
    public func exactQuotient(by divisor: Int) -> Dimension? {
        guard divisor != 0, divisor != -1 else { return divisor == 0 ? nil : self * -1 }
        guard offset % divisor == 0, terms.allSatisfy({ $0.coefficient % divisor == 0 }) else { return nil }
        return Dimension(
            terms: terms.map { Term(coefficient: $0.coefficient / divisor, atom: $0.atom) }, offset: offset / divisor)
    }

    /// The product where one factor is a constant; nil when both are symbolic.
    public func multiplied(by other: Dimension) -> Dimension? {
        if let factor = other.constant { return self * factor }
        if let factor = constant { return other * factor }
        return nil
    }
}

// MARK: Symbols
extension Dimension {
    /// Replaces symbols by numbers; symbols that are not in the table stay.
    public func substituting(_ bindings: [String: Int]) -> Dimension {
        substituting(bindings.mapValues { Dimension($0) })
    }

    /// Replaces symbols by expressions, all at once; symbols that are not in the table stay.
    public func substituting(_ bindings: [String: Dimension]) -> Dimension {
        terms.reduce(Dimension(offset)) { sum, term in
            let atom: Dimension
            switch term.atom {
            case .symbol(let name):
                atom = bindings[name] ?? Dimension(symbol: name)
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

    /// Whether a text is a symbol's name: letters, digits and underscores of ASCII, a digit not first.
    public static func isSymbol(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f
        }
    }

    /// The number of terms, those inside quotients included. Bounded in a checked type, since hostile chains of
    /// operations could otherwise double an expression at every step.
    public var termCount: Int {
        terms.reduce(0) { sum, term in
            switch term.atom {
            case .symbol: sum + 1
            case .quotient(let dividend, _): sum + 1 + dividend.termCount
            }
        }
    }
}

private func saturatingSum(_ lhs: Int, _ rhs: Int) -> Int {
    let (sum, overflows) = lhs.addingReportingOverflow(rhs)
    return overflows ? (lhs < 0 ? Int.min : Int.max) : sum
}

private func saturatingProduct(_ lhs: Int, _ rhs: Int) -> Int {
    let (product, overflows) = lhs.multipliedReportingOverflow(by: rhs)
    return overflows ? ((lhs < 0) != (rhs < 0) ? Int.min : Int.max) : product
}

/// For a positive divisor.
private func flooredDivision(_ dividend: Int, _ divisor: Int) -> Int {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient - 1 : quotient
}

/// dividend − ⌊dividend / divisor⌋·divisor, for a positive divisor.
private func flooredRemainder(_ dividend: Int, _ divisor: Int) -> Int {
    let remainder = dividend % divisor
    return remainder < 0 ? remainder + divisor : remainder
}

/// For a positive first number.
private func greatestCommonDivisor(_ lhs: Int, _ rhs: Int) -> Int {
    var (a, b) = (lhs, rhs)
    while b != 0 { (a, b) = (b, a % b) }
    return a < 0 ? -a : a
}

// MARK: Text, as the textual form prints it: `592`, `16*h`, `8*h+1`, `h/2`, `3*((h+1)/2)`.
extension Dimension: CustomStringConvertible {
    public var description: String {
        var text = ""
        for term in terms {
            let factor = term.coefficient == 1 ? "" : term.coefficient == -1 ? "-" : "\(term.coefficient)*"
            var atom = term.atom.description
            if case .quotient = term.atom, !factor.isEmpty { atom = "(\(atom))" }
            text += (text.isEmpty || term.coefficient < 0 ? "" : "+") + factor + atom
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
        case .quotient(let dividend, let divisor):
            Dimension.isSymbol(dividend.description) ? "\(dividend)/\(divisor)" : "(\(dividend))/\(divisor)"
        }
    }
}
