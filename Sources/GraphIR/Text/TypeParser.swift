extension TextScanner {
    /// `f32[n, 16*h, 16*w, 3]`
    mutating func type() throws(TextError) -> TensorType {
        let element = try choice("an element type", ElementType.allCases, \.rawValue)
        return TensorType(element, try list(in: "[", "]") { scanner throws(TextError) in try scanner.dimension() })
    }

    /// Items with commas between them in brackets.
    mutating func list<Item>(
        in open: Unicode.Scalar, _ close: Unicode.Scalar, item: (inout TextScanner) throws(TextError) -> Item
    ) throws(TextError) -> [Item] {
        try expect(open)
        var items: [Item] = []
        if accept(close) { return items }
        repeat { items.append(try item(&self)) } while accept(",")
        try expect(close)
        return items
    }

    /// A sum of terms such as `16*h+2` or `3*((h+1)/2)`.
    mutating func dimension(depth: Int = 0) throws(TextError) -> Dimension {
        let start = mark()
        guard depth < Limits.termCount else { throw error("the dimension is nested too deeply") }
        var sum = Dimension(0)
        var sign = accept("-") ? -1 : 1
        while true {
            sum = sum + (try term(depth: depth)) * sign
            guard sum.termCount <= Limits.termCount else { throw error("the dimension has too many terms", at: start) }
            if accept("+") { sign = 1 } else if accept("-") { sign = -1 } else { return sum }
        }
    }

    private mutating func term(depth: Int) throws(TextError) -> Dimension {
        skipSpace()
        guard let byte = next, isDigit(byte) else { return try atom(depth: depth) }
        let factor = try integer()
        return accept("*") ? try atom(depth: depth) * factor : Dimension(factor)
    }

    private mutating func atom(depth: Int) throws(TextError) -> Dimension {
        let dividend: Dimension
        if accept("(") {
            dividend = try dimension(depth: depth + 1)
            try expect(")")
        } else {
            let start = mark()
            let symbol = run { isDigit($0) || (isNameByte($0) && ![0x2d, 0x2e, 0x2f, 0x24].contains($0)) }
            guard Dimension.isSymbol(symbol) else { throw error("expected a dimension, found \(found())", at: start) }
            dividend = Dimension(symbol: symbol)
        }
        guard accept("/") else { return dividend }
        let start = mark()
        let divisor = try integer()
        guard (1...Limits.side).contains(divisor) else { throw error("a dimension is divided by 1...\(Limits.side)", at: start) }
        return dividend.flooredQuotient(by: divisor)
    }
}
