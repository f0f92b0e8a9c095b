/// How often each score was given to pixels of vessels and to others: all that the figures of merit need of a photograph, or of
/// many.
///
/// Scores are compared exactly as they are given; 0 and -0 are the same. Memory is 12 bytes for each score that occurs: at most
/// 3 kB for maps of 8 bits, at most 12 bytes a pixel for maps of floats.
public struct ScoreCounts: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public let score: Float
        /// Pixels of vessels.
        public let positives: UInt32
        /// The others.
        public let negatives: UInt32
    }

    /// Rising. A score may come twice in a row, so that no count overflows.
    public let entries: [Entry]
    public let positives: Int
    public let negatives: Int

    public var count: Int { positives + negatives }

    private init(entries: [Entry]) {
        self.entries = entries
        positives = entries.reduce(0) { $0 + Int($1.positives) }
        negatives = entries.reduce(0) { $0 + Int($1.negatives) }
    }

    /// Of nothing.
    public init() { self.init(entries: []) }

    /// Counts in linear time, by a radix sort; it takes 8 bytes a pixel beside the result.
    ///
    /// - Parameters:
    ///   - scores: one for each pixel.
    ///   - truth: whether a pixel is of a vessel.
    ///   - field: whether a pixel counts; nil where all do.
    /// - Precondition: the arrays have as many elements, fewer than 2³².
    /// - Throws: for a score that counts and is not finite.
    public init(scores: [Float], truth: [Bool], field: [Bool]? = nil) throws(ScoreError) {
        precondition(scores.count == truth.count && field?.count ?? scores.count == scores.count, "arrays of one picture differ in size")
        precondition(scores.count <= Int(UInt32.max), "too many pixels for one picture")
        var keys: (positives: [UInt32], negatives: [UInt32]) = ([], [])
        for (index, score) in scores.enumerated() where field?[index] ?? true {
            guard score.isFinite else { throw ScoreError(index: index, value: score) }
            if truth[index] { keys.positives.append(score.orderedKey) } else { keys.negatives.append(score.orderedKey) }
        }
        keys.positives.sortByRadix()
        keys.negatives.sortByRadix()
        self.init(entries: Self.counted(keys.positives, keys.negatives))
    }

    /// Counts the equal ones among sorted keys.
    private static func counted(_ positives: [UInt32], _ negatives: [UInt32]) -> [Entry] {
        var entries: [Entry] = []
        var (positive, negative) = (0, 0)
        while positive < positives.count || negative < negatives.count {
            let key = min(
                positive < positives.count ? positives[positive] : .max, negative < negatives.count ? negatives[negative] : .max)
            let (firstPositive, firstNegative) = (positive, negative)
            while positive < positives.count, positives[positive] == key { positive += 1 }
            while negative < negatives.count, negatives[negative] == key { negative += 1 }
            entries.append(
                Entry(
                    score: Float(orderedKey: key), positives: UInt32(positive - firstPositive),
                    negatives: UInt32(negative - firstNegative)))
        }
        return entries
    }

    /// The counts of both together, in linear time.
    public func merged(with other: ScoreCounts) -> ScoreCounts {
        var result: [Entry] = []
        result.reserveCapacity(max(entries.count, other.entries.count))
        var (mine, others) = (entries[...], other.entries[...])
        while let first = mine.first, let second = others.first {
            if first.score < second.score {
                result.append(mine.removeFirst())
            } else if second.score < first.score {
                result.append(others.removeFirst())
            } else {
                let positives = first.positives.addingReportingOverflow(second.positives)
                let negatives = first.negatives.addingReportingOverflow(second.negatives)
                mine = mine.dropFirst()
                if positives.overflow || negatives.overflow {
                    result.append(first)
                } else {
                    others = others.dropFirst()
                    result.append(
                        Entry(score: first.score, positives: positives.partialValue, negatives: negatives.partialValue))
                }
            }
        }
        return ScoreCounts(entries: result + mine + others)
    }
}

/// A score that is not a number, or infinite.
public struct ScoreError: Error, Equatable, Sendable {
    /// The pixel's place, row by row.
    public let index: Int
    public let value: Float
}

/// The counts of many photographs together. Those of about the same size are merged first, so that each entry is copied no
/// more often than the logarithm of the number of photographs.
public struct PooledCounts: Sendable {
    private var parts: [ScoreCounts] = []

    public init() {}

    public mutating func add(_ counts: ScoreCounts) {
        parts.append(counts)
        while parts.count > 1, parts[parts.count - 2].entries.count <= 2 * parts[parts.count - 1].entries.count { mergeLast() }
    }

    public consuming func merged() -> ScoreCounts {
        while parts.count > 1 { mergeLast() }
        return parts.first ?? ScoreCounts()
    }

    private mutating func mergeLast() {
        let last = parts.removeLast()
        parts[parts.count - 1] = parts[parts.count - 1].merged(with: last)
    }
}

extension Float {
    /// A number that rises with the value, for finite values; 0 and -0 have the same.
    fileprivate var orderedKey: UInt32 {
        let bits = (self == 0 ? 0 : self).bitPattern
        return bits >> 31 == 0 ? bits | 1 << 31 : ~bits
    }

    fileprivate init(orderedKey key: UInt32) { self.init(bitPattern: key >> 31 == 0 ? ~key : key & ~(1 << 31)) }
}

extension [UInt32] {
    /// Sorts by the lowest digit first; 11 bits are a digit.
    fileprivate mutating func sortByRadix() {
        let (digitBits, digits) = (11, 1 << 11)
        var other = self
        for shift in stride(from: 0, to: 32, by: digitBits) {
            var places = [Int](repeating: 0, count: digits + 1)
            for key in self { places[Int(key >> UInt32(shift)) % digits + 1] += 1 }
            // A digit that all have in common sorts nothing.
            if places.contains(count) { continue }
            for digit in 1...digits { places[digit] += places[digit - 1] }
            withUnsafeBufferPointer { source in
                other.withUnsafeMutableBufferPointer { target in
                    for key in source {
                        let digit = Int(key >> UInt32(shift)) % digits
                        target[places[digit]] = key
                        places[digit] += 1
                    }
                }
            }
            swap(&self, &other)
        }
    }
}
