import Evaluation

/// What makes figures undefined, where scikit-learn warns as well.
enum EvaluationWarnings {
    static func undefined(in result: EvaluationResult) -> [String] {
        var warnings: [String] = []
        for photograph in result.photographs {
            warnings += texts(photograph.pair.prediction, photograph.figures, photograph.vesselPixels, photograph.pixels)
        }
        if result.photographs.count > 1 { warnings += texts("pooled", result.pooled, result.vesselPixels, result.pixels) }
        return warnings
    }

    private static func texts(_ name: String, _ figures: Figures, _ vessels: Int, _ pixels: Int) -> [String] {
        var texts: [String] = []
        if vessels == 0 {
            texts.append("the truth has no vessels, so that ROC AUC, average precision and sensitivity are undefined")
        } else if vessels == pixels {
            texts.append("the truth has nothing but vessels, so that ROC AUC and specificity are undefined")
        }
        if figures.atHalf.precision == nil { texts.append("no pixel reaches 0.5, so that the precision there is undefined") }
        if figures.calibrationError == nil {
            texts.append("there are values outside of 0 to 1, which are no probabilities, so that the calibration error is undefined")
        }
        return texts.map { "\(name): \($0)" }
    }
}
