import PlanFormat

/// What a command has found out: lines for people as it comes to them, or one JSON object at the end (Documentation/JSON.md has
/// every field).
struct CommandReport {
    enum Style {
        case text, json
        /// Warnings and errors only.
        case quiet
    }

    var style = Style.text
    /// Whether there are also lines of what is of interest only when something is looked into. JSON always has it.
    var isVerbose = false
    var json = JSONText()

    @inline(never)
    func write(_ line: String) { write([line]) }

    @inline(never)
    func write(_ lines: [String]) {
        if style == .text { Console.write(lines) }
    }

    func writeDetails(_ lines: @autoclosure () -> [String]) {
        if isVerbose { write(lines()) }
    }

    /// Says something about an input, which does not end the command.
    func note(_ text: String) {
        if style != .quiet { Console.writeError("venule-run: note: \(text)") }
    }

    /// Among the lines of a report for people, else on standard error.
    func warn(_ text: String) {
        if style == .text { Console.write("warning \(text)") } else { Console.writeError("venule-run: warning: \(text)") }
    }

    /// Writes the object, with the error that ended the command and whatever was found before it.
    mutating func finish(_ failure: DeviceFailure? = nil) {
        guard style == .json else { return }
        if let failure {
            json.beginObject("error")
            json.add("status", Int(failure.status.rawValue))
            json.add("lines", texts: [Array(failure.message.utf8)])
            json.endObject()
        }
        Console.write(bytes: json.finished)
    }
}
