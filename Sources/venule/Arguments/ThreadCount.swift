import ArgumentParser
import Runtime

/// `--threads` of the commands that run something.
struct ThreadCount: ParsableArguments {
    static var most: Int { Session.mostThreads }

    @Option(parsing: .unconditional, help: "Threads that work together. Default: the processors that this process may use.")
    var threads: Int?

    func validate() throws {
        guard let threads else { return }
        guard (1...Self.most).contains(threads) else {
            throw ValidationError("--threads \(threads): 1 through \(Self.most) is expected")
        }
    }
}
