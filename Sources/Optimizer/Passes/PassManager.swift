import GraphIR

/// Runs pipelines of passes over a graph.
public struct PassManager: Sendable {
    /// Ends the pipeline behind the first place that this names, as ``PassPlace/places(named:in:)`` takes it.
    public var stopAfter: String?
    /// No more rewrites than these are made in the whole pipeline, those of required passes not counted. The rewrites with one
    /// limit are the first of those with any larger one, which is what makes a search by halves possible.
    public var changeLimit: Int?

    public init(stopAfter: String? = nil, changeLimit: Int? = nil) {
        self.stopAfter = stopAfter
        self.changeLimit = changeLimit
    }

    /// What one pass of a pipeline did.
    public struct Record: Hashable, Sendable {
        /// The pass and where it stands in the pipeline.
        public var place: PassPlace
        /// One sentence a rewrite.
        public var changes: [String]
        /// Whether the rewrites count towards ``PassManager/changeLimit``: not those of a required pass.
        public var isCounted: Bool
        /// Whether a rewrite was left out because of ``PassManager/changeLimit``.
        public var isCutShort: Bool

        public var pass: String { place.pass }
    }

    /// Runs `pipeline` from first to last.
    /// - Parameters:
    ///   - graph: verified first, since the passes rely on it. After an error it is as the last good pass left it.
    ///   - verifyEach: verifies the graph behind each pass too, and that the names and types of the entry's inputs and
    ///     outputs are what they were.
    ///   - after: called behind each pass that ran, for `--print-ir-after`.
    /// - Returns: a record for each pass that ran.
    /// - Throws: a `PassError` that names the pass.
    @discardableResult
    public func run(
        _ graph: inout Graph, pipeline: [Pass], verifyEach: Bool = true, after: (Record, Graph) -> Void = { _, _ in }
    ) throws(PassError) -> [Record] {
        let last = stopAfter.map { PassPlace.places(named: $0, in: pipeline) }
        if let stopAfter, last?.isEmpty == true {
            let names = pipeline.map(\.name).joined(separator: ", ")
            throw PassError(pass: stopAfter, reason: "cannot stop after a pass that the pipeline lacks; it has \(names)")
        }
        try verify(graph, as: "input")
        var remaining = changeLimit
        var records: [Record] = []
        for (place, pass) in zip(PassPlace.places(in: pipeline), pipeline) {
            var changes = Changes(limit: pass.isRequired ? nil : remaining)
            var result = graph
            try pass.run(&result, recordingIn: &changes)
            if verifyEach, changes.count > 0 {
                try verify(result, as: pass.name)
                try compareInterfaces(graph, result, pass: pass)
            }
            graph = result
            if !pass.isRequired { remaining = remaining.map { $0 - changes.count } }
            let record = Record(
                place: place, changes: changes.trail, isCounted: !pass.isRequired, isCutShort: changes.isCutShort)
            records.append(record)
            after(record, graph)
            if last?.contains(place) == true { break }
        }
        return records
    }
}

extension PassManager {
    private func verify(_ graph: Graph, as stage: String) throws(PassError) {
        do {
            try graph.verify()
        } catch {
            throw PassError(pass: stage, reason: "the graph does not verify: \(error)")
        }
    }

    /// No pass of a pipeline may change what users of the model see.
    private func compareInterfaces(_ before: Graph, _ after: Graph, pass: Pass) throws(PassError) {
        let (old, new) = (interface(of: before), interface(of: after))
        guard old != new else { return }
        throw PassError(
            pass: pass.name, place: "function '\(after.mainName)'",
            reason: "inputs and outputs were (\(old.joined(separator: ", "))) and are (\(new.joined(separator: ", ")))")
    }

    private func interface(of graph: Graph) -> [String] {
        let main = graph.main
        return main.inputs.map { "input '\(main[$0].name)': \(main.type(of: $0))" }
            + main.outputs.map { "output '\($0.name)': \(main.type(of: $0.value))" }
    }
}
