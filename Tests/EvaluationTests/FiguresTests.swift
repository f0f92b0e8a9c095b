import Testing

@testable import Evaluation

/// Figures beside those of scikit-learn.
@Suite struct FiguresTests {
    static let names = [
        "floats", "levels", "few-levels", "no-vessels", "vessels-only", "no-vessels-found-none", "nothing-found", "all-found",
        "one-pixel", "reversed", "perfect", "neighbours", "zeros", "bounds", "logits", "tied-dice",
    ]

    @Test(arguments: names)
    func areThoseOfScikitLearn(name: String) throws {
        let all: [String: ExpectedFigures] = try Fixture.decoded("figures")
        #expect(Set(all.keys) == Set(Self.names))
        let expected = try #require(all[name])
        let counts = try Fixture.counts(name)
        #expect(counts.bestThreshold == expected.bestThreshold)
        let figures = Figures(counts, bestThreshold: counts.bestThreshold)
        #expect(agree(figures.rocAUC, expected.rocAUC))
        #expect(agree(figures.averagePrecision, expected.averagePrecision))
        #expect(agree(figures.calibrationError, expected.calibrationError))
        expectEqual(figures.atHalf, expected.atHalf)
        expectEqual(figures.atBest, expected.atBest)
    }

    @Test func nothingHasNoFigures() throws {
        let figures = Figures(ScoreCounts(), bestThreshold: ScoreCounts().bestThreshold)
        #expect(figures.rocAUC == nil && figures.averagePrecision == nil && figures.calibrationError == nil)
        #expect(figures.atHalf.accuracy == nil && figures.atHalf.matthews == nil && figures.atBest == nil)
        #expect(ScoreCounts().rocCurve() == nil && ScoreCounts().precisionRecallCurve() == nil)
    }
}
