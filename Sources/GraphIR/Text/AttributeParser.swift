// Reads what Text/AttributeText.swift wrote.
extension TextScanner {
    /// The arguments of a function whose name was read.
    mutating func function(_ kind: ElementwiseFunction.Kind) throws(TextError) -> ElementwiseFunction {
        var arguments: [Float] = []
        for name in kind.parameterNames {
            try expect(word: name)
            arguments.append(try float())
        }
        return ElementwiseFunction(kind, arguments)
    }

    /// `then relu`, or nothing; `then pool` is another attribute.
    mutating func activation() throws(TextError) -> ElementwiseFunction? {
        let start = mark()
        guard accept(word: "then") else { return nil }
        if accept(word: "pool") {
            position = start
            return nil
        }
        return try function(try choice("a function", ElementwiseFunction.Kind.allCases, \.rawValue))
    }

    /// `to i64`
    mutating func resultElement() throws(TextError) -> ElementType {
        try expect(word: "to")
        return try choice("an element type", ElementType.allCases, \.rawValue)
    }

    /// A word, then integers in brackets.
    mutating func integers(word: String) throws(TextError) -> [Int] {
        try expect(word: word)
        return try list(in: "[", "]") { scanner throws(TextError) in try scanner.integer() }
    }

    mutating func optionalAxis() throws(TextError) -> Int? { accept(word: "axis") ? try integer() : nil }
}
