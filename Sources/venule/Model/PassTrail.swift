import Optimizer

/// What a run of the passes has done.
struct PassTrail {
    struct Step {
        var record: PassManager.Record
        /// With verifying the graph behind it.
        var seconds: Double
    }

    struct PrintedGraph: Encodable {
        var file: String
        /// Rewrites that were made until then, as `--changes` counts them.
        var changeCount: Int
    }

    var steps: [Step] = []
    var printed: [PrintedGraph] = []
    /// See `PassManager.changeLimit`.
    var changeLimit: Int?

    private var counted: [PassManager.Record] { steps.map(\.record).filter(\.isCounted) }

    /// Rewrites that were made, as `--changes` counts them.
    var changeCount: Int { counted.reduce(0) { $0 + $1.changes.count } }

    /// Whether there are more than were made.
    var isCutShort: Bool { counted.contains(where: \.isCutShort) }

    /// How many rewrites were made, whether there are more, and which was the last.
    var summary: String {
        var text = isCutShort ? "the first \(changeCount)" : "all \(changeCount)"
        if let last = counted.last(where: { !$0.changes.isEmpty }), let change = last.changes.last {
            text += "; the last, in \(last.place): \(change)"
        }
        return text
    }

    /// A line for each pass that changed something.
    var lines: [String] {
        steps.filter { !$0.record.changes.isEmpty }.map { step in
            let count = step.record.changes.count
            let changes = Format.right("\(Format.grouped(count)) change\(count == 1 ? " " : "s")", 14)
            return "  \(Format.left("\(step.record.place)", 38))\(changes)  \(Format.duration(step.seconds))"
        }
    }
}

/// The passes, in reports.
struct PassReport: Encodable {
    /// `07-fold-batch-normalization`.
    var pass: String
    /// A sentence for each rewrite.
    var changes: [String]
    var seconds: Double

    init(_ step: PassTrail.Step) {
        pass = "\(step.record.place)"
        changes = step.record.changes
        seconds = step.seconds
    }
}

/// What `--changes` has led to, in reports.
struct ChangeReport: Encodable {
    var limit: Int
    var count: Int
    /// Whether there are more than were made.
    var isCutShort: Bool

    /// Nil where no limit was given.
    init?(_ trail: PassTrail) {
        guard let limit = trail.changeLimit else { return nil }
        self.limit = limit
        count = trail.changeCount
        isCutShort = trail.isCutShort
    }
}
