import Testing

@testable import Evaluation

@Suite struct BootstrapTests {
    struct Expected: Decodable {
        struct Intervals: Decodable {
            var rocAUC: [Double]?
            var averagePrecision: [Double]?
            var calibrationError: [Double]?
            var atHalf: [String: [Double]?]
            var atBest: [String: [Double]?]
        }
        var bestThreshold: Float
        var seed: UInt64
        var resamples: Int
        var pooled: ExpectedFigures
        var intervals: Intervals
    }

    private func expectEqual(_ found: Interval?, _ expected: [Double]?, _ name: String) {
        #expect(agree(found?.lower, expected?[0]) && agree(found?.upper, expected?[1]), "\(name): \(String(describing: found))")
    }

    /// Photographs drawn and figures computed by NumPy and scikit-learn, from the same generator's numbers.
    @Test func intervalsAreThoseOfScikitLearn() throws {
        let expected: Expected = try Fixture.decoded("intervals")
        let photographs = try (0..<6).map { try Fixture.counts("photograph\($0)") }
        var pooled = PooledCounts()
        for photograph in photographs { pooled.add(photograph) }
        let all = pooled.merged()
        #expect(all.bestThreshold == expected.bestThreshold)
        let figures = Figures(all, bestThreshold: all.bestThreshold)
        #expect(agree(figures.rocAUC, expected.pooled.rocAUC))
        #expect(agree(figures.calibrationError, expected.pooled.calibrationError))
        let summaries = photographs.map { counts in
            var summary = PhotographSummary(counts)
            summary.atBest = Confusion(counts, threshold: expected.bestThreshold)
            return summary
        }
        var generator = Generator(state: expected.seed)
        let intervals = try #require(
            Bootstrap(resamples: expected.resamples).intervals(of: summaries, pooled: figures, using: &generator))
        expectEqual(intervals.rocAUC, expected.intervals.rocAUC, "rocAUC")
        expectEqual(intervals.averagePrecision, expected.intervals.averagePrecision, "averagePrecision")
        expectEqual(intervals.calibrationError, expected.intervals.calibrationError, "calibrationError")
        for measure in Bootstrap.Measure.allCases {
            expectEqual(intervals.atHalf[measure], expected.intervals.atHalf[measure.rawValue] ?? nil, measure.rawValue)
            expectEqual(intervals.atBest[measure], expected.intervals.atBest[measure.rawValue] ?? nil, measure.rawValue)
        }
    }

    /// Floats are put together in groups, which may move an interval by next to nothing.
    @Test func groupsOfScoresHardlyMoveIntervals() throws {
        let counts = try Fixture.counts("floats")
        let exact = Figures(counts, bestThreshold: nil)
        let summary = PhotographSummary(counts)
        #expect(summary.groups.count < counts.entries.count)
        #expect(summary.groups.map(\.number) == summary.groups.map(\.number).sorted())
        var generator = Generator(state: 1)
        // Whatever is drawn, the pixels are the same.
        let intervals = try #require(
            Bootstrap(resamples: 20).intervals(of: [summary, summary], pooled: exact, using: &generator))
        let (area, precision) = (try #require(intervals.rocAUC), try #require(intervals.averagePrecision))
        #expect(agree(area.lower, exact.rocAUC) && agree(area.upper, exact.rocAUC))
        #expect(agree(precision.lower, exact.averagePrecision) && agree(precision.upper, exact.averagePrecision))
    }

    @Test func levelsOfEightBitsHaveGroupsOfTheirOwn() throws {
        let scores = (0...255).map { Float(Double($0) / 255) }
        let counts = try ScoreCounts(scores: scores, truth: scores.map { _ in true })
        #expect(PhotographSummary(counts).groups.count == 256)
    }

    @Test func onePhotographHasNoIntervals() throws {
        let counts = try Fixture.counts("levels")
        var generator = Generator(state: 0)
        let figures = Figures(counts, bestThreshold: nil)
        #expect(Bootstrap(resamples: 9).intervals(of: [PhotographSummary(counts)], pooled: figures, using: &generator) == nil)
        let two = [PhotographSummary(counts), PhotographSummary(counts)]
        #expect(Bootstrap(resamples: 0).intervals(of: two, pooled: figures, using: &generator) == nil)
    }
}

/// SplitMix64, as the command has it from `Runtime`.
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
