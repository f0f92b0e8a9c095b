import ArgumentParser
import FoundationEssentials

/// What a command has found out: lines for people, and the same as JSON (Documentation/JSON.md has every field).
///
/// Names of fields are in camel case; times are in seconds and memory in bytes, which their names end with.
protocol Report: Encodable {
    var lines: [String] { get }
    /// What `--verbose` adds.
    var details: [String] { get }
}

extension Report {
    var details: [String] { [] }

    /// One object, its keys sorted, so that the same findings give the same text.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

/// How a command reports: the same options for all of them.
struct ReportOptions: ParsableArguments {
    @Flag(help: "Print what was found as one JSON object on standard output.")
    var json = false
    @Flag(name: .shortAndLong, help: "Print no report, notes or progress; warnings and errors stay.")
    var quiet = false
    @Flag(name: .shortAndLong, help: "Also print what is of interest only when something is looked into.")
    var verbose = false

    func validate() throws {
        if quiet, json || verbose { throw ValidationError("--quiet goes with neither --json nor --verbose") }
        Console.style = json ? .json : quiet ? .quiet : .text
    }

    /// Refuses `--quiet` where the text that an option asks for is all there is to gain.
    func requireLines(for option: String) throws {
        if quiet { throw ValidationError("--quiet: \(option) is for what it prints") }
    }

    /// Whether lines for people may be written to standard output while the command works.
    var writesLines: Bool { !json && !quiet }

    /// Writes a finished report to standard output.
    func write(_ report: some Report) throws {
        if json { return Console.write(json: try report.json()) }
        if quiet { return }
        for line in report.lines + (verbose ? report.details : []) { Console.write(line) }
    }
}
