/// The textual form of a graph; `Documentation/ModelFormat.md` describes it.
public enum GraphText {
    /// The version that is written and read.
    public static let version = 1

    /// Reads the textual form. Types are taken as they are written: ``Graph/verify()`` checks the result.
    ///
    /// - Parameter constants: those that are not inline.
    /// - Throws: line, column and what was expected there.
    public static func parse(
        _ text: String, constants: StoredConstants = .none
    ) throws(TextError) -> Graph {
        var parser = GraphParser(text, constants: constants)
        _ = try parser.header()
        return try parser.graph()
    }

    /// The companion's name as the text's header gives it, with its place for error messages; nil where there is none.
    package static func companion(of text: String) throws(TextError) -> (name: String, refused: (String) -> TextError)? {
        var parser = GraphParser(text)
        guard let (name, place) = try parser.header() else { return nil }
        return (name, { [parser] in parser.scanner.error($0, at: place) })
    }
}

struct GraphParser {
    /// The words that begin an operation, with what reads it.
    private static let definitions: [String: any OperationDefinition.Type] = {
        let words = Operation.Kind.allCases.flatMap { kind in kind.definition.keywords.map { ($0, kind.definition) } }
        return Dictionary(uniqueKeysWithValues: words)
    }()

    var scanner: TextScanner
    private var constants = ConstantReader()
    /// The constants that the text gives by their hashes.
    private let stored: StoredConstants
    /// The function that is being read, and its values by name.
    private var function = Function(name: "")
    private var values: [String: ValueID] = [:]
    /// Of the node that is being read.
    private var operands: [ValueID] = []
    private var types: [TensorType] = []

    init(_ text: String, constants: StoredConstants = .none) {
        scanner = TextScanner(text)
        stored = constants
    }

    /// `venule 1`, then the companion's name, if there is one, and its place.
    mutating func header() throws(TextError) -> (String, Int)? {
        guard scanner.accept(word: "venule") else {
            throw scanner.error("this is no venule graph: it does not begin with 'venule'")
        }
        let start = scanner.mark()
        let version = try scanner.integer()
        guard version == GraphText.version else {
            throw scanner.error("version \(version) is not supported; this is a reader of version \(GraphText.version)", at: start)
        }
        guard scanner.accept(word: "companion") else { return nil }
        let place = scanner.mark()
        return (try scanner.string(), place)
    }

    /// What follows the header.
    mutating func graph() throws(TextError) -> Graph {
        var metadata: [Graph.Metadata] = []
        while scanner.accept(word: "metadata") {
            let key = try scanner.string()
            try scanner.expect("=")
            metadata.append(Graph.Metadata(key: key, value: try scanner.string()))
        }
        try scanner.expect(word: "entry")
        let place = scanner.mark()
        let entry = try scanner.name("@")
        var functions: [Function] = []
        var names = Set<String>()
        while !scanner.isAtEnd() {
            try scanner.expect(word: "function")
            let place = scanner.mark()
            let name = try scanner.name("@")
            guard names.insert(name).inserted else { throw scanner.error("a second function '\(name)'", at: place) }
            try readFunction(name)
            functions.append(function)
        }
        guard let main = functions.first(where: { $0.name == entry }) else {
            throw scanner.error("there is no function '\(entry)'", at: place)
        }
        var graph = Graph(main: main, constants: constants.table)
        graph.functions = functions
        graph.metadata = metadata
        return graph
    }

    private mutating func readFunction(_ name: String) throws(TextError) {
        function = Function(name: name)
        values = [:]
        let inputs = try scanner.list(in: "(", ")") { scanner throws(TextError) in
            let place = scanner.mark()
            let name = try scanner.name("%")
            try scanner.expect(":")
            return (name, place, try scanner.type())
        }
        for (name, place, type) in inputs { function.inputs.append(try define(name, place, type)) }
        try scanner.expect("{")
        while !scanner.accept(word: "return") { try readNode() }
        if scanner.accept("}") { return }
        repeat {
            let value = try GraphParser.use(&scanner, values)
            let name = scanner.accept(word: "as") ? try scanner.string() : function[value].name
            function.outputs.append(Output(name: name, value: value))
        } while scanner.accept(",")
        try scanner.expect("}")
    }

    private mutating func readNode() throws(TextError) {
        var results: [(name: String, place: Int)] = []
        let start = scanner.mark()
        repeat {
            let place = scanner.mark()
            results.append((try scanner.name("%"), place))
        } while scanner.accept(",")
        try scanner.expect("=")
        let place = scanner.mark()
        let keyword = scanner.word()
        guard !keyword.isEmpty else { throw scanner.error("expected an operation, found \(scanner.found())") }
        guard let definition = Self.definitions[keyword] else { throw scanner.error("unknown operation '\(keyword)'", at: place) }
        (operands, types) = ([], [])
        let operation = try definition.parse(&self, keyword: keyword).operation
        guard types.count == results.count else {
            throw scanner.error("\(results.count) results with \(types.count) types", at: start)
        }
        var outputs: [ValueID] = []
        for (result, type) in zip(results, types) { outputs.append(try define(result.name, result.place, type)) }
        let name = scanner.accept(word: "named") ? try scanner.string() : results[0].name
        function.nodes.append(Node(operation, inputs: operands, outputs: outputs, name: name))
    }

    /// Reads `(%x, %y)`, the operands of the node.
    mutating func readOperands() throws(TextError) {
        operands = try scanner.list(in: "(", ")") { [values] scanner throws(TextError) in
            try GraphParser.use(&scanner, values)
        }
    }

    /// Reads `: f32[2], i64[3]`, the types of the node's results.
    mutating func readTypes() throws(TextError) {
        try scanner.expect(":")
        repeat { types.append(try scanner.type()) } while scanner.accept(",")
    }

    /// Reads a constant, which has its type in front of it.
    mutating func readConstant() throws(TextError) -> ConstantID {
        let id = try constants.read(&scanner, stored)
        types.append(constants.table[id].type)
        return id
    }

    private mutating func define(_ name: String, _ place: Int, _ type: TensorType) throws(TextError) -> ValueID {
        let value = ValueID(function.values.count)
        guard values.updateValue(value, forKey: name) == nil else {
            throw scanner.error("a second value '%\(name)'", at: place)
        }
        function.values.append(Value(name: name, type: type))
        return value
    }

    private static func use(_ scanner: inout TextScanner, _ values: [String: ValueID]) throws(TextError) -> ValueID {
        let place = scanner.mark()
        let name = try scanner.name("%")
        guard let value = values[name] else { throw scanner.error("nothing above makes '%\(name)'", at: place) }
        return value
    }
}
