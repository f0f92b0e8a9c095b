/// How far scores are the probabilities that they pass for: in bins of equal width from 0 to 1, the mean score beside the share
/// of vessels.
///
/// A bin holds its upper bound and not its lower one, the first one both: the bins of `sklearn.calibration.calibration_curve`
/// with `strategy="uniform"`.
public struct Calibration: Sendable, Equatable {
    public struct Bin: Sendable, Equatable {
        public var count = 0
        public var positives = 0
        public var scoreSum = 0.0

        public init() {}
    }

    public static let binCount = 15
    public private(set) var bins = [Bin](repeating: Bin(), count: binCount)
    /// Scores below 0 or above 1, for which there is no bin.
    public private(set) var outside = 0

    public init() {}

    public init(_ counts: ScoreCounts) {
        var bin = 0
        for entry in counts.entries {
            let score = Double(entry.score)
            let count = Int(entry.positives) + Int(entry.negatives)
            guard (0...1).contains(score) else {
                outside += count
                continue
            }
            while bin < Self.binCount - 1, score > Double(bin + 1) / Double(Self.binCount) { bin += 1 }
            bins[bin].count += count
            bins[bin].positives += Int(entry.positives)
            bins[bin].scoreSum += score * Double(count)
        }
    }

    /// Adds what was counted elsewhere, so many times.
    mutating func add(_ other: Calibration, times: Int) {
        for index in bins.indices {
            bins[index].count += times * other.bins[index].count
            bins[index].positives += times * other.bins[index].positives
            bins[index].scoreSum += Double(times) * other.bins[index].scoreSum
        }
        outside += times * other.outside
    }

    /// The expected calibration error: the distance between mean score and share of vessels, averaged over the pixels. Nil for no
    /// pixels and where scores are outside of 0 to 1.
    ///
    /// Source: M. P. Naeini, G. F. Cooper, M. Hauskrecht: Obtaining Well Calibrated Probabilities Using Bayesian Binning. AAAI
    /// (2015), for the probability of one class, the vessel.
    public var error: Double? {
        let total = bins.reduce(0) { $0 + $1.count }
        guard total > 0, outside == 0 else { return nil }
        return bins.reduce(0) { $0 + abs($1.scoreSum - Double($1.positives)) } / Double(total)
    }
}
