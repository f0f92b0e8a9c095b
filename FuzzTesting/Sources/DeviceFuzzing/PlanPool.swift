import FuzzSupport

@testable import PlanFormat

/// Plans that the verifier has accepted, to be changed without being decoded again.
///
/// libFuzzer keeps one input for every reason to refuse one, so that most of its corpus is refused, and what comes out of a
/// refused plan mostly is as well.
struct PlanPool {
    struct Entry {
        var draft: PlanDraft
        var file: [UInt8]
    }

    private var entries: [Entry] = []
    private var random = Randomness(seed: 1)

    private static let capacity = 512
    /// Larger ones take longer.
    private static let largestFile = 2560

    /// Once the pool is full an accepted plan replaces another one rarely, lest all descend from a few.
    mutating func offer(_ plan: Plan, _ file: UnsafeRawBufferPointer) {
        guard file.count <= Self.largestFile, entries.count < Self.capacity || random.once(in: 32) else { return }
        guard let draft = PlanDraft(plan, constants: Array(file[plan.constantsSection.bytes])) else { return }
        let entry = Entry(draft: draft, file: Array(file))
        if entries.count < Self.capacity { entries.append(entry) } else { entries[random.below(entries.count)] = entry }
    }

    func entry(_ random: inout Randomness) -> Entry? { entries.isEmpty ? nil : random.element(of: entries) }
}

/// libFuzzer is single-threaded.
nonisolated(unsafe) var pool = PlanPool()
