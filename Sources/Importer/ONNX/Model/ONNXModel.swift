/// The content of an ONNX file as Swift values, without any interpretation.
struct ONNXModel: Sendable {
    var irVersion: Int
    var producer: String
    /// The versions of the operator sets by domain; the standard one is "".
    var opsets: [String: Int]
    var graph: ONNXGraph
    var functions: [ONNXFunction]
}

struct ONNXGraph: Sendable {
    var name: String
    var nodes: [ONNXNode]
    var initializers: [ONNXTensor]
    var inputs: [ONNXValueInfo]
    var outputs: [ONNXValueInfo]
}

struct ONNXNode: Sendable {
    /// The node's own name, or else one made of its operator and first output.
    var name: String
    /// "" is the standard domain.
    var domain: String
    var operatorName: String
    var overload: String
    /// "" stands for an operand that is left out.
    var inputs: [String]
    /// "" stands for a result that nobody wants.
    var outputs: [String]
    var attributes: [ONNXAttribute]
}

/// A model-local function.
struct ONNXFunction: Sendable {
    var domain: String
    var name: String
    var overload: String
    var inputs: [String]
    var outputs: [String]
    /// Attributes without a default.
    var attributes: [String]
    /// Attributes with one.
    var defaults: [ONNXAttribute]
    var nodes: [ONNXNode]
    var opsets: [String: Int]
}

/// A name with a type, where the file tells it.
struct ONNXValueInfo: Sendable {
    enum Side: Hashable, Sendable {
        case fixed(Int)
        case named(String)
        case unknown
    }
    var name: String
    /// Nil where the file gives none, and for what is no tensor.
    var element: ONNXElementType?
    /// What it is instead of a tensor with elements of a known type, such as a sequence; nil where the file does not say.
    var otherKind: String?
    /// Nil where not even the rank is given.
    var shape: [Side]?
}

struct ONNXAttribute: Sendable {
    enum Value: Sendable {
        case float(Float)
        case int(Int)
        case string(String)
        case tensor(ONNXTensor)
        case graph(ONNXGraph)
        case floats([Float])
        case ints([Int])
        case strings([String])
        /// Inside a function: the value of the calling node's attribute of this name.
        case reference(String)
        /// A kind that is not imported, under its name.
        case other(String)
    }
    var name: String
    var value: Value
}

extension ONNXAttribute.Value {
    /// `float`, `ints`, …
    var kind: String {
        switch self {
        case .float: "a float"
        case .int: "an integer"
        case .string: "a text"
        case .tensor: "a tensor"
        case .graph: "a graph"
        case .floats: "floats"
        case .ints: "integers"
        case .strings: "texts"
        case .reference(let name): "a reference to '\(name)'"
        case .other(let kind): kind
        }
    }
}
