import Evaluation
import Imaging

/// A number, or null where it is undefined: never left out, and never NaN.
struct Figure: Encodable {
    let value: Double?

    init(_ value: Double?) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }

    /// Four decimals; a dash where it is undefined.
    var text: String { value.map { Format.fixed($0, decimals: 4) } ?? "-" }
}

/// What `evaluate` says. Documentation/Evaluation.md has the definitions.
struct EvaluationReport: Report {
    /// At a threshold.
    struct Cut: Encodable {
        var truePositives: Int
        var falsePositives: Int
        var trueNegatives: Int
        var falseNegatives: Int
        var accuracy: Figure
        var sensitivity: Figure
        var specificity: Figure
        var precision: Figure
        var dice: Figure
        var jaccard: Figure
        var matthews: Figure

        init(_ confusion: Confusion) {
            truePositives = confusion.truePositives
            falsePositives = confusion.falsePositives
            trueNegatives = confusion.trueNegatives
            falseNegatives = confusion.falseNegatives
            accuracy = Figure(confusion.accuracy)
            sensitivity = Figure(confusion.sensitivity)
            specificity = Figure(confusion.specificity)
            precision = Figure(confusion.precision)
            dice = Figure(confusion.dice)
            jaccard = Figure(confusion.jaccard)
            matthews = Figure(confusion.matthews)
        }
    }

    /// Of a photograph, or of all together.
    struct Row: Encodable {
        /// In the field of view.
        var pixels: Int
        var vesselPixels: Int
        var rocAUC: Figure
        var averagePrecision: Figure
        var calibrationError: Figure
        var atHalf: Cut
        /// Nil where no photograph has a pixel of a vessel, so that there is no best threshold.
        var atBest: Cut?

        init(_ figures: Figures, pixels: Int, vesselPixels: Int) {
            self.pixels = pixels
            self.vesselPixels = vesselPixels
            rocAUC = Figure(figures.rocAUC)
            averagePrecision = Figure(figures.averagePrecision)
            calibrationError = Figure(figures.calibrationError)
            atHalf = Cut(figures.atHalf)
            atBest = figures.atBest.map { Cut($0) }
        }
    }

    struct Photograph: Encodable {
        var name: String
        var prediction: String
        var truth: String
        /// The file, or that of the photograph with `--fov auto`; nil for the whole picture.
        var field: String?
        var width: Int
        var height: Int
        var figures: Row
    }

    /// Lower and upper end.
    struct Ends: Encodable {
        let interval: Interval?

        func encode(to encoder: any Encoder) throws {
            guard let interval else {
                var container = encoder.singleValueContainer()
                return try container.encodeNil()
            }
            var container = encoder.unkeyedContainer()
            try container.encode(interval.lower)
            try container.encode(interval.upper)
        }

        var text: String {
            interval.map { "\(Format.fixed($0.lower, decimals: 4)) to \(Format.fixed($0.upper, decimals: 4))" } ?? "-"
        }
    }

    struct Intervals: Encodable {
        /// Share of the resamples that lie inside.
        var level: Double
        var resamples: Int
        var seed: UInt64
        var rocAUC: Ends
        var averagePrecision: Ends
        var calibrationError: Ends
        var atHalf: [String: Ends]
        var atBest: [String: Ends]

        init(_ intervals: Bootstrap.Intervals, _ bootstrap: Bootstrap, seed: UInt64) {
            level = bootstrap.level
            resamples = bootstrap.resamples
            self.seed = seed
            rocAUC = Ends(interval: intervals.rocAUC)
            averagePrecision = Ends(interval: intervals.averagePrecision)
            calibrationError = Ends(interval: intervals.calibrationError)
            func named(_ values: [Bootstrap.Measure: Interval]) -> [String: Ends] {
                Dictionary(uniqueKeysWithValues: Bootstrap.Measure.allCases.map { ($0.rawValue, Ends(interval: values[$0])) })
            }
            atHalf = named(intervals.atHalf)
            atBest = named(intervals.atBest)
        }
    }

    var photographs: [Photograph]
    var pooled: Row
    /// Nil for fewer than two photographs, and where none are asked for.
    var intervals: Intervals?
    /// Chosen on these photographs, so that what is said of it is optimistic; nil where there is none.
    var bestThreshold: Figure
    /// Different scores among all pixels.
    var distinctScores: Int
    var warnings: [String]

    init(_ result: EvaluationResult, _ run: EvaluationRun, warnings: [String]) {
        photographs = result.photographs.map { photograph in
            Photograph(
                name: photograph.pair.name, prediction: photograph.pair.prediction, truth: photograph.pair.truth,
                field: photograph.pair.field ?? photograph.pair.photograph, width: photograph.width, height: photograph.height,
                figures: Row(photograph.figures, pixels: photograph.pixels, vesselPixels: photograph.vesselPixels))
        }
        pooled = Row(result.pooled, pixels: result.pixels, vesselPixels: result.vesselPixels)
        intervals = result.intervals.map { Intervals($0, run.bootstrap, seed: run.seed) }
        bestThreshold = Figure(result.bestThreshold.map(Double.init))
        distinctScores = result.distinctScores
        self.warnings = warnings
    }
}

