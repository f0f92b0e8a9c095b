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
        Entry(foldConstants, "kernels that a model computes become constants, which the next folds ask for"),
        Entry(eliminateCommonSubexpressions, "before the fusions: two equal readers would keep an operation from being fused"),
        Entry(eliminateTransposes, "image operations of ONNX models meet, as folds and fusions need; each twin is one by now"),
        Entry(foldBatchNormalization, "before padding moves into convolutions: an unpadded one takes a normalization in front"),
        Entry(foldPadding, "behind the first folding: a normalization between padding and convolution is gone"),
        Entry(absorbConcatenation, "a normalization between concatenation and convolution is gone"),
        Entry(foldBatchNormalization, "once more: one in front of a concatenation now stands in front of the convolution"),
        Entry(fuseActivation, "behind the folding, which only knows linear operations; before pooling, the last epilogue"),
        Entry(fusePooling, "saves writing the unpooled image where nobody reads it"),
        Entry(eliminateDeadValues, "drops what the rewrites left behind"),
        Entry(deduplicateConstants, "last: weights that were folded have replaced others"),
    ]

    /// Every pass, by name.
    public static let allPasses: [Pass] = [
        absorbConcatenation, deduplicateConstants, eliminateCommonSubexpressions, eliminateDeadValues, eliminateDropout,
        eliminateTransposes, foldBatchNormalization, foldConstants, foldPadding, fuseActivation, fusePooling, unrollIterations,
    ]

    /// The pass of a name such as `fuse-pooling`; nil when there is none.
    public static func pass(named name: String) -> Pass? { allPasses.first { $0.name == name } }
}
