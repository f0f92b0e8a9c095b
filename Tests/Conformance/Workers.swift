import Dispatch
import Foundation
import Synchronization

/// Runs cases in processes of their own, one for each processor, so that a case that ends its process is only an outcome.
///
/// A worker is this program with ``command``: it reads a case's name from a line, and answers with a line of the outcome's
/// text and its detail.
enum Workers {
    static let command = "--worker"

    /// The outcomes in the order of the names.
    static func run(_ names: [String], folder: String) throws -> [Outcome] {
        // A worker that is gone is told by what it did not answer.
        signal(SIGPIPE, SIG_IGN)
        let state = Mutex((next: 0, outcomes: [Outcome?](repeating: nil, count: names.count)))
        let count = min(names.count, ProcessInfo.processInfo.activeProcessorCount)
        DispatchQueue.concurrentPerform(iterations: count) { _ in
            var worker: Worker?
            while let index = state.withLock({ state -> Int? in
                defer { state.next += 1 }
                return state.next < names.count ? state.next : nil
            }) {
                let outcome: Outcome
                do {
                    let running = try worker ?? Worker(folder: folder)
                    worker = running
                    if let answer = running.outcome(of: names[index]) {
                        outcome = answer
                    } else {
                        outcome = .crashed(running.end())
                        worker = nil
                    }
                } catch {
                    outcome = .crashed("\(error)")
                }
                state.withLock { $0.outcomes[index] = outcome }
            }
            _ = worker?.end()
        }
        return state.withLock { $0.outcomes.map { $0 ?? .crashed("no outcome") } }
    }

    /// What a worker does: all that it is asked until its input ends.
    static func serve(folder: String) {
        while let name = readLine() {
            let outcome = Outcome(of: name, in: folder)
            FileHandle.standardOutput.write(Data("\(outcome.text)\t\(outcome.detail)\n".utf8))
        }
    }
}

private final class Worker {
    private let process = Process()
    private let questions = Pipe()
    private let answers = Pipe()
    private var unread: [UInt8] = []

    init(folder: String) throws {
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [Workers.command, folder]
        process.standardInput = questions
        process.standardOutput = answers
        try process.run()
    }

    /// Nil where the process has ended.
    func outcome(of name: String) -> Outcome? {
        guard (try? questions.fileHandleForWriting.write(contentsOf: Data("\(name)\n".utf8))) != nil else { return nil }
        let newline = UInt8(ascii: "\n")
        while !unread.contains(newline) {
            let bytes = answers.fileHandleForReading.availableData
            if bytes.isEmpty { return nil }
            unread += bytes
        }
        let line = unread.prefix { $0 != newline }
        unread.removeFirst(line.count + 1)
        let words = String(decoding: line, as: UTF8.self).split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
        return Outcome(text: String(words[0]), detail: words.count > 1 ? String(words[1]) : "")
    }

    /// Closes the worker's input, waits for its end, and says how it came.
    func end() -> String {
        try? questions.fileHandleForWriting.close()
        process.waitUntilExit()
        let status = process.terminationStatus
        return process.terminationReason == .uncaughtSignal ? "signal \(status)" : "exit status \(status)"
    }
}
