import Evaluation
import Imaging
import Runtime

/// What `evaluate` has found out.
struct EvaluationResult {
    struct Photograph {
        let pair: EvaluationPair
        let height: Int
        let width: Int
        /// In the field of view.
        let pixels: Int
        let vesselPixels: Int
        var figures: Figures
        /// Nil where no page is asked for.
        var curve: Curve?
        var errorMap: [UInt8]?
    }

    var photographs: [Photograph] = []
    var pooled: Figures
    var pixels: Int
    var vesselPixels: Int
    var distinctScores: Int
    var bestThreshold: Float?
    var intervals: Bootstrap.Intervals?
    var rocCurve: Curve?
    var precisionRecallCurve: Curve?
}

/// Computes the figures of all pairs. Photographs are read one after the other, twice: the best threshold is known only when all
/// have been read. Beside one photograph, the distinct scores of all are in memory, 12 bytes for each.
struct EvaluationRun {
    let pairs: [EvaluationPair]
    let field: FieldSource
    let bootstrap: Bootstrap
    let seed: UInt64
    /// Whether curves and error maps are made.
    let hasPage: Bool

    func perform(progress: () -> Void) throws -> EvaluationResult {
        var photographs: [EvaluationResult.Photograph] = []
        var summaries: [PhotographSummary] = []
        var pool = PooledCounts()
        for pair in pairs {
            let map = try EvaluatedMap(pair, field)
            let counts = try map.counts(pair.prediction)
            photographs.append(
                EvaluationResult.Photograph(
                    pair: pair, height: map.height, width: map.width, pixels: counts.count, vesselPixels: counts.positives,
                    figures: Figures(counts, bestThreshold: nil), curve: hasPage ? counts.rocCurve() : nil,
                    errorMap: hasPage ? ErrorMap.png(of: map) : nil))
            summaries.append(PhotographSummary(counts))
            pool.add(counts)
            progress()
        }
        let all = pool.merged()
        let best = all.bestThreshold
        if let best {
            for (index, pair) in pairs.enumerated() {
                let counts = try EvaluatedMap(pair, field).counts(pair.prediction)
                let confusion = Confusion(counts, threshold: best)
                photographs[index].figures.atBest = confusion
                summaries[index].atBest = confusion
                progress()
            }
        }
        let pooled = Figures(all, bestThreshold: best)
        var generator = SplitMix64(seed: seed)
        return EvaluationResult(
            photographs: photographs, pooled: pooled, pixels: all.count, vesselPixels: all.positives,
            distinctScores: all.entries.count, bestThreshold: best,
            intervals: bootstrap.intervals(of: summaries, pooled: pooled, using: &generator),
            rocCurve: hasPage ? all.rocCurve() : nil, precisionRecallCurve: hasPage ? all.precisionRecallCurve() : nil)
    }
}
