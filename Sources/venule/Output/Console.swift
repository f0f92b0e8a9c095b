import ArgumentParser
import DeviceCommandLine
import Files
import Glibc
import Imaging
import PlanFormat
import Synchronization

/// Text for people: results on standard output, everything else on standard error.
///
/// Names come from files of strangers: here, and nowhere else, what a terminal would not show as it is gets escaped, also what
/// would begin another line.
enum Console {
    /// What the command line asks for with ``ReportOptions``.
    enum Style {
        case text, json
        /// Warnings and errors only.
        case quiet
    }

    private static let chosenStyle = Mutex(Style.text)

    static var style: Style {
        get { chosenStyle.withLock { $0 } }
        set { chosenStyle.withLock { $0 = newValue } }
    }

    /// A line for people while the command works.
    static func say(_ line: String) {
        if style == .text { write(line) }
    }

    /// As `write(text:)`, for people.
    static func say(text: String) {
        if style == .text { write(text: text) }
    }

    static func write(_ line: String) { output.withLock { $0.put(printableText(line) + "\n") } }

    /// Text of several lines of this program's own, in which no name can begin one.
    static func write(text: String) {
        for line in lines(of: text) { write(line) }
    }

    /// The report, which is one JSON object and is written when the command ends, with what ended it. Only its strings hold what
    /// would not be shown: there it is escaped as JSON does.
    static func write(json text: String) {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" || printableText(String(scalar)) == String(scalar) {
                escaped.unicodeScalars.append(scalar)
            } else {
                // All of them are below U+FFFF.
                let digits = String(scalar.value, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        heldReport.withLock { $0 = escaped }
    }

    /// Adds to the report what ended the command.
    private static func add(_ failure: CommandFailure) {
        guard style == .json, let error = try? FailureReport(failure).json() else { return }
        let found = heldReport.withLock { $0 }
        // Both are objects that begin and end with a line of their own.
        write(json: found.map { "\(error.dropLast(2)),\($0.dropFirst())" } ?? error)
    }

    /// Says of a file that it is not taken as it is.
    static func noteOnInput(_ text: String) {
        if style != .quiet { note("venule: note: \(text)") }
    }

    static func note(_ line: String) { writeError(printableText(line) + "\n") }

    /// Says what has failed.
    static func note(_ failure: CommandFailure) {
        for (index, line) in failure.lines.enumerated() { note(index == 0 ? "venule: \(line)" : line) }
    }

    /// As `write(text:)`, on standard error.
    static func note(text: String) { writeError(lines(of: text).map { printableText($0) + "\n" }.joined()) }

    /// Text that moves the cursor, of this program's own. Unbuffered, so that progress shows at once. Nothing can be done where
    /// standard error is closed.
    static func writeError(_ text: String) { _ = put(Array(text.utf8), to: STDERR_FILENO) }

    /// Says why the command ends and returns its status. Help and the version are no errors; ArgumentParser's own
    /// errors are errors of usage.
    static func report(_ error: any Error) -> ExitStatus {
        if let failure = CommandFailure(of: error) {
            note(failure)
            add(failure)
            return failure.status
        }
        let text = VenuleCommand.fullMessage(for: error)
        guard VenuleCommand.exitCode(for: error) == .success else {
            for line in lines(of: text) { note(line) }
            add(CommandFailure(.usage, lines: lines(of: text)))
            return .usage
        }
        write(text: text)
        return .success
    }

    /// Writes what is left to standard output.
    /// - Returns: The status with which the process ends: results that could not be written are no success.
    static func finish(_ status: ExitStatus) -> ExitStatus {
        let report = heldReport.withLock { $0 }
        let failure = output.withLock { output in
            if let report { output.put(report + "\n") }
            output.flush()
            return output.failure
        }
        guard failure != 0 else { return status }
        note("venule: standard output: cannot be written: \(String(cString: strerror(failure)))")
        return status == .success ? .usage : status
    }

    static func lines(of text: String) -> [String] {
        // What text of several lines ends with is no line.
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(text.hasSuffix("\n") ? 1 : 0).map { String($0) }
    }

    private static let output = Mutex(OutputBuffer())
    private static let heldReport = Mutex<String?>(nil)

    /// - Returns: 0 or `errno`.
    fileprivate static func put(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        return 0
    }
}

/// Lines on their way to standard output: to a terminal each by itself, elsewhere many at once.
private struct OutputBuffer {
    private var bytes: [UInt8] = []
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    /// `errno` of the first write that failed; nothing is written from then on.
    private(set) var failure: Int32 = 0

