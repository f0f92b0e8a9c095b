/// What the order of scores says, whatever the threshold.
///
/// Everything here walks the scores from the highest to the lowest in linear time; pixels of one score count together.
extension ScoreCounts {
    /// Pixels with a score that is as high or higher.
    struct Above {
        var score: Float
        var positives: Int
        var negatives: Int
    }

    /// Calls `body` for each score that occurs, from the highest.
    @inline(__always)
    func forEachScore(_ body: (Above) -> Void) {
        var above = Above(score: .infinity, positives: 0, negatives: 0)
        for index in entries.indices.reversed() {
            above.positives += Int(entries[index].positives)
            above.negatives += Int(entries[index].negatives)
            if index > 0, entries[index - 1].score == entries[index].score { continue }
            above.score = entries[index].score
            body(above)
        }
    }

    /// The area under the receiver operating characteristic by the trapezoidal rule: how probable it is that a pixel of a vessel
    /// has a higher score than another, half of the ties included. Nil where there is one class only.
    ///
    /// Source: J. A. Hanley, B. J. McNeil: The meaning and use of the area under a receiver operating characteristic (ROC)
    /// curve. Radiology 143 (1982). `sklearn.metrics.roc_auc_score`.
    public var rocAUC: Double? {
        guard positives > 0, negatives > 0 else { return nil }
        var (area, last) = (0.0, Above(score: .infinity, positives: 0, negatives: 0))
        forEachScore { above in
            area += Double(above.negatives - last.negatives) * Double(above.positives + last.positives)
            last = above
        }
        return area / (2 * Double(positives) * Double(negatives))
    }

    /// The precisions at all scores, each weighted with the recall that it adds; nothing is interpolated. Nil where there is no
    /// pixel of a vessel. `sklearn.metrics.average_precision_score`.
    public var averagePrecision: Double? {
        guard positives > 0 else { return nil }
        var (sum, last) = (0.0, 0)
        forEachScore { above in
            sum += Double(above.positives - last) * (Double(above.positives) / Double(above.positives + above.negatives))
            last = above.positives
        }
        return sum / Double(positives)
    }

    /// The threshold with the highest coefficient of Dice, among the scores that occur; of several the lowest. Nil where there is
    /// no pixel of a vessel.
    public var bestThreshold: Float? {
        guard positives > 0 else { return nil }
        var best: (threshold: Float, dice: Double)?
        forEachScore { above in
            let dice = 2 * Double(above.positives) / Double(above.positives + above.negatives + positives)
            if best.map({ dice >= $0.dice }) ?? true { best = (above.score, dice) }
        }
        return best?.threshold
    }
}

/// A curve from the highest threshold to the lowest.
public struct Curve: Sendable, Equatable {
    public struct Point: Sendable, Equatable {
        public let x: Double
        public let y: Double
        /// Nil at the ends that no score belongs to.
        public let threshold: Float?
    }

    public private(set) var points: [Point] = []
    /// Points that are nearer to the last one are left out.
    private let resolution: Double
    private var held: Point?

    fileprivate init(resolution: Double) { self.resolution = resolution }

    fileprivate mutating func add(x: Double, y: Double, threshold: Float?) {
        let point = Point(x: x, y: y, threshold: threshold)
        if let last = points.last, abs(last.x - x) < resolution, abs(last.y - y) < resolution {
            held = point
            return
        }
        // What was left out comes back where the curve leaves it by a leap, so that corners stay.
        if let held { points.append(held) }
        held = nil
        points.append(point)
    }

    fileprivate mutating func finish() {
        if let held { points.append(held) }
        held = nil
    }
}

extension ScoreCounts {
    /// The receiver operating characteristic: 1 - specificity on x, sensitivity on y. Nil where there is one class only.
    /// - Parameter resolution: the distance at which points are told apart.
    public func rocCurve(resolution: Double = 1.0 / 400) -> Curve? {
        guard positives > 0, negatives > 0 else { return nil }
        var curve = Curve(resolution: resolution)
        curve.add(x: 0, y: 0, threshold: nil)
        forEachScore { above in
            curve.add(
                x: Double(above.negatives) / Double(negatives), y: Double(above.positives) / Double(positives), threshold: above.score)
        }
        curve.finish()
        return curve
    }

    /// Precision (y) over recall (x). Nil where there is no pixel of a vessel.
    /// - Parameter resolution: the distance at which points are told apart.
    public func precisionRecallCurve(resolution: Double = 1.0 / 400) -> Curve? {
        guard positives > 0 else { return nil }
        var curve = Curve(resolution: resolution)
        forEachScore { above in
            curve.add(
                x: Double(above.positives) / Double(positives),
                y: Double(above.positives) / Double(above.positives + above.negatives), threshold: above.score)
        }
        curve.finish()
        return curve
    }
}
