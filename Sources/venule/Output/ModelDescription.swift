import GraphIR

/// What `import` and `inspect` say of a model or graph.
enum ModelDescription {
    static func lines(of model: LoadedModel) -> [String] {
        let graph = model.graph
        let main = graph.main
        var lines: [String] = []
        if let summary = model.summary {
            let parameters = summary.parameters.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
            lines.append(Format.line("architecture", "\(summary.architecture) (\(parameters))"))
        }
        lines += model.inputs.map { Format.line("input", "\($0.name): \($0.type)") }
        lines += main.outputs.map { Format.line("output", "\($0.name): \(main.type(of: $0.value))") }
        lines.append(Format.line("parameters", Format.grouped(graph.parameterCount)))
        if let work = graph.multiplyAccumulates() {
            lines.append(Format.line("MACs", "\(Format.count(work)) for one run"))
        } else {
            lines.append(Format.line("MACs", "depend on the size; give --input-shape"))
        }
        let counts = graph.operationCounts
        lines.append(Format.line("operations", "\(Format.grouped(counts.reduce(0) { $0 + $1.count })) with calls expanded"))
        lines += counts.map { "  \(Format.line($0.mnemonic, Format.grouped($0.count)))" }
        lines.append(Format.line("functions", graph.functions.map(\.name).joined(separator: ", ")))
        if let assumptions = model.summary?.assumptions {
            lines += assumptions.map { Format.line("assumed", $0) }
        }
        lines += graph.metadata.map { Format.line($0.key, $0.value) }
        return lines
    }
}