extension EvaluationReport.Cut {
    /// The figures by their names on tables, in their order.
    var columns: [(name: String, key: String, figure: Figure)] {
        [
            ("accuracy", "accuracy", accuracy), ("sensitivity", "sensitivity", sensitivity), ("specificity", "specificity", specificity),
            ("precision", "precision", precision), ("F1/Dice", "dice", dice), ("Jaccard", "jaccard", jaccard),
            ("MCC", "matthews", matthews),
        ]
    }
}

extension EvaluationReport.Row {
    /// Those that need no threshold.
    var ranking: [(name: String, key: String, figure: Figure)] {
        [
            ("ROC AUC", "rocAUC", rocAUC), ("avg. prec.", "averagePrecision", averagePrecision),
            ("ECE", "calibrationError", calibrationError),
        ]
    }
}

extension EvaluationReport {
    /// The best threshold with what is to be known of it.
    var bestThresholdText: String? {
        bestThreshold.value.map {
            "best threshold \(Format.fixed($0, decimals: 4)): the highest pooled F1/Dice on these photographs themselves, so optimistic"
        }
    }

    var intervalsText: String? {
        intervals.map { intervals in
            "\(Format.fixed(100 * intervals.level, decimals: 0)) % intervals: bootstrap over \(photographs.count) photographs, \(intervals.resamples) resamples, seed \(intervals.seed)"
        }
    }

    var lines: [String] {
        let width = max(10, photographs.map(\.name.count).max() ?? 0)
        func row(_ name: String, _ cells: [String]) -> String {
            "  " + Format.left(name, width) + cells.map { " " + Format.right($0, 11) }.joined()
        }
        let rows = photographs.map { ($0.name, $0.figures) } + [("pooled", pooled)]
        var lines = ["whatever the threshold", row("", pooled.ranking.map(\.name) + ["pixels", "vessels"])]
        lines += rows.map { name, figures in
            row(name, figures.ranking.map(\.figure.text) + [Format.grouped(figures.pixels), Self.share(figures)])
        }
        lines += ["", "threshold 0.5", row("", pooled.atHalf.columns.map(\.name))]
        lines += rows.map { row($0.0, $0.1.atHalf.columns.map(\.figure.text)) }
        if let bestThresholdText, let best = pooled.atBest {
            lines += ["", bestThresholdText, row("", best.columns.map(\.name))]
            lines += rows.compactMap { name, figures in figures.atBest.map { row(name, $0.columns.map(\.figure.text)) } }
        }
        return lines + intervalLines
    }

    /// The files that belong together.
    var details: [String] {
        let files = photographs.map { photograph in
            Format.line(
                photograph.name, ([photograph.prediction, photograph.truth] + [photograph.field].compactMap { $0 }).joined(separator: ", "))
        }
        return [""] + files + [Format.line("distinct scores", Format.grouped(distinctScores))]
    }

    private static func share(_ row: Row) -> String {
        row.pixels == 0 ? "-" : Format.fixed(100 * Double(row.vesselPixels) / Double(row.pixels), decimals: 2) + " %"
    }

    private var intervalLines: [String] {
        guard let intervals, let intervalsText else { return [] }
        func line(_ name: String, _ figure: Figure, _ ends: Ends?) -> String {
            "  " + Format.left(name, 24) + Format.right(figure.text, 8) + "   " + (ends?.text ?? "-")
        }
        var lines = ["", "pooled, with " + intervalsText]
        lines += zip(pooled.ranking, [intervals.rocAUC, intervals.averagePrecision, intervals.calibrationError]).map {
            line($0.name, $0.figure, $1)
        }
        lines += pooled.atHalf.columns.map { line("\($0.name) at 0.5", $0.figure, intervals.atHalf[$0.key]) }
        lines += pooled.atBest?.columns.map { line("\($0.name) at best", $0.figure, intervals.atBest[$0.key]) } ?? []
        return lines
    }

    /// A row for each photograph and one for all together; undefined figures are empty cells.
    var csv: String {
        func cut(_ prefix: String, _ cut: Cut?) -> [(String, String)] {
            let counts = ["truePositives", "falsePositives", "trueNegatives", "falseNegatives"]
            let values = cut.map { [$0.truePositives, $0.falsePositives, $0.trueNegatives, $0.falseNegatives].map(String.init) }
            let figures = (cut ?? pooled.atHalf).columns.map { column in
                (column.key, cut == nil ? "" : column.figure.value.map { "\($0)" } ?? "")
            }
            return (zip(counts, values ?? counts.map { _ in "" }).map { ($0, $1) } + figures).map { (prefix + $0.0, $0.1) }
        }
        func cells(_ name: String, _ row: Row) -> [(String, String)] {
            [("name", Self.quoted(name)), ("pixels", "\(row.pixels)"), ("vesselPixels", "\(row.vesselPixels)")]
                + row.ranking.map { ($0.key, $0.figure.value.map { "\($0)" } ?? "") } + cut("atHalf.", row.atHalf)
                + cut("atBest.", row.atBest)
        }
        let rows = photographs.map { cells($0.name, $0.figures) } + [cells("pooled", pooled)]
        let header = rows.last.map { $0.map(\.0) } ?? []
        return ([header] + rows.map { $0.map(\.1) }).map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// A cell of text, by RFC 4180.
    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
