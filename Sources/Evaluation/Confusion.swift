/// How a map that is cut at a threshold agrees with the truth, in pixels, and the figures that follow.
///
/// Each is nil where it is undefined, because what it divides by is 0; scikit-learn warns there.
public struct Confusion: Sendable, Equatable {
    /// Vessels that were found.
    public var truePositives: Int
    /// Vessels that were invented.
    public var falsePositives: Int
    public var trueNegatives: Int
    /// Vessels that were missed.
    public var falseNegatives: Int

    public init(truePositives: Int = 0, falsePositives: Int = 0, trueNegatives: Int = 0, falseNegatives: Int = 0) {
        self.truePositives = truePositives
        self.falsePositives = falsePositives
        self.trueNegatives = trueNegatives
        self.falseNegatives = falseNegatives
    }

    /// Pixels whose score is the threshold or above it are taken for vessels.
    public init(_ counts: ScoreCounts, threshold: Float) {
        self.init()
        for entry in counts.entries where entry.score >= threshold {
            truePositives += Int(entry.positives)
            falsePositives += Int(entry.negatives)
        }
        falseNegatives = counts.positives - truePositives
        trueNegatives = counts.negatives - falsePositives
    }

    public static func + (one: Confusion, other: Confusion) -> Confusion {
        Confusion(
            truePositives: one.truePositives + other.truePositives, falsePositives: one.falsePositives + other.falsePositives,
            trueNegatives: one.trueNegatives + other.trueNegatives, falseNegatives: one.falseNegatives + other.falseNegatives)
    }

    /// (TP + TN) / all.
    public var accuracy: Double? {
        Self.ratio(truePositives + trueNegatives, truePositives + trueNegatives + falsePositives + falseNegatives)
    }

    /// TP / (TP + FN), also called recall.
    public var sensitivity: Double? { Self.ratio(truePositives, truePositives + falseNegatives) }

    /// TN / (TN + FP).
    public var specificity: Double? { Self.ratio(trueNegatives, trueNegatives + falsePositives) }

    /// TP / (TP + FP).
    public var precision: Double? { Self.ratio(truePositives, truePositives + falsePositives) }

    /// 2 TP / (2 TP + FP + FN): the coefficient of Dice (1945), which is F1.
    public var dice: Double? { Self.ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) }

    /// TP / (TP + FP + FN), also called intersection over union.
    public var jaccard: Double? { Self.ratio(truePositives, truePositives + falsePositives + falseNegatives) }

    /// The correlation coefficient of Matthews (1975), (TP TN - FP FN) / √((TP + FP)(TP + FN)(TN + FP)(TN + FN)); 0 where truth or
    /// map has one class only, as in scikit-learn, and nil for no pixels.
    public var matthews: Double? {
        let (tp, fp) = (Double(truePositives), Double(falsePositives))
        let (tn, fn) = (Double(trueNegatives), Double(falseNegatives))
        guard tp + fp + tn + fn > 0 else { return nil }
        let product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
        return product > 0 ? (tp * tn - fp * fn) / product.squareRoot() : 0
    }

    private static func ratio(_ dividend: Int, _ divisor: Int) -> Double? {
        divisor == 0 ? nil : Double(dividend) / Double(divisor)
    }
}
