/// What an operation of the IR says of itself, all of it in its own file under `Operations/`: its names, its textual form, its
/// rule for types, what evaluating it costs and where symbols stand in its attributes.
///
/// A part of the compiler that gives operations a further meaning (the reference evaluator, the freedom of axes, lowering) switches
/// over ``Operation`` instead, without a `default`, so that the compiler names every such place when an operation is added.
/// Most operations conform to ``SingleResultOperation``.
protocol OperationDefinition: Hashable, Sendable {
    static var kind: Operation.Kind { get }
    /// The kind's name in messages and counts: the case of ``Operation`` in kebab-case.
    static var mnemonic: String { get }
    /// The words that begin the operation in the textual form: its mnemonic, or the names of functions that it computes.
    static var keywords: [String] { get }
    /// Whether the formulas ask for at least one row, column and channel.
    static var isOfImages: Bool { get }
    /// Whether operands may have types that are only stored, see ``ElementType/isStorageOnly``.
    static var takesStorageTypes: Bool { get }
    /// This definition as an operation of a node.
    var operation: Operation { get }
    /// The one of ``keywords`` that this operation is written with.
    var keyword: String { get }

    /// Everything between `=` and the node's own name: keyword, operands, attributes and types.
    func text(of node: Node, in writer: FunctionWriter) -> String

    /// Reads what ``text(of:in:)`` wrote behind the keyword; the operands and types stay in the parser.
    static func parse(_ parser: inout GraphParser, keyword: String) throws(TextError) -> Self

    /// The types of the results; see ``Operation/resultTypes(operands:callee:constantType:)``, which checks bounds besides.
    func resultTypes(
        _ operands: [TensorType], callee: (String) -> Function?, constantType: (ConstantID) -> TensorType?
    ) throws(GraphError) -> [TensorType]

    /// See ``Operation/multiplyAccumulates(operands:results:)``.
    func multiplyAccumulates(operands: [TensorType], results: [TensorType]) -> Int?

    /// Positions of windows and taps that evaluating the operation visits; nil where a side that counts is symbolic. Saturates.
    func visits(operands: [TensorType], results: [TensorType]) -> Int?

    /// See ``Operation/returnsOperandOfSameType(operandCount:)``.
    func returnsOperandOfSameType(operandCount: Int) -> Bool

    /// The operation with the symbols in its attributes replaced by expressions; symbols that are not in the table stay.
    func substituting(_ bindings: [String: Dimension]) -> Self
}

extension OperationDefinition {
    static var keywords: [String] { [mnemonic] }
    static var isOfImages: Bool { false }
    static var takesStorageTypes: Bool { false }
    var keyword: String { Self.mnemonic }
    func multiplyAccumulates(operands: [TensorType], results: [TensorType]) -> Int? { 0 }
    func visits(operands: [TensorType], results: [TensorType]) -> Int? { 0 }
    func returnsOperandOfSameType(operandCount: Int) -> Bool { false }
    func substituting(_ bindings: [String: Dimension]) -> Self { self }
}

/// An operation whose textual form is `keyword(%operand, …) attributes : type, …`; all but constants and calls are.
protocol AttributedOperation: OperationDefinition {
    /// What stands behind the operands. An attribute that has its usual value is left out.
    var attributes: [String] { get }

    /// Reads ``attributes``.
    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Self

    func resultTypes(_ operands: [TensorType]) throws(GraphError) -> [TensorType]
}

extension AttributedOperation {
    var attributes: [String] { [] }

    func text(of node: Node, in writer: FunctionWriter) -> String {
        (["\(keyword)\(writer.operands(of: node))"] + attributes + [writer.types(of: node)]).joined(separator: " ")
    }

    static func parse(_ parser: inout GraphParser, keyword: String) throws(TextError) -> Self {
        try parser.readOperands()
        let operation = try parse(&parser.scanner, keyword: keyword)
        try parser.readTypes()
        return operation
    }

    func resultTypes(
        _ operands: [TensorType], callee: (String) -> Function?, constantType: (ConstantID) -> TensorType?
    ) throws(GraphError) -> [TensorType] {
        try resultTypes(operands)
    }
}

extension Operation {
    /// What stands behind the operands in the textual form, attribute by attribute: `window 3x3`, `then relu`. Empty for constants and calls.
    public var attributeTexts: [String] { (definition as? any AttributedOperation)?.attributes ?? [] }
}

/// An operation that always has one result.
protocol SingleResultOperation: AttributedOperation {
    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType
}

extension SingleResultOperation {
    func resultTypes(_ operands: [TensorType]) throws(GraphError) -> [TensorType] { [try resultType(operands)] }
}
