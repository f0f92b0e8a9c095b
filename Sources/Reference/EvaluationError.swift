/// Why a graph cannot be evaluated.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// The inputs that were given are not those that the main function declares.
        case inputs
        /// An operation and its operands do not fit together; a verified graph has none.
        case invalidOperation
        /// A tensor is larger than the evaluator handles.
        case tooLarge
        /// An element type on which the operation does not compute.
        case unsupportedElement
        /// An attribute names a symbol that has no value.
        case symbolic
        /// An element of an operand is an index that lies outside the axis that it indexes.
        case outOfRange
    }

    public var kind: Kind
    /// The function and the node, such as `main/conv1`. Empty for an operation that is evaluated on its own.
    public var place: String
    public var message: String

    public init(_ kind: Kind, place: String = "", _ message: String) {
        self.kind = kind
        self.place = place
        self.message = message
    }

    public var description: String { place.isEmpty ? message : "\(place): \(message)" }
}
