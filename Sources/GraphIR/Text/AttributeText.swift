// What the textual forms of several operations' attributes have in common; Text/AttributeParser.swift reads it.

/// `then relu`: a function fused behind an operation; nothing where there is none.
func thenText(_ function: ElementwiseFunction?) -> [String] {
    guard let function else { return [] }
    return ["then \(function.name)"] + function.attributes
}

/// `axes [0, 2]`
func listText(_ word: String, _ numbers: [Int]) -> String { "\(word) [\(numbers.map { "\($0)" }.joined(separator: ", "))]" }

/// `axis 1`; nothing where there is none.
func axisText(_ axis: Int?) -> [String] { axis.map { ["axis \($0)"] } ?? [] }

extension ElementwiseFunction {
    /// `slope 0.3`
    var attributes: [String] { zip(kind.parameterNames, arguments).map { "\($0) \(spelling($1))" } }
}
