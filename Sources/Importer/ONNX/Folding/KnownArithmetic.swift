import GraphIR

/// Arithmetic on elements that are known while a graph is converted. The result is nil if it cannot be expressed.
enum KnownArithmetic {
    static func add(_ a: KnownElement, _ b: KnownElement) -> KnownElement? {
        if case .dimension(let x) = a, case .dimension(let y) = b {
            // Numbers wrap, as they do when a model runs; expressions of sides do not become so large.
            if let p = x.constant, let q = y.constant { return .dimension(Dimension(p &+ q)) }
            return .dimension(x + y)
        }
        if case .real(let x) = a, case .real(let y) = b { return .real(x + y) }
        // A symbolic side in float arithmetic: whole numbers stay expressions.
        if case .dimension(let x) = a, let y = b.whole { return .dimension(x + Dimension(y)) }
        if case .dimension(let y) = b, let x = a.whole { return .dimension(y + Dimension(x)) }
        return nil
    }

    static func subtract(_ a: KnownElement, _ b: KnownElement) -> KnownElement? {
        if case .real(let x) = a, case .real(let y) = b { return .real(x - y) }
        guard let negative = multiply(b, .dimension(-1)) else { return nil }
        return add(a, negative)
    }

    static func multiply(_ a: KnownElement, _ b: KnownElement) -> KnownElement? {
        switch (a, b) {
        case (.real(let x), .real(let y)): return .real(x * y)
        case (.dimension(let x), .dimension(let y)):
            if let p = x.constant, let q = y.constant { return .dimension(Dimension(p &* q)) }
            return x.multiplied(by: y).map { .dimension($0) }
        case (.ratio(let x, let divisor), .dimension(let y)), (.dimension(let y), .ratio(let x, let divisor)):
            guard let product = x.multiplied(by: y) else { return nil }
            return quotient(product, divisor)
        case (.dimension(let x), .real(let y)), (.real(let y), .dimension(let x)):
            if let constant = x.constant { return .real(Double(constant) * y) }
            if let whole = KnownElement.real(y).whole { return .dimension(x * whole) }
            guard let divisor = KnownElement.real(1 / y).whole, divisor > 0, y.isReciprocal(of: divisor) else { return nil }
            return quotient(x, divisor)
        case (.ratio(let x, let divisor), .real(let y)), (.real(let y), .ratio(let x, let divisor)):
            guard let whole = KnownElement.real(y).whole else { return nil }
            return quotient(x * whole, divisor)
        case (.ratio, .ratio): return nil
        }
    }

    /// Integers truncate toward zero; symbolic sides are taken as not negative.
    static func divide(_ a: KnownElement, _ b: KnownElement, isFloat: Bool) -> KnownElement? {
        switch (a, b) {
        case (.real(let x), .real(let y)): return .real(x / y)
        case (.dimension(let x), .dimension(let y)):
            if let p = x.constant, let q = y.constant {
                if isFloat { return .real(Double(p) / Double(q)) }
                return q == 0 || (p == Int.min && q == -1) ? nil : .dimension(Dimension(p / q))
            }
            if x == y { return .dimension(1) }
            guard let divisor = y.constant, divisor > 0 else { return nil }
            return isFloat ? quotient(x, divisor) : .dimension(x.flooredQuotient(by: divisor))
        case (.dimension(let x), .real):
            guard let divisor = b.whole, divisor > 0 else { return nil }
            return quotient(x, divisor)
        case (.ratio(let x, let inner), _):
            guard let divisor = b.whole, divisor > 0 else { return nil }
            let (product, overflows) = inner.multipliedReportingOverflow(by: divisor)
            return overflows ? nil : quotient(x, product)
        default: return nil
        }
    }

    /// The remainder with the divisor's sign (ONNX's Mod of integers), or with the dividend's (`fmod`).
    static func remainder(_ a: KnownElement, _ b: KnownElement, truncates: Bool) -> KnownElement? {
        guard case .dimension(let x) = a, case .dimension(let y) = b, let divisor = y.constant, divisor != 0 else { return nil }
        if let p = x.constant {
            guard divisor != -1 else { return .dimension(0) }
            let rest = p % divisor
            return .dimension(Dimension(truncates || rest == 0 || (rest < 0) == (divisor < 0) ? rest : rest + divisor))
        }
        guard divisor > 0 else { return nil }
        return .dimension(x - x.flooredQuotient(by: divisor) * divisor)
    }

    static func power(_ a: KnownElement, _ b: KnownElement) -> KnownElement? {
        guard let exponent = b.whole, (0...64).contains(exponent) else { return nil }
        var result: KnownElement
        if case .real = a { result = .real(1) } else { result = .dimension(1) }
        for _ in 0..<exponent {
            guard let next = multiply(result, a) else { return nil }
            result = next
        }
        return result
    }

