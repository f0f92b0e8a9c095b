import ArgumentParser
import Evaluation

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Says how good maps are beside what people have drawn.",
        discussion: """
            Maps are .npy files (preferred where both are there) or grey pictures, as `segment` writes them; truth is white on black. Files \
            belong together by their names, as the public data sets form them: 01_test.npy, 01_manual1.gif and 01_test_mask.gif. For each \
            photograph, and for the pixels of all: area under the ROC curve, average precision, calibration error; and at thresholds of \
            0.5 and of the highest pooled Dice accuracy, sensitivity, specificity, precision, F1/Dice, Jaccard and MCC, with bootstrap intervals.

            EXAMPLES
              venule evaluate --pred out --truth DRIVE/test/1st_manual --fov DRIVE/test/mask
              venule evaluate --pred out --truth CHASE/truth --fov auto --images CHASE --html report.html
              venule evaluate --pred out/01_test.npy --truth 01_manual1.gif --json
            """)

    @Option(name: .customLong("pred"), help: ArgumentHelp("The folder with the predicted maps, or one map.", valueName: "DIR"))
    var predictions: String
    @Option(help: ArgumentHelp("The folder with the pictures of what is true, or one of them.", valueName: "DIR"))
    var truth: String
    @Option(
        help: ArgumentHelp(
            "Count the field of view only: the folder with pictures of it, or one; 'auto' finds it in the photographs; 'none'.",
            valueName: "DIR|auto|none"))
    var fov: String = "none"
    @Option(help: ArgumentHelp("The folder with the photographs, or one, for --fov auto.", valueName: "DIR"))
    var images: String?
    @Option(parsing: .unconditional, help: "Resamples for the intervals; 0 for none.")
    var resamples = 1000
    @Option(parsing: .unconditional, help: "Where the numbers for the resamples begin.")
    var seed: UInt64 = 0
    @Option(help: ArgumentHelp("Write a table with a row for each photograph.", valueName: "FILE"))
    var csv: String?
    @Option(help: ArgumentHelp("Write a page with tables, curves and pictures of the errors.", valueName: "FILE"))
    var html: String?
    @OptionGroup var reporting: ReportOptions

    func validate() throws {
        guard (0...1_000_000).contains(resamples) else { throw ValidationError("--resamples \(resamples): 0 to 1000000 is expected") }
        if FieldSource(fov) == .automatic {
            if images == nil { throw ValidationError("--fov auto finds the field of view in the photographs: --images is missing") }
        } else if images != nil {
            throw ValidationError("--images is for --fov auto")
        }
        if let csv, csv == html { throw ValidationError("--csv and --html name one file: \(csv)") }
    }

    func run() throws {
        let field = FieldSource(fov)
        var fields: String?
        if case .files(let place) = field { fields = place }
        let (pairs, unpaired) = try EvaluationPairs.find(
            predictions: predictions, truth: truth, fields: fields, photographs: field == .automatic ? images : nil)
        let read = pairs.flatMap { [$0.prediction, $0.truth, $0.field, $0.photograph].compactMap { $0 } }
        for path in [csv, html].compactMap({ $0 }) { try OutputFile.check(path, inputs: ReadFiles(read)) }

        for warning in unpaired { Console.note("venule: warning: \(warning)") }
        let run = EvaluationRun(
            pairs: pairs, field: field, bootstrap: Bootstrap(resamples: resamples), seed: seed, hasPage: html != nil)
        var bar = ProgressBar(label: "evaluating", unit: "maps", total: 2 * pairs.count)
        let showsProgress = !reporting.quiet && pairs.count > 1
        let result = try run.perform { if showsProgress { bar.advance() } }
        let undefined = EvaluationWarnings.undefined(in: result)
        for warning in undefined { Console.note("venule: warning: \(warning)") }

        let report = EvaluationReport(result, run, warnings: unpaired + undefined)
        if let csv { try OutputFile.write(Array(report.csv.utf8), to: csv) }
        if let html { try OutputFile.write(Array(EvaluationPage(report, result).text.utf8), to: html) }
        try reporting.write(report)
    }
}
