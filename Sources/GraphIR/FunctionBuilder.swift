/// Builds a function node by node; every result's type is inferred when its node is appended.
public struct FunctionBuilder {
    /// The functions that `.call` may name.
    public var functions: [Function] {
        didSet { functionsByName = Self.byName(functions) }
    }
    private var functionsByName: [String: Function]
    private var function: Function
    private var names = UniqueNames()

    public init(name: String, functions: [Function] = []) {
        function = Function(name: name)
        self.functions = functions
        functionsByName = Self.byName(functions)
    }

    /// Declares the next input.
    public mutating func input(_ name: String, _ type: TensorType) -> ValueID {
        let value = addValue(name, type)
        function.inputs.append(value)
        return value
    }

    /// Appends a node and returns its results, whose names derive from `name`.
    ///
    /// - Throws: what ``Operation/resultTypes(operands:callee:constantType:)`` throws, with function and node named.
    ///   Constants are made by ``constant(_:into:name:)``, which knows their table.
    @discardableResult
    public mutating func append(
        _ operation: Operation, _ inputs: [ValueID], name: String
    ) throws(GraphError) -> [ValueID] {
        var operands: [TensorType] = []
        for input in inputs {
            guard function.values.indices.contains(input.index) else {
                throw GraphError("operand \(input.index) is no value of this function", function: function.name, node: name)
            }
            operands.append(function.type(of: input))
        }
        let types: [TensorType]
        do throws(GraphError) {
            types = try operation.resultTypes(
                operands: operands, callee: { [functionsByName] in functionsByName[$0] })
        } catch {
            throw error.located(function: function.name, node: name)
        }
        let outputs = types.map { addValue(name, $0) }
        function.nodes.append(Node(operation, inputs: inputs, outputs: outputs, name: name))
        return outputs
    }

    /// Puts a constant into the table and appends the node that gives it.
    public mutating func constant(_ constant: Constant, into table: inout ConstantTable, name: String) -> ValueID {
        let id = table.insert(constant)
        let value = addValue(name, constant.type)
        function.nodes.append(Node(.constant(ConstantOperation(id)), inputs: [], outputs: [value], name: name))
        return value
    }

    /// Declares the next output under the name that users of the model know.
    public mutating func output(_ name: String, _ value: ValueID) {
        function.outputs.append(Output(name: name, value: value))
    }

    /// The type of a value that was made here.
    public func type(of value: ValueID) -> TensorType { function.type(of: value) }

    /// The function as built so far.
    public func finish() -> Function { function }

    private static func byName(_ functions: [Function]) -> [String: Function] {
        Dictionary(functions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private mutating func addValue(_ name: String, _ type: TensorType) -> ValueID {
        let value = ValueID(function.values.count)
        function.values.append(Value(name: names.claim(name), type: type))
        return value
    }
}
