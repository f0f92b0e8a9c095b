/// The layers without weights that stand between two layers with weights, in the layout of an IterNet and in a file. The two
/// are compared gap by gap.
struct IterNetGap {
    /// A layer with weights.
    struct Anchor {
        /// Its place in the layout.
        var expected: Int
        /// Its place in the file.
        var found: Int
        /// Whether the weights have the same shapes on both sides.
        var isSame: Bool
    }

    /// The layer with weights before them; nil at the beginning, and after one that has no counterpart.
    var anchor: Anchor?
    var expected: [Int] = []
    var found: [Int] = []

    /// - Parameter steps: how the layers with weights pair, by their positions among such layers.
    static func gaps(layout: IterNetLayout, layers: [KerasLayer], steps: [SequenceAlignment.Step]) -> [IterNetGap] {
        let expectedWeighted = layout.weightedLayers
        let foundWeighted = layers.indices.filter { !layers[$0].weights.isEmpty }
        func tail(_ weighted: [Int], _ position: Int, count: Int) -> [Int] {
            let end = position + 1 < weighted.count ? weighted[position + 1] : count
            return Array(((position < 0 ? -1 : weighted[position]) + 1)..<end)
        }
        var gaps = [
            IterNetGap(
                expected: tail(expectedWeighted, -1, count: layout.layers.count),
                found: tail(foundWeighted, -1, count: layers.count))
        ]
        for step in steps {
            switch step {
            case .same(let expected, let found), .different(let expected, let found):
                let isSame = if case .same = step { true } else { false }
                gaps.append(
                    IterNetGap(
                        anchor: Anchor(expected: expectedWeighted[expected], found: foundWeighted[found], isSame: isSame),
                        expected: tail(expectedWeighted, expected, count: layout.layers.count),
                        found: tail(foundWeighted, found, count: layers.count)))
            // Layers behind one that has no counterpart belong to the gap before it.
            case .missing(let expected, _):
                gaps[gaps.count - 1].expected += tail(expectedWeighted, expected, count: layout.layers.count)
            case .extra(let found):
                gaps[gaps.count - 1].found += tail(foundWeighted, found, count: layers.count)
            }
        }
        return gaps
    }
}
