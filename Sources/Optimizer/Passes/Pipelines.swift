import GraphIR

/// The pipelines that the compiler runs.
public enum Pipelines {
    /// A pass at its place in a pipeline.
    public struct Entry: Sendable {
        public var pass: Pass
        /// Why the pass is there, and why at this place.
        public var reason: String

        public init(_ pass: Pass, _ reason: String) {
            self.pass = pass
            self.reason = reason
        }
    }

    /// What `compile` runs before lowering.
    public static let standard: [Entry] = [
        Entry(unrollIterations, "first: whatever follows looks at one flat function"),
        Entry(eliminateDeadValues, "heads that nobody asked for cost the other passes time, and would count as readers"),
        Entry(eliminateDropout, "producers and consumers meet only when nothing stands between them"),
        Entry(absorbConcatenation, "before the fusions: a convolution's readers are then its real ones"),
        Entry(fuseActivation, "before pooling, which is the last epilogue of a convolution"),
        Entry(fusePooling, "saves writing the unpooled image where nobody reads it"),
        Entry(eliminateDeadValues, "drops what the rewrites left behind"),
    ]

    /// Every pass, by name.
    public static let allPasses: [Pass] = [
        absorbConcatenation, eliminateDeadValues, eliminateDropout, fuseActivation, fusePooling, unrollIterations,
    ]

    /// The pass of a name such as `fuse-pooling`; nil when there is none.
    public static func pass(named name: String) -> Pass? { allPasses.first { $0.name == name } }
}