    static func smaller(_ a: KnownElement, _ b: KnownElement) -> KnownElement? {
        if case .real(let x) = a, case .real(let y) = b { return .real(x.isNaN || y.isNaN ? .nan : Swift.min(x, y)) }
        return isLess(a, b).map { $0 ? a : b }
    }

    static func larger(_ a: KnownElement, _ b: KnownElement) -> KnownElement? {
        if case .real(let x) = a, case .real(let y) = b { return .real(x.isNaN || y.isNaN ? .nan : Swift.max(x, y)) }
        return isLess(a, b).map { $0 ? b : a }
    }

    static func quotient(_ dividend: Dimension, _ divisor: Int) -> KnownElement {
        dividend.exactQuotient(by: divisor).map { .dimension($0) } ?? .ratio(dividend, divisor)
    }
}

// MARK: Comparisons and rounding
extension KnownArithmetic {
    static func isEqual(_ a: KnownElement, _ b: KnownElement) -> Bool? {
        if case .real(let x) = a, case .real(let y) = b { return x == y }
        guard let difference = difference(a, b) else { return nil }
        if let constant = difference.constant { return constant == 0 }
        return difference.least.map { $0 > 0 } == true || (difference * -1).least.map { $0 > 0 } == true ? false : nil
    }

    static func isLess(_ a: KnownElement, _ b: KnownElement) -> Bool? {
        if case .real(let x) = a, case .real(let y) = b { return x < y }
        guard let difference = difference(b, a) else { return nil }
        if let constant = difference.constant { return constant > 0 }
        if let least = difference.least, least > 0 { return true }
        if let least = (difference * -1).least, least >= 0 { return false }
        return nil
    }

    private static func difference(_ a: KnownElement, _ b: KnownElement) -> Dimension? {
        guard case .dimension(let difference)? = subtract(a, b) else { return nil }
        return difference
    }

    static func floor(_ a: KnownElement) -> KnownElement {
        switch a {
        case .dimension: a
        case .real(let x): .real(x.rounded(.down))
        case .ratio(let dividend, let divisor): .dimension(dividend.flooredQuotient(by: divisor))
        }
    }

    static func ceil(_ a: KnownElement) -> KnownElement {
        switch a {
        case .dimension: a
        case .real(let x): .real(x.rounded(.up))
        case .ratio(let dividend, let divisor): .dimension(dividend.ceiledQuotient(by: divisor))
        }
    }

    /// The element in another type; floats become integers toward zero, within the type's range.
    ///
    /// - Parameter precision: what floats are rounded to.
    static func cast(_ a: KnownElement, to element: ElementType, precision: ElementType = .float32) -> KnownElement? {
        switch (a, element) {
        case (.dimension(let x), .float32): return x.constant.map { .real(precision.rounded(Double($0))) } ?? a
        case (.real(let x), .float32): return .real(precision.rounded(x))
        case (.ratio, .float32): return a
        case (.real(let x), _): return integer(element.integer(x), element)
        case (.ratio, .bool): return nil
        case (.ratio, _): return floor(a)
        case (.dimension(let x), .bool): return x.constant.map { .dimension($0 == 0 ? 0 : 1) }
        case (.dimension(let x), .int64): return .dimension(x)
        case (.dimension(let x), _):
            guard let constant = x.constant else { return a }
            return integer(element.wrapping(Int64(constant)), element)
        }
    }

    /// Nil for an integer that has no place in 64 bits with a sign.
    private static func integer(_ pattern: Int64, _ element: ElementType) -> KnownElement? {
        element == .uint64 && pattern < 0 ? nil : .dimension(Dimension(Int(pattern)))
    }
}

extension Double {
    /// Whether the number is 1 / `divisor` in any of the models' types of floats.
    fileprivate func isReciprocal(of divisor: Int) -> Bool {
        [.float32, .float64, .float16, .bfloat16].contains { (type: ElementType) in type.rounded(1 / Double(divisor)) == self }
    }
}

extension KnownElement {
    /// The value where it is a whole number.
    var whole: Int? {
        switch self {
        case .dimension(let dimension): dimension.constant
        case .real(let real): real.magnitude < 1e9 && real == real.rounded() ? Int(real) : nil
        case .ratio: nil
        }
    }
}

extension Dimension {
    /// A lower bound for symbols of 1 or more; nil where there is none.
    var least: Int? {
        var sum = offset
        for term in terms {
            guard term.coefficient > 0 else { return nil }
            guard case .symbol = term.atom else { continue }
            let (next, overflows) = sum.addingReportingOverflow(term.coefficient)
            guard !overflows else { return nil }
            sum = next
        }
        return sum
    }
}
