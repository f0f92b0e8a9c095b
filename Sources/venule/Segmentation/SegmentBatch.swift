import Imaging

/// Photographs one after the other, with their lines, their progress, their rows of the table and what failed.
struct SegmentBatch {
    let files: [SegmentedFiles]
    let report: ReportOptions
    let table: PhotographTable?
    private(set) var totals = SegmentReport.Totals()
    /// For the report as JSON; without it none is kept.
    private(set) var records: [PhotographRecord] = []
    /// Of the first photograph that failed.
    private(set) var failure: CommandFailure?
    private var progress: ProgressBar?

    init(_ files: [SegmentedFiles], passedOver: Int, report: ReportOptions, table: PhotographTable?) {
        self.files = files
        self.report = report
        self.table = table
        totals.photographs = files.count
        totals.passedOver = passedOver
        let count = files.count { !$0.isFinished }
        if count > 1, !report.quiet {
            progress = ProgressBar(label: "segmenting", unit: "photographs", total: count, showsRate: true)
        }
    }

    /// - Parameters:
    ///   - known: the photographs whose rows the table has already.
    ///   - segment: writes the files of one photograph.
    /// - Throws: what ends the batch: a table that cannot be written.
    mutating func run(known: Set<String>, _ segment: (SegmentedFiles) throws -> SegmentedPhotograph) throws {
        let start = monotonicSeconds()
        for file in files {
            let record: PhotographRecord
            if file.isFinished {
                record = skip(file)
            } else {
                do {
                    let result = try segment(file)
                    progress?.clear()
                    write(result, file)
                    record = result.record
                } catch {
                    progress?.clear()
                    record = fail(file, error)
                }
                totals.seconds = monotonicSeconds() - start
                totals.photographsPerSecond = Double(totals.segmented) / totals.seconds
                progress?.advance()
            }
            if !known.contains(file.image) { try table?.add(record) }
            if report.json { records.append(record) }
        }
    }

    private mutating func skip(_ file: SegmentedFiles) -> PhotographRecord {
        totals.skipped += 1
        if report.verbose, report.writesLines { Console.write("\(file.image): skipped; its files exist") }
        return PhotographRecord(file.image, .skipped)
    }

    private mutating func write(_ result: SegmentedPhotograph, _ file: SegmentedFiles) {
        totals.segmented += 1
        for warning in result.warnings { Console.note("venule: \(warning)") }
        guard report.writesLines else { return }
        let duration = result.record.seconds.map { [Format.duration($0)] } ?? []
        Console.write("\(file.image): \((result.notes + duration).joined(separator: ", "))")
        for path in file.paths { Console.write("  \(path)") }
        guard report.verbose else { return }
        for line in result.details { Console.write("  \(line)") }
    }

    /// One bad photograph does not take the others with it.
    private mutating func fail(_ file: SegmentedFiles, _ error: any Error) -> PhotographRecord {
        totals.failed += 1
        let reason = CommandFailure(of: error) ?? CommandFailure(.usage, "\(file.image): \(error)")
        if files.count > 1 { Console.note(reason) }
        failure = failure ?? (files.count > 1 ? CommandFailure(reason.status, "not every photograph was segmented") : reason)
        return PhotographRecord(file.image, failure: reason)
    }
}

/// A photograph whose files are written.
struct SegmentedPhotograph {
    var record: PhotographRecord
    /// For its line.
    var notes: [String]
    /// With the photograph's name in front.
    var warnings: [String]
    /// What is only of interest when something is looked into.
    var details: [String]
}
