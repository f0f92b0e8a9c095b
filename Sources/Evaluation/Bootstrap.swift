/// What the bootstrap needs of one photograph, some kilobytes.
///
/// Scores are put together in groups here: each octave of the distance from 0, or above one half from 1, is divided into 256.
/// The 256 levels of a map of 8 bits have each a group of their own.
public struct PhotographSummary: Sendable {
    struct Group: Sendable {
        let number: Int32
        var positives: Int
        var negatives: Int
    }

    let groups: [Group]
    let calibration: Calibration
    public var atHalf: Confusion
    /// To be set when the best threshold is known.
    public var atBest: Confusion?

    public init(_ counts: ScoreCounts) {
        var groups: [Group] = []
        for entry in counts.entries {
            let number = Self.groupNumber(of: entry.score)
            if groups.last?.number != number { groups.append(Group(number: number, positives: 0, negatives: 0)) }
            groups[groups.count - 1].positives += Int(entry.positives)
            groups[groups.count - 1].negatives += Int(entry.negatives)
        }
        self.groups = groups
        calibration = Calibration(counts)
        atHalf = Confusion(counts, threshold: Figures.half)
    }

    /// Rises with the score.
    private static func groupNumber(of score: Float) -> Int32 {
        // Sign, exponent and eight bits of the fraction.
        func leadingBits(_ value: Float) -> Int32 {
            let magnitude = Int32(bitPattern: value.magnitude.bitPattern) >> 15
            return value < 0 ? -magnitude : magnitude
        }
        // Above one half the distance from 1 counts, and the numbers go on from that of one half.
        return score < 0.5 ? leadingBits(score) : 2 * leadingBits(0.5) - leadingBits(1 - score)
    }
}

/// The interval that a share of the resamples' values lies in.
public struct Interval: Sendable, Equatable {
    public let lower: Double
    public let upper: Double

    /// The percentiles of the values, between two of them by linear interpolation, as `numpy.percentile` has them; nil for none.
    ///
    /// - Parameter level: the share of the values between both ends.
    init?(_ values: [Double], level: Double) {
        let sorted = values.sorted()
        guard let last = sorted.indices.last else { return nil }
        func quantile(_ share: Double) -> Double {
            let position = share * Double(last)
            let index = min(Int(position), last)
            let next = min(index + 1, last)
            return sorted[index] + (position - Double(index)) * (sorted[next] - sorted[index])
        }
        lower = quantile((1 - level) / 2)
        upper = quantile(1 - (1 - level) / 2)
    }

    fileprivate init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    fileprivate func moved(by distance: Double) -> Interval { Interval(lower: lower + distance, upper: upper + distance) }
}

/// Percentile intervals of the pooled figures: photographs, which are what is independent, are drawn with replacement, as many
/// as there are.
///
/// Source: B. Efron, R. J. Tibshirani: An Introduction to the Bootstrap (1993), chapter 13. A draw takes the upper half of the
/// generator's 64-bit number times the number of photographs.
///
/// Time is in proportion to resamples, photographs and groups of scores; memory is 16 bytes for each group of each photograph.
public struct Bootstrap: Sendable {
    public let resamples: Int
    /// The share of the resamples that an interval holds.
    public let level: Double

    public init(resamples: Int, level: Double = 0.95) {
        self.resamples = resamples
        self.level = level
    }

    /// Intervals by name of what they are of. Of a figure that a resample leaves undefined the others are taken.
    public struct Intervals: Sendable {
        public var rocAUC: Interval?
        public var averagePrecision: Interval?
        public var calibrationError: Interval?
        public var atHalf: [Measure: Interval] = [:]
        public var atBest: [Measure: Interval] = [:]
    }

    /// The figures of a confusion.
    public enum Measure: String, CaseIterable, Sendable {
        case accuracy, sensitivity, specificity, precision, dice, jaccard, matthews

        public func value(of confusion: Confusion) -> Double? {
            switch self {
            case .accuracy: confusion.accuracy
            case .sensitivity: confusion.sensitivity
            case .specificity: confusion.specificity
            case .precision: confusion.precision
            case .dice: confusion.dice
            case .jaccard: confusion.jaccard
            case .matthews: confusion.matthews
            }
        }
    }

