import Glibc

/// How far a long task is, and how much longer it takes: a bar that redraws itself where standard error is a terminal, else
/// one line for each tenth.
struct ProgressBar {
    private let label: String
    /// What is counted.
    private let unit: String
    private let total: Int
    /// Whether it says how many are done in a second.
    private let showsRate: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let start = monotonicSeconds()
    private var done = 0
    private var lastDrawn = 0.0
    private var lastTenth = 0

    init(label: String, unit: String, total: Int, showsRate: Bool = false) {
        self.label = label
        self.unit = unit
        self.total = total
        self.showsRate = showsRate
    }

    /// Takes the bar off the terminal, so that a line can be written in its place; the next step draws it again.
    mutating func clear() {
        guard isTerminal, done > 0 else { return }
        Console.writeError("\r\u{1B}[K")
        lastDrawn = -1
    }

    /// One more is done.
    mutating func advance() {
        done += 1
        guard Console.style != .quiet else { return }
        let elapsed = monotonicSeconds() - start
        if isTerminal {
            guard done == total || elapsed - lastDrawn >= 0.1 else { return }
            lastDrawn = elapsed
            Console.writeError("\r" + line(elapsed) + "\u{1B}[K")
            if done == total { Console.writeError("\n") }
        } else {
            let tenth = 10 * done / total
            guard tenth > lastTenth else { return }
            lastTenth = tenth
            Console.note("\(label): \(done) of \(total) \(unit)\(rate(elapsed))\(timeLeft(elapsed))")
        }
    }

    private func line(_ elapsed: Double) -> String {
        let filled = 24 * done / total
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled)
        return "\(label) [\(bar)] \(done) of \(total)\(rate(elapsed))\(timeLeft(elapsed))"
    }

    private func rate(_ elapsed: Double) -> String {
        showsRate && elapsed > 0 ? ", \(Format.rate(Double(done) / elapsed)) a second" : ""
    }

    private func timeLeft(_ elapsed: Double) -> String {
        let rest = Double(total - done) * elapsed / Double(done)
        return done == total ? ", \(Format.duration(elapsed))" : ", \(Format.duration(rest)) left"
    }
}
