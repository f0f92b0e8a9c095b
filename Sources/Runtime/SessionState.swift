import Platform

/// What a session is doing, in one word that several threads look at. The word says whether a run is under way, whether the
/// run's caller is inside a call at the moment, and whether somebody has cancelled the run.
struct SessionState {
    private let word: UnsafeMutablePointer<UInt32>

    private static let hasRun: UInt32 = 1
    private static let isInside: UInt32 = 2
    private static let isCancelled: UInt32 = 4

    /// - Parameter word: It must outlive the session.
    init(_ word: UnsafeMutablePointer<UInt32>) {
        self.word = word
        word.initialize(to: 0)
    }

    var isCancelled: Bool { venule_word_load(word) & Self.isCancelled != 0 }

    /// A call begins a run.
    func begin() throws(RuntimeError) {
        guard venule_word_replace(word, 0, Self.hasRun | Self.isInside) != 0 else { throw .busy }
    }

    /// A call goes on with a run that has been paused.
    func enter() throws(RuntimeError) {
        while true {
            let seen = venule_word_load(word)
            guard seen & Self.hasRun != 0 else { throw .notStarted }
            guard seen & Self.isInside == 0 else { throw .busy }
            if venule_word_replace(word, seen, seen | Self.isInside) != 0 { return }
        }
    }

    /// A call ends, and the run is still under way.
    func leave() { change { $0 & ~Self.isInside } }

    func end() { change { _ in 0 } }

    /// Asks the run that is under way to end. If there is none, nothing happens.
    func cancel() { change { $0 & Self.hasRun != 0 ? $0 | Self.isCancelled : $0 } }

    private func change(_ changed: (UInt32) -> UInt32) {
        while true {
            let seen = venule_word_load(word)
            if venule_word_replace(word, seen, changed(seen)) != 0 { return }
        }
    }
}
