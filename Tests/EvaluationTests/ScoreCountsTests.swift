import Testing

@testable import Evaluation

@Suite struct ScoreCountsTests {
    @Test func equalScoresAreOneEntry() throws {
        let least = Float.leastNonzeroMagnitude
        let scores: [Float] = [0.5, -1, 0, -0.0, 0.5, least, 2]
        let counts = try ScoreCounts(scores: scores, truth: [true, false, true, false, false, true, false])
        #expect(counts.entries.map(\.score) == [-1, 0, least, 0.5, 2] as [Float])
        #expect(counts.entries.map(\.positives) == [0, 1, 1, 1, 0] as [UInt32])
        #expect(counts.entries.map(\.negatives) == [1, 1, 0, 1, 1] as [UInt32])
        #expect(counts.positives == 3 && counts.negatives == 4)
    }

    /// More keys than a digit has values, of all signs and sizes.
    @Test func scoresAreSorted() throws {
        var state: UInt32 = 1
        var scores: [Float] = []
        while scores.count < 5000 {
            state = state &* 1_664_525 &+ 1_013_904_223
            let score = Float(bitPattern: state)
            if score.isFinite { scores.append(score) }
        }
        let counts = try ScoreCounts(scores: scores, truth: scores.map { $0 > 0 })
        #expect(counts.entries.map(\.score) == Set(scores).sorted())
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func aScoreThatIsNotFiniteIsRefusedWhereItCounts(value: Float) throws {
        let error = #expect(throws: ScoreError.self) { try ScoreCounts(scores: [0, 0.25, value], truth: [false, true, true]) }
        #expect(error?.index == 2)
        let counts = try ScoreCounts(scores: [0, 0.25, value], truth: [false, true, true], field: [true, true, false])
        #expect(counts.count == 2)
    }

    @Test func pooledCountsAreThoseOfAllPixels() throws {
        let names = FiguresTests.names
        for order in [names, names.reversed()] {
            var pooled = PooledCounts()
            for name in order { pooled.add(try Fixture.counts(name)) }
            let all = pooled.merged()
            let parts = try names.map { try Fixture.counts($0) }
            #expect(all.positives == parts.reduce(0) { $0 + $1.positives })
            #expect(all.negatives == parts.reduce(0) { $0 + $1.negatives })
            #expect(all.entries.map(\.score) == Set(parts.flatMap { $0.entries.map(\.score) }).sorted())
        }
        #expect(PooledCounts().merged() == ScoreCounts())
    }

    /// 2³³ pixels of one score: no count of 32 bits holds them.
    @Test func countsDoNotOverflow() throws {
        var counts = try ScoreCounts(scores: [0.25, 0.75, 0.75, 0.75], truth: [false, true, true, false])
        for _ in 0..<33 { counts = counts.merged(with: counts) }
        #expect(counts.positives == 2 << 33 && counts.negatives == 2 << 33)
        #expect(counts.bestThreshold == 0.75)
        // Those of the four pixels: 3 of 4 pairs are in order, one of them half.
        #expect(agree(counts.rocAUC, 0.75))
        #expect(agree(counts.averagePrecision, 2.0 / 3))
        #expect(Confusion(counts, threshold: 0.5).truePositives == 2 << 33)
    }
}
