import GraphIR

/// Runs pipelines of passes over a graph.
public struct PassManager: Sendable {
    /// Ends the pipeline behind the first pass of this name.
    public var stopAfter: String?
    /// No more rewrites than these are made in the whole pipeline.
    public var changeLimit: Int?

    public init(stopAfter: String? = nil, changeLimit: Int? = nil) {
        self.stopAfter = stopAfter
        self.changeLimit = changeLimit
    }

    /// What one pass of a pipeline did.
    public struct Record: Hashable, Sendable {
        public var pass: String
        /// One sentence a rewrite.
        public var changes: [String]
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
        _ graph: inout Graph, pipeline: [Pass], verifyEach: Bool = true, after: (Pass, Graph) -> Void = { _, _ in }
    ) throws(PassError) -> [Record] {
        if let stopAfter, !pipeline.contains(where: { $0.name == stopAfter }) {
            let names = pipeline.map(\.name).joined(separator: ", ")
            throw PassError(pass: stopAfter, reason: "cannot stop after a pass that the pipeline lacks; it has \(names)")
        }
        try verify(graph, as: "input")
        var changes = Changes(limit: changeLimit)
        var records: [Record] = []
        for pass in pipeline {
            let earlier = changes.count
            var result = graph
            try pass.run(&result, recordingIn: &changes)
            if verifyEach, changes.count > earlier {
                try verify(result, as: pass.name)
                try compareInterfaces(graph, result, pass: pass)
            }
            graph = result
            records.append(Record(pass: pass.name, changes: Array(changes.trail[earlier...])))
            after(pass, graph)
            if pass.name == stopAfter { break }
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
            pass: pass.name, place: "function '\(after.entry)'",
            reason: "inputs and outputs were (\(old.joined(separator: ", "))) and are (\(new.joined(separator: ", ")))")
    }

    private func interface(of graph: Graph) -> [String] {
        let main = graph.main
        return main.inputs.map { "input '\(main[$0].name)': \(main.type(of: $0))" }
            + main.outputs.map { "output '\($0.name)': \(main.type(of: $0.value))" }
    }
}
