import GraphIR

/// A family of networks that is recognised by the weights in a file, because the file does not say, or does not reliably say,
/// how the layers are connected. There is one value for each family; see ``Architecture/library``.
struct Architecture: Sendable {
    var name: String
    /// The problems that any file of the family may have, whatever its weights are.
    var conventions: @Sendable (KerasCheckpoint) -> [ImportProblem] = KerasConventions.problems(of:)
    /// Decides from layers, shapes and declarations whether a file is of this family. No tensor has been read yet.
    var recognise: @Sendable (KerasCheckpoint) -> Recognition
}

extension Architecture {
    /// The families that the importer knows. The first one that accepts a file is taken.
    static let library: [Architecture] = [.iterNet, .kerasModel]
}

enum Recognition: Sendable {
    case accepted(Blueprint)
    case rejected(Rejection)
}

/// How a graph is made from a file that has been recognised.
struct Blueprint: Sendable {
    /// The name of the family, such as `IterNet`.
    var architecture: String
    var parameters: [ModelSummary.Parameter]
    var assumptions: [String]
    /// The tensors that the graph needs.
    var weights: [KerasWeight]
    /// See ``Graph/outputsAreExits``.
    var outputsAreExits = false
    /// Makes the graph from the values of these tensors, in the order of `weights`.
    var makeGraph: @Sendable ([Constant]) throws(GraphError) -> Graph
}

/// Why a file is not of a family.
struct Rejection: Sendable {
    var family: String
    /// How much the file resembles the family, from 0 (nothing in common) to 1 (everything). If no family accepts a file, the
    /// failure reports what the most similar one found.
    var likeness: Double
    /// What the file has in common with the family, such as `IterNet (k = 8, N = 3, 3 input channels): 34 of 41 weighted
    /// layers`.
    var recognised: String
    /// What is wrong, in one sentence; nil for the usual sentence.
    var summary: String?
    /// Whether the file contradicts itself, and does not merely ask for something that is not supported.
    var isCorrupt = false
    var problems: [ImportProblem]
}
