import Glibc

/// How far a long task is, and how much longer it takes: a bar that redraws itself where standard error is a terminal, else
/// one line for each tenth.
struct ProgressBar {
    private let label: String
    /// What is counted.
    private let unit: String
    private let total: Int
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let start = monotonicSeconds()
    private var done = 0
    private var lastDrawn = 0.0
    private var lastTenth = 0

    init(label: String, unit: String, total: Int) {
        self.label = label
        self.unit = unit
        self.total = total
    }

    /// One more is done.
    mutating func advance() {
        done += 1
        guard Console.style != .quiet else { return }
        let elapsed = monotonicSeconds() - start
        if isTerminal {
            guard done == total || elapsed - lastDrawn >= 0.1 else { return }
            lastDrawn = elapsed
            Console.writeError("\r" + Self.line(label: label, done: done, total: total, elapsed: elapsed) + "\u{1B}[K")
            if done == total { Console.writeError("\n") }
        } else {
            let tenth = 10 * done / total
            guard tenth > lastTenth else { return }
            lastTenth = tenth
            Console.note("\(label): \(done) of \(total) \(unit)\(Self.timeLeft(done, total, elapsed))")
        }
    }

    private static func line(label: String, done: Int, total: Int, elapsed: Double) -> String {
        let filled = 24 * done / total
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled)
        return "\(label) [\(bar)] \(done) of \(total)\(timeLeft(done, total, elapsed))"
    }

    private static func timeLeft(_ done: Int, _ total: Int, _ elapsed: Double) -> String {
        let rest = Double(total - done) * elapsed / Double(done)
        return done == total ? ", \(Format.duration(elapsed))" : ", \(Format.duration(rest)) left"
    }
}
