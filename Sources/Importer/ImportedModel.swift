import GraphIR

/// A model read from a file of another framework.
public struct ImportedModel: Sendable {
    /// The computation, verified. Its metadata tells where it came from.
    public var graph: Graph
    public var summary: ModelSummary
    /// What the file's own names stand for in the main function, by ONNX's names of values and by the names of Keras' layers; without those that
    /// stand for no computed value.
    public var values: [String: SourceValue]

    public init(graph: Graph, summary: ModelSummary, values: [String: SourceValue]) {
        self.graph = graph
        self.summary = summary
        self.values = values
    }
}

/// A value of the main function that the file has under another name.
public struct SourceValue: Hashable, Sendable {
    /// In the main function.
    public var name: String
    /// Whether the channels are last here, and second in the file.
    public var hasMovedChannels: Bool

    public init(name: String, hasMovedChannels: Bool) {
        self.name = name
        self.hasMovedChannels = hasMovedChannels
    }
}

/// What a person wants to know about an imported model.
public struct ModelSummary: Hashable, Sendable {
    /// The name of the architecture, such as `IterNet`.
    public var architecture: String
    /// The numbers that tell members of the architecture's family apart, in an order for display,
    /// such as k, N and the input channels.
    public var parameters: [Parameter]
    /// The number of weights.
    public var weightCount: Int
    /// Names of the outputs in the order of the graph.
    public var outputs: [String]
    /// What the file does not say and the importer took for granted.
    public var assumptions: [String]

    public struct Parameter: Hashable, Sendable {
        public var name: String
        public var value: Int
        public init(name: String, value: Int) {
            self.name = name
            self.value = value
        }
    }

    /// The value of the parameter of that name.
    public subscript(name: String) -> Int? { parameters.first { $0.name == name }?.value }
}
