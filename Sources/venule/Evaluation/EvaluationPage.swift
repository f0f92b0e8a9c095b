import Evaluation
import FoundationEssentials
import Pages
import PlanFormat

/// The report as one page that needs nothing else: tables, curves as SVG, pictures of the errors as data.
struct EvaluationPage {
    private let report: EvaluationReport
    private let result: EvaluationResult

    init(_ report: EvaluationReport, _ result: EvaluationResult) {
        self.report = report
        self.result = result
    }

    var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>venule evaluate</title>
        <style>
        \(Self.style)
        </style>
        </head>
        <body>
        <main>
        <h1>Vessel maps beside the truth</h1>
        <p class="note">\(summary)</p>
        \(cards)
        \(warnings)
        <section class="curves">
        \(rocFigure)
        \(precisionFigure)
        </section>
        \(table("Whatever the threshold", pooledIntervals: report.intervals.map { [$0.rocAUC, $0.averagePrecision, $0.calibrationError] }) { $0.ranking.map { ($0.name, $0.figure.text) } })
        \(cutTable("At a threshold of 0.5", report.intervals?.atHalf) { $0.atHalf })
        \(bestTable)
        \(errorMaps)
        </main>
        </body>
        </html>

        """
    }

    // MARK: What stands first

    private var summary: String {
        let pixels = "\(Format.grouped(report.pooled.pixels)) pixels"
        let count = report.photographs.count == 1 ? "1 photograph" : "\(Format.grouped(report.photographs.count)) photographs"
        let hasFields = report.photographs.contains { $0.field != nil }
        let place = hasFields ? "in the field of view" : "of whole pictures"
        return ["\(count), \(pixels) \(place)", report.intervalsText].compactMap { $0 }.map { "\($0.forHTML)." }.joined(separator: " ")
    }

    private var cards: String {
        let figures: [(String, Figure, EvaluationReport.Ends?)] = [
            ("ROC AUC", report.pooled.rocAUC, report.intervals?.rocAUC),
            ("Average precision", report.pooled.averagePrecision, report.intervals?.averagePrecision),
            ("F1/Dice at 0.5", report.pooled.atHalf.dice, report.intervals?.atHalf["dice"]),
            ("MCC at 0.5", report.pooled.atHalf.matthews, report.intervals?.atHalf["matthews"]),
            ("Calibration error", report.pooled.calibrationError, report.intervals?.calibrationError),
        ]
        let cards = figures.map { name, figure, ends in
            let interval = ends.map { "<small>\($0.text.forHTML)</small>" } ?? ""
            return "<div class=\"card\"><span>\(name)</span><b>\(figure.text)</b>\(interval)</div>"
        }
        return "<section class=\"cards\">\n\(cards.joined(separator: "\n"))\n</section>"
    }

    private var warnings: String {
        guard !report.warnings.isEmpty else { return "" }
        let items = report.warnings.map { "<li>\($0.forHTML)</li>" }.joined(separator: "\n")
        return "<section class=\"warnings\"><h2>Warnings</h2>\n<ul>\n\(items)\n</ul></section>"
    }

    // MARK: Tables

    private func table(
        _ title: String, note: String = "", pooledIntervals: [EvaluationReport.Ends]?,
        _ cells: (EvaluationReport.Row) -> [(name: String, text: String)]?
    ) -> String {
        let header = cells(report.pooled)?.map { "<th scope=\"col\">\($0.name.forHTML)</th>" }.joined() ?? ""
        func row(_ name: String, _ row: EvaluationReport.Row, _ isPooled: Bool) -> String {
            let values = cells(row)?.map { "<td>\($0.text)</td>" }.joined() ?? ""
            return "<tr\(isPooled ? " class=\"pooled\"" : "")><th scope=\"row\">\(name.forHTML)</th>\(values)</tr>"
        }
        var rows = report.photographs.map { row($0.name, $0.figures, false) } + [row("pooled", report.pooled, true)]
        if let pooledIntervals {
            let ends = pooledIntervals.map { "<td>\($0.text)</td>" }.joined()
            rows.append("<tr class=\"interval\"><th scope=\"row\">interval</th>\(ends)</tr>")
        }
        let paragraph = note.isEmpty ? "" : "<p class=\"note\">\(note.forHTML).</p>\n"
        return """
            <section><h2>\(title.forHTML)</h2>
            \(paragraph)<div class="scroll"><table>
            <thead><tr><th scope="col">photograph</th>\(header)</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div></section>
            """
    }

    private func cutTable(
        _ title: String, note: String = "", _ intervals: [String: EvaluationReport.Ends]?,
        _ cut: @escaping (EvaluationReport.Row) -> EvaluationReport.Cut?
    ) -> String {
        let ends = intervals.flatMap { intervals in
            cut(report.pooled)?.columns.map { intervals[$0.key] ?? EvaluationReport.Ends(interval: nil) }
        }
        return table(title, note: note, pooledIntervals: ends) { cut($0)?.columns.map { ($0.name, $0.figure.text) } }
    }

    private var bestTable: String {
        guard let text = report.bestThresholdText, let threshold = report.bestThreshold.value else { return "" }
        return cutTable(
            "At the best threshold, \(Format.fixed(threshold, decimals: 4)) (optimistic)", note: "The " + text, report.intervals?.atBest
        ) {
            $0.atBest
        }
    }

    // MARK: Curves

    private var rocFigure: String {
        guard let curve = result.rocCurve else { return "" }
        let others = result.photographs.count > 1 ? result.photographs.compactMap(\.curve) : []
        var chart = CurveChart(title: "Receiver operating characteristic", x: "1 − specificity", y: "sensitivity")
        chart.hasDiagonal = true
        for other in others { chart.add(other, style: "each") }
        chart.add(curve, style: "all")
        let cut = report.pooled.atHalf
        if let specificity = cut.specificity.value, let sensitivity = cut.sensitivity.value {
            chart.mark(x: 1 - specificity, y: sensitivity, label: "threshold 0.5")
        }
        return chart.figure(caption: "area \(report.pooled.rocAUC.text)" + (others.isEmpty ? "" : "; thin: each photograph"))
    }

    private var precisionFigure: String {
        guard let curve = result.precisionRecallCurve else { return "" }
        var chart = CurveChart(title: "Precision and recall", x: "recall (sensitivity)", y: "precision")
        chart.add(curve, style: "all")
        let cut = report.pooled.atHalf
        if let precision = cut.precision.value, let sensitivity = cut.sensitivity.value {
            chart.mark(x: sensitivity, y: precision, label: "threshold 0.5")
        }
        return chart.figure(caption: "average precision \(report.pooled.averagePrecision.text)")
    }

    // MARK: Pictures

    private var errorMaps: String {
        let pictures = result.photographs.compactMap { photograph -> String? in
            guard let map = photograph.errorMap else { return nil }
            let cut = photograph.figures.atHalf
            let name = photograph.pair.name.forHTML
            let counts =
                "missed \(Format.grouped(cut.falseNegatives)), invented \(Format.grouped(cut.falsePositives)), right \(Format.grouped(cut.truePositives))"
            return """
                <figure><img alt="Errors in \(name)" src="data:image/png;base64,\(Data(map).base64EncodedString())">
                <figcaption><b>\(name)</b> \(counts) pixels</figcaption></figure>
                """
        }
        guard !pictures.isEmpty else { return "" }
        let colours = ErrorMap.colours
        let legend = [
            ("right", colours.right), ("missed", colours.missed), ("invented", colours.invented), ("no vessel", colours.background),
            ("outside of the field of view", colours.outside),
        ].map { name, colour in
            "<span><i style=\"background:rgb(\(colour.map(String.init).joined(separator: ",")))\"></i>\(name)</span>"
        }
        return """
            <section><h2>Errors at a threshold of 0.5</h2>
            <p class="legend">\(legend.joined(separator: "\n"))</p>
            <div class="maps">
            \(pictures.joined(separator: "\n"))
            </div></section>
            """
    }

    private static let style = """
        :root { color-scheme: light dark; --paper: #fbfaf8; --card: #ffffff; --ink: #1d2126; --soft: #5c6570; --line: #d9d6d0;
          --accent: #b3261e; --each: #9aa3ad; --warn: #8a5a00; --warn-paper: #fff4dc; }
        @media (prefers-color-scheme: dark) { :root { --paper: #14171b; --card: #1d2126; --ink: #e8e6e1; --soft: #a2aab4; --line: #363c44;
          --accent: #ff8a7a; --each: #6b7580; --warn: #ffd48a; --warn-paper: #332a16; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
        main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
        h1 { font-size: 28px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 40px 0 8px; }
        .note { color: var(--soft); margin: 0 0 12px; }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; margin-top: 20px; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; display: grid; }
        .card span, .card small { color: var(--soft); font-size: 13px; } .card b { font-size: 25px; font-variant-numeric: tabular-nums; }
        .warnings { background: var(--warn-paper); color: var(--warn); border-radius: 8px; padding: 10px 18px; margin-top: 20px; overflow-wrap: anywhere; }
        .warnings h2 { margin: 0; font-size: 16px; } .warnings ul { margin: 4px 0; padding-left: 20px; }
        .curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 20px; margin-top: 28px; }
        figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 14px; }
        figcaption { color: var(--soft); font-size: 14px; margin-top: 6px; overflow-wrap: anywhere; } figcaption b { color: var(--ink); }
        svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font: 13px system-ui, "DejaVu Sans", sans-serif; }
        svg .title { fill: var(--ink); font-weight: 600; font-size: 15px; } svg .grid { stroke: var(--line); fill: none; }
        svg .diagonal { stroke: var(--soft); stroke-dasharray: 4 4; }
        svg .all { stroke: var(--accent); stroke-width: 2.5; fill: none; } svg .each { stroke: var(--each); stroke-width: 1; fill: none; opacity: .7; }
        svg .mark { fill: var(--card); stroke: var(--accent); stroke-width: 2.5; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); }
        th, td { padding: 6px 12px; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; border-top: 1px solid var(--line); }
        th:first-child { text-align: left; } thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: 14px; }
        tbody th { font-weight: 400; } .pooled th, .pooled td { font-weight: 700; border-top: 2px solid var(--soft); }
        .interval th, .interval td { color: var(--soft); border-top: 0; font-size: 13px; padding-top: 0; white-space: normal; }
        .legend { display: flex; flex-wrap: wrap; gap: 6px 20px; color: var(--soft); margin: 0 0 12px; }
        .legend i { display: inline-block; width: 14px; height: 14px; border-radius: 3px; border: 1px solid var(--line); margin-right: 7px; vertical-align: -2px; }
        .maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 480px), 1fr)); gap: 16px; }
        .maps img { width: 100%; height: auto; display: block; border-radius: 4px; }
        """
}

extension String {
    /// As text or as an attribute's value in a page; what would not be shown is escaped as on a terminal.
    var forHTML: String { Page.escaped(printableText(self)) }
}