    private static let longest = 1 << 16

    mutating func put(_ text: String) {
        bytes += text.utf8
        if isTerminal || bytes.count >= Self.longest { flush() }
    }

    mutating func flush() {
        if failure == 0 { failure = Console.put(bytes, to: STDOUT_FILENO) }
        bytes.removeAll(keepingCapacity: true)
    }
}

/// Why a command has failed, as JSON beside what it has found.
private struct FailureReport: Report {
    struct Failure: Encodable {
        var status: Int32
        var lines: [String]
    }
    var error: Failure
    var lines: [String] { error.lines }

    init(_ failure: CommandFailure) { error = Failure(status: failure.status.rawValue, lines: failure.lines) }
}

/// Numbers as people read them.
enum Format {
    static func fixed(_ value: Double, decimals: Int) -> String {
        let scale = pow(10, Double(decimals))
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let digits = String(Int(scaled))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return decimals == 0 ? sign + padded : sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    /// With separators: 8,244,356.
    static func grouped(_ value: Int) -> String {
        var groups: [Substring] = []
        var rest = Substring(String(value.magnitude))
        while rest.count > 3 {
            groups.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        return (value < 0 ? "-" : "") + ([rest] + groups).joined(separator: ",")
    }

    static func mebibytes(_ bytes: Int) -> String {
        fixed(Double(bytes) / 1_048_576, decimals: 1) + " MiB"
    }

    /// 0.8 ms, 1.93 s, 12 min 5 s.
    static func duration(_ seconds: Double) -> String {
        if seconds < 1 { return fixed(seconds * 1000, decimals: 1) + " ms" }
        if seconds < 100 { return fixed(seconds, decimals: 2) + " s" }
        let whole = Int(seconds.rounded())
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// 6.3 M, 8.35 G.
    static func count(_ value: Int) -> String {
        let number = Double(value)
        if number >= 1e9 { return fixed(number / 1e9, decimals: 2) + " G" }
        if number >= 1e6 { return fixed(number / 1e6, decimals: 2) + " M" }
        return grouped(value)
    }

    /// 'out11', 'out12'.
    static func names(_ names: [String]) -> String {
        names.map { "'\($0)'" }.joined(separator: ", ")
    }

    /// 1x592x592x3.
    static func shape(_ sides: [Int]) -> String {
        sides.map(String.init).joined(separator: "x")
    }

    /// Three significant digits: 1.25e-7.
    static func scientific(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
        var exponent = Int(log10(abs(value)).rounded(.down))
        var digits = fixed(value / pow(10, Double(exponent)), decimals: 2)
        if digits.hasPrefix("10.") {
            exponent += 1
            digits = "1.00"
        }
        return "\(digits)e\(exponent)"
    }

    /// Spaces behind the text, up to so many characters.
    static func left(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

    /// Spaces in front of the text.
    static func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }

    /// A value of a map: -7.310, and far from 1 as 3.10e20.
    static func value(_ value: Float) -> String {
        let value = Double(value)
        return value == 0 || (1e-3..<1e6).contains(abs(value)) ? fixed(value, decimals: 3) : scientific(value)
    }

    /// How often something is done in a second, three significant digits: 0.125, 1.25, 12.5, 125.
    static func rate(_ value: Double) -> String {
        fixed(value, decimals: value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0)
    }

    /// A name and its value under those of other lines.
    static func line(_ name: String, _ value: String) -> String {
        name + String(repeating: " ", count: max(1, 18 - name.count)) + value
    }
}

/// Seconds on a clock that never goes back.
func monotonicSeconds() -> Double {
    let duration = ContinuousClock().now - processStart
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

private let processStart = ContinuousClock().now
