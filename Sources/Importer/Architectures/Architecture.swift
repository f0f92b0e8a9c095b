import GraphIR

/// A network that is recognised in a file which has its weights but does not tell, or not reliably, how they are
/// connected. One value a family; see ``Architecture/library``.
struct Architecture: Sendable {
    var name: String
    /// What holds for every file of the family, whatever its weights are.
    var conventions: @Sendable (KerasCheckpoint) -> [ImportProblem] = KerasConventions.problems(of:)
    /// Looks at layers, shapes and declarations; no tensor has been read yet.
    var recognise: @Sendable (KerasCheckpoint) -> Recognition
}

extension Architecture {
    /// What the importer knows. The first that accepts a file is taken.
    static let library: [Architecture] = [.iterNet, .kerasModel]
}

enum Recognition: Sendable {
    case accepted(Blueprint)
    case rejected(Rejection)
}

/// How to make a graph of a recognised file.
struct Blueprint: Sendable {
    /// `IterNet`
    var architecture: String
    var parameters: [ModelSummary.Parameter]
    var assumptions: [String]
    /// The tensors that the graph takes.
    var weights: [KerasWeight]
    /// See ``Graph/outputsAreExits``.
    var outputsAreExits = false
    /// Makes the graph of these tensors' values, given in the order of `weights`.
    var makeGraph: @Sendable ([Constant]) throws(GraphError) -> Graph
}

/// Why a file is not of a family.
struct Rejection: Sendable {
    var family: String
    /// From 0, nothing in common, to 1, everything. Of several families the nearest is reported.
    var likeness: Double
    /// What agrees, such as `IterNet (k = 8, N = 3, 3 input channels): 34 of 41 weighted layers`.
    var recognised: String
    /// What is wrong, in one sentence; nil for the usual one.
    var summary: String?
    /// Whether the file contradicts itself, rather than asking for what is not supported.
    var isCorrupt = false
    var problems: [ImportProblem]
}
