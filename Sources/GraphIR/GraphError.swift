/// Why an operation, a type or a graph is refused.
public struct GraphError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The function's name, where it is known.
    public var function: String?
    /// The node's name, where it is known.
    public var node: String?
    /// What was found and what was expected; names the operation and its operands' types.
    public var message: String

    public init(_ message: String, function: String? = nil, node: String? = nil) {
        self.message = message
        self.function = function
        self.node = node
    }

    public var description: String {
        let place = [function.map { "function '\($0)'" }, node.map { "node '\($0)'" }].compactMap(\.self)
        return place.isEmpty ? message : place.joined(separator: ", ") + ": " + message
    }

    /// The same error with its place; a place that is already known stays.
    func located(function: String?, node: String?) -> GraphError {
        GraphError(message, function: self.function ?? function, node: self.node ?? node)
    }
}

extension [TensorType] {
    /// `(f32[1, 8, 8, 3], f32[3])`
    var listed: String { "(" + map(\.description).joined(separator: ", ") + ")" }
}