    /// - Parameter pooled: the exact figures, by which intervals of grouped scores are moved: what grouping adds to or takes from
    ///   the figure of all photographs is taken from or added to the interval.
    /// - Returns: nil for fewer than two photographs, and for no resamples.
    public func intervals(
        of photographs: [PhotographSummary], pooled: Figures, using generator: inout some RandomNumberGenerator
    ) -> Intervals? {
        guard photographs.count > 1, resamples > 0 else { return nil }
        let grouped = GroupedScores(photographs)
        var figures: [Figures] = []
        for _ in 0..<resamples {
            var times = [Int](repeating: 0, count: photographs.count)
            for _ in photographs {
                times[Int(generator.next().multipliedFullWidth(by: UInt64(photographs.count)).high)] += 1
            }
            figures.append(Self.figures(of: photographs, times, grouped))
        }
        func interval(_ value: (Figures) -> Double?) -> Interval? { Interval(figures.compactMap(value), level: level) }
        let all = grouped.ranking([Int](repeating: 1, count: photographs.count))
        func shift(_ exact: Double?, _ ofGroups: Double?) -> Double { (exact ?? 0) - (ofGroups ?? exact ?? 0) }
        var intervals = Intervals()
        intervals.rocAUC = interval(\.rocAUC)?.moved(by: shift(pooled.rocAUC, all.rocAUC))
        intervals.averagePrecision = interval(\.averagePrecision)?.moved(by: shift(pooled.averagePrecision, all.averagePrecision))
        intervals.calibrationError = interval(\.calibrationError)
        for measure in Measure.allCases {
            intervals.atHalf[measure] = interval { measure.value(of: $0.atHalf) }
            intervals.atBest[measure] = interval { $0.atBest.flatMap(measure.value) }
        }
        return intervals
    }

    private static func figures(of photographs: [PhotographSummary], _ times: [Int], _ grouped: GroupedScores) -> Figures {
        var calibration = Calibration()
        var atHalf = Confusion()
        var atBest: Confusion? = photographs.allSatisfy { $0.atBest != nil } ? Confusion() : nil
        for (photograph, count) in zip(photographs, times) where count > 0 {
            calibration.add(photograph.calibration, times: count)
            for _ in 0..<count {
                atHalf = atHalf + photograph.atHalf
                if let sum = atBest, let other = photograph.atBest { atBest = sum + other }
            }
        }
        let ranking = grouped.ranking(times)
        return Figures(
            rocAUC: ranking.rocAUC, averagePrecision: ranking.averagePrecision, calibrationError: calibration.error, atHalf: atHalf,
            atBest: atBest)
    }
}

/// The groups of scores of all photographs side by side, the highest first.
private struct GroupedScores {
    private let groupCount: Int
    /// For each photograph one for each group.
    private let positives: [[Int]]
    private let negatives: [[Int]]

    init(_ photographs: [PhotographSummary]) {
        let numbers = Set(photographs.flatMap { $0.groups.map(\.number) }).sorted(by: >)
        let places = Dictionary(uniqueKeysWithValues: zip(numbers, numbers.indices))
        func counts(_ photograph: PhotographSummary, _ count: (PhotographSummary.Group) -> Int) -> [Int] {
            var row = [Int](repeating: 0, count: numbers.count)
            for group in photograph.groups { row[places[group.number] ?? 0] = count(group) }
            return row
        }
        groupCount = numbers.count
        positives = photographs.map { counts($0, \.positives) }
        negatives = photographs.map { counts($0, \.negatives) }
    }

    /// The area under the curve and the average precision of photographs, each taken so many times.
    func ranking(_ times: [Int]) -> (rocAUC: Double?, averagePrecision: Double?) {
        let (positives, negatives) = (sum(positives, times), sum(negatives, times))
        var (above, others, area, precisions) = (0, 0, 0.0, 0.0)
        for group in 0..<groupCount where positives[group] + negatives[group] > 0 {
            let before = above
            above += positives[group]
            others += negatives[group]
            area += Double(negatives[group]) * Double(above + before)
            precisions += Double(positives[group]) * (Double(above) / Double(above + others))
        }
        return (
            above > 0 && others > 0 ? area / (2 * Double(above) * Double(others)) : nil, above > 0 ? precisions / Double(above) : nil
        )
    }

    private func sum(_ counts: [[Int]], _ times: [Int]) -> [Int] {
        var result = [Int](repeating: 0, count: groupCount)
        result.withUnsafeMutableBufferPointer { result in
            for (row, count) in zip(counts, times) where count > 0 {
                row.withUnsafeBufferPointer { row in
                    for group in 0..<groupCount { result[group] &+= count &* row[group] }
                }
            }
        }
        return result
    }
}
