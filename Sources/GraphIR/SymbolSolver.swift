/// Finds what a function's symbols stand for when its inputs have given types. The symbols of the declared types and those
/// of the given ones may have the same names and are never mixed up.
struct SymbolSolver {
    fileprivate struct Equation {
        let declared: Dimension
        let actual: Dimension
        /// Whose side it is, and its whole type, for messages.
        let place: String
        let type: TensorType
    }
    private var equations: [Equation] = []

    /// Asks for `declared` to become `actual`; both have the same rank.
    mutating func require(_ declared: TensorType, is actual: TensorType, place: String) {
        for (side, other) in zip(declared.shape, actual.shape) {
            equations.append(Equation(declared: side, actual: other, place: place, type: declared))
        }
    }

    /// What each symbol stands for; throws where sides disagree or do not determine a symbol.
    func solve() throws(GraphError) -> [String: Dimension] {
        var bindings: [String: Dimension] = [:]
        var open = equations
        while !open.isEmpty {
            var undetermined: [Equation] = []
            for equation in open where !(try solve(equation, &bindings)) { undetermined.append(equation) }
            if let first = undetermined.first, undetermined.count == open.count {
                throw GraphError("\(first.place) is \(first.type): its side \(first.declared) does not determine its symbols")
            }
            open = undetermined
        }
        return bindings
    }

    /// Solves for the one unknown symbol, or checks the sides where none is unknown; false where more than one is.
    private func solve(_ equation: Equation, _ bindings: inout [String: Dimension]) throws(GraphError) -> Bool {
        var known = Dimension(equation.declared.offset)
        var unknown: (symbol: String, coefficient: Int)?
        for term in equation.declared.terms {
            let part = Dimension(term)
            if part.symbols.allSatisfy({ bindings[$0] != nil }) {
                known = known + part.substituting(bindings)
            } else if unknown == nil, case .symbol(let name) = term.atom {
                unknown = (name, term.coefficient)
            } else {
                return false
            }
        }
        let rest = equation.actual - known
        guard let unknown else {
            guard rest == 0 else { throw mismatch(equation, bindings) }
            return true
        }
        guard let solution = rest.exactQuotient(by: unknown.coefficient) else {
            if equation.declared.terms.count == 1, equation.declared.offset == 0 {
                throw GraphError("\(equation.wish): \(equation.actual) is no multiple of \(unknown.coefficient)")
            }
            throw mismatch(equation, bindings)
        }
        if let number = solution.constant, !(1...Limits.side).contains(number) { throw mismatch(equation, bindings) }
        bindings[unknown.symbol] = solution
        return true
    }

    private func mismatch(_ equation: Equation, _ bindings: [String: Dimension]) -> GraphError {
        let known = equation.declared.symbols.filter { bindings[$0] != nil }
        let given = known.map { ", \($0) being \(bindings[$0] ?? 0)" }.joined()
        return GraphError("\(equation.wish): \(equation.actual) is not \(equation.declared)\(given)")
    }
}

extension Function {
    /// What the function's symbols stand for when its inputs have the given types, whose symbols are others'.
    ///
    /// - Throws: where number, elements, ranks or sides do not fit, or where the sides do not determine a symbol.
    public func symbols(forInputs types: [TensorType]) throws(GraphError) -> [String: Dimension] {
        try requireCount(types, inputs.count)
        var solver = SymbolSolver()
        for (input, given) in zip(inputs, types) {
            let (declared, place) = (type(of: input), "input '\(self[input].name)' of '\(name)'")
            guard declared.element == given.element, declared.rank == given.rank else {
                throw GraphError("\(place) is \(declared), not \(given)")
            }
            solver.require(declared, is: given, place: place)
        }
        return try solver.solve()
    }
}

extension SymbolSolver.Equation {
    /// `input 'image' wants 1x(16*h)x(16*w)x3`
    fileprivate var wish: String { "\(place) wants \(type.shapeText)" }
}

extension TensorType {
    /// The sides as users type them: `1x(16*h)x(16*w)x3`.
    public var shapeText: String {
        shape.map { side in
            let text = side.description
            return side.constant != nil || text.allSatisfy { $0.isLetter } ? text : "(\(text))"
        }.joined(separator: "x")
    }
}
