import Testing

@testable import Evaluation

@Suite struct CurveTests {
    private func counts() throws -> ScoreCounts {
        try ScoreCounts(scores: [0.9, 0.8, 0.7, 0.6, 0.6], truth: [true, false, true, false, true])
    }

    @Test func rocCurveGoesFromNothingToEverything() throws {
        let points = try #require(try counts().rocCurve()).points
        #expect(points.map(\.x) == [0, 0, 0.5, 0.5, 1] as [Double])
        #expect(points.map(\.y) == [0, 1.0 / 3, 1.0 / 3, 2.0 / 3, 1] as [Double])
        #expect(points.map(\.threshold) == [nil, 0.9, 0.8, 0.7, 0.6] as [Float?])
    }

    @Test func precisionFallsAndRises() throws {
        let points = try #require(try counts().precisionRecallCurve()).points
        #expect(points.map(\.x) == [1.0 / 3, 1.0 / 3, 2.0 / 3, 1] as [Double])
        #expect(points.map(\.y) == [1, 0.5, 2.0 / 3, 0.6] as [Double])
    }

    /// A picture of a curve needs no more points than it has pixels; first, last and corners stay.
    @Test func nearPointsAreLeftOut() throws {
        let scores = (0..<20_000).map { Float($0) / 20_000 }
        let counts = try ScoreCounts(scores: scores, truth: scores.indices.map { $0 % 7 < $0 / 5000 })
        let curve = try #require(counts.rocCurve())
        #expect(curve.points.count < 2000)
        let last = try #require(curve.points.last)
        #expect(last.x == 1 && last.y == 1 && last.threshold == 0)
        for (point, next) in zip(curve.points, curve.points.dropFirst()) {
            #expect(next.x >= point.x && next.y >= point.y && next.x - point.x < 0.01 && next.y - point.y < 0.01)
        }
    }
}
