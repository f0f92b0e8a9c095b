import GraphIR

/// The lists of passes that the compiler runs.
public enum Pipelines {
    /// A pass at its place in a pipeline.
    public struct PlacedPass: Sendable {
        public var pass: Pass
        /// Why the pass is there, and why at this place.
        public var reason: String

        public init(_ pass: Pass, _ reason: String) {
            self.pass = pass
            self.reason = reason
        }
    }

    /// What `compile` runs before lowering.
    public static let standard: [PlacedPass] = [
        PlacedPass(unrollIterations, "first, because all passes behind it look at one flat function"),
        PlacedPass(
            eliminateDeadValues,
            "what only outputs need that nobody asked for would cost the other passes time, and would count as a reader of what it reads"),
        PlacedPass(eliminateIdentities, "a fusion finds an operation and its reader only where nothing stands between them"),
        PlacedPass(
            foldConstants, "kernels that a model computes from constants become constants, which the folds behind it ask for"),
        PlacedPass(
            eliminateCommonSubexpressions,
            "before the fusions, because two readers that compute the same would keep what they read from being fused"),
        PlacedPass(
            eliminateTransposes,
            """
            the importer puts a transpose before and behind each operation on images of an ONNX model; without them these operations \
            follow each other, as folds and fusions need. Behind the elimination of common subexpressions, so that equal transposes are one
            """),
        PlacedPass(
            foldBatchNormalization,
            "before padding moves into convolutions, because a normalization in front of a convolution folds only where that pads nothing"),
        PlacedPass(foldPadding, "behind the first folding, when a normalization that stood between padding and convolution is gone"),
        PlacedPass(
            absorbConcatenation, "behind the first folding, when a normalization that stood between concatenation and convolution is gone"),
        PlacedPass(
            foldBatchNormalization,
            "once more, because a normalization in front of a concatenation now stands in front of the convolution that absorbed it"),
        PlacedPass(
            fuseActivation,
            "behind the folding, which knows only linear operations, and before the pooling, which comes last in a convolution"),
        PlacedPass(fusePooling, "where nobody else reads the unpooled image, it is not even written"),
        PlacedPass(eliminateDeadValues, "drops what the rewrites have left without a reader"),
        PlacedPass(
            deduplicateConstants, "last, because weights that were folded have replaced others, which leave the table of constants here"),
    ]

    /// Every pass, by name.
    public static let allPasses: [Pass] = [
        absorbConcatenation, deduplicateConstants, eliminateCommonSubexpressions, eliminateDeadValues, eliminateIdentities,
        eliminateTransposes, foldBatchNormalization, foldConstants, foldPadding, fuseActivation, fusePooling, unrollIterations,
    ]

    /// The pass of a name such as `fuse-pooling`; nil when there is none.
    public static func pass(named name: String) -> Pass? { allPasses.first { $0.name == name } }
}
