/// One operation applied to values.
public struct Node: Hashable, Sendable {
    public var operation: Operation
    public var inputs: [ValueID]
    public var outputs: [ValueID]
    /// The source model's name for it (a layer's or a node's), for messages; need not be unique.
    public var name: String

    public init(_ operation: Operation, inputs: [ValueID], outputs: [ValueID], name: String) {
        self.operation = operation
        self.inputs = inputs
        self.outputs = outputs
        self.name = name
    }
}

/// What is known of a value: its type, and a name that is unique in its function.
public struct Value: Hashable, Sendable {
    public var name: String
    public var type: TensorType
    public init(name: String, type: TensorType) {
        self.name = name
        self.type = type
    }
}

/// A function's result under the name that users of the model know.
public struct Output: Hashable, Sendable {
    public var name: String
    public var value: ValueID
    public init(name: String, value: ValueID) {
        self.name = name
        self.value = value
    }
}

/// A list of operations in which every value is defined once, before it is used (SSA form).
///
/// Value ids are indices into `values` and stay valid while the function is changed; a pass that drops nodes leaves
/// their values unreferenced until `compact()`.
public struct Function: Hashable, Sendable {
    public var name: String
    public var values: [Value] = []
    public var inputs: [ValueID] = []
    /// In an order that means something to users: an iterative network's heads from first to last.
    public var outputs: [Output] = []
    /// In an order in which each node follows the nodes that make its operands.
    public var nodes: [Node] = []

    public init(name: String) { self.name = name }

    public subscript(value: ValueID) -> Value {
        get { values[value.index] }
        set { values[value.index] = newValue }
    }

    public func type(of value: ValueID) -> TensorType { values[value.index].type }
}

/// A model: functions, of which one is the main function, and the constants that they share.
public struct Graph: Sendable {
    public var functions: [Function]
    /// Name of the function that a run of the model evaluates.
    public var mainName: String
    public var constants: ConstantTable
    /// Where the model came from: ordered pairs such as `("source.sha256", "…")`.
    public var metadata: [Metadata]

    public struct Metadata: Hashable, Sendable {
        public var key: String
        public var value: String
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }

        /// Says that a graph's outputs are exits: see ``Graph/outputsAreExits``.
        public static let exits = Metadata(key: "outputs", value: "exits")
    }

    /// Whether each output refines the one before it, as the maps after an IterNet's iterations do: all are of one kind, the last is
    /// the best, and a run may end at an earlier one. Other graphs' outputs are different things.
    public var outputsAreExits: Bool { metadata.contains(.exits) }

    public init(main: Function, constants: ConstantTable = ConstantTable()) {
        functions = [main]
        mainName = main.name
        self.constants = constants
        metadata = []
    }

    /// Linear; ``functionsByName()`` answers for all names.
    public func function(named name: String) -> Function? { functions.first { $0.name == name } }

    /// Every function by its name; the first of several with one name, which the verifier refuses.
    public func functionsByName() -> [String: Function] {
        Dictionary(functions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The main function. A graph without one is refused by the verifier.
    public var main: Function {
        get { function(named: mainName)! }
        set { functions[functions.firstIndex { $0.name == mainName }!] = newValue }
    }
}
