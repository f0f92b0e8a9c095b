/// The figures of merit of a photograph, or of all together. Each is nil where it is undefined.
public struct Figures: Sendable, Equatable {
    public var rocAUC: Double?
    public var averagePrecision: Double?
    public var calibrationError: Double?
    /// With pixels from this threshold on taken for vessels.
    public var atHalf: Confusion
    /// At the threshold with the highest pooled coefficient of Dice; nil where there is none.
    public var atBest: Confusion?

    /// The threshold of ``atHalf``.
    public static let half: Float = 0.5

    /// - Parameter bestThreshold: that of all photographs together.
    public init(_ counts: ScoreCounts, bestThreshold: Float?) {
        rocAUC = counts.rocAUC
        averagePrecision = counts.averagePrecision
        calibrationError = Calibration(counts).error
        atHalf = Confusion(counts, threshold: Self.half)
        atBest = bestThreshold.map { Confusion(counts, threshold: $0) }
    }

    init(rocAUC: Double?, averagePrecision: Double?, calibrationError: Double?, atHalf: Confusion, atBest: Confusion?) {
        self.rocAUC = rocAUC
        self.averagePrecision = averagePrecision
        self.calibrationError = calibrationError
        self.atHalf = atHalf
        self.atBest = atBest
    }
}
