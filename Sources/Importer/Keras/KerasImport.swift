import GraphIR

/// Imports a Keras HDF5 file.
func importKerasHDF5(path: String, sha256: String, options: ImportOptions) throws(ImportFailure) -> ImportedModel {
    let architecture = try options.architectureFile
    return try withKerasCheckpoint(path: path, isolation: options.hdf5, architecture: architecture) {
        checkpoint, read throws(ImportFailure) in
        try importKeras(checkpoint.supplied(with: options), reading: read, path: path, sha256: sha256)
    }
}

/// Imports a `.keras` archive.
func importKerasArchive(path: String, sha256: String, options: ImportOptions) throws(ImportFailure) -> ImportedModel {
    let architecture = try options.architectureFile
    return try withKerasArchive(path: path, isolation: options.hdf5, architecture: architecture) { checkpoint, read throws(ImportFailure) in
        try importKeras(checkpoint.supplied(with: options), reading: read, path: path, sha256: sha256)
    }
}

extension ImportOptions {
    fileprivate var architectureFile: KerasArchitectureFile? {
        get throws(ImportFailure) {
            guard let architecture else { return nil }
            return try KerasArchitectureFile(path: architecture)
        }
    }
}

/// Imports a model from what a reader has found, and reads the tensors that the graph needs.
func importKeras(
    _ checkpoint: KerasCheckpoint, reading read: KerasWeightReader, path: String, sha256: String
) throws(ImportFailure) -> ImportedModel {
    let blueprint = try recognise(checkpoint, path: path)
    let constants = try readWeights(blueprint.weights, with: read, path: path)
    var graph: Graph
    do throws(GraphError) {
        graph = try blueprint.makeGraph(constants)
    } catch {
        throw ImportFailure(.unsupported, path: path, summary: "no valid graph can be made of the model: \(error)")
    }
    graph.metadata = metadata(of: checkpoint, blueprint: blueprint, sha256: sha256)
    do {
        try graph.verify()
    } catch {
        throw ImportFailure(.unsupported, path: path, summary: "the graph made of the model does not verify: \(error)")
    }
    let summary = ModelSummary(
        architecture: blueprint.architecture, parameters: blueprint.parameters,
        weightCount: blueprint.weights.reduce(0) { $0 + $1.elementCount },
        outputs: graph.main.outputs.map(\.name), assumptions: blueprint.assumptions)
    return ImportedModel(graph: graph, summary: summary, values: layerValues(of: graph.main))
}

/// What layers give: the last value of the operations that are named after a layer, as `conv` and `conv/activation` are after `conv`. Of a model
/// inside of the model it is the value of its last layer.
private func layerValues(of main: Function) -> [String: SourceValue] {
    var values: [String: SourceValue] = [:]
    for node in main.nodes {
        if case .constant = node.operation { continue }
        guard let output = node.outputs.last else { continue }
        let parts = node.name.split(separator: "/", omittingEmptySubsequences: false)
        for count in 1...max(1, parts.count) {
            values[parts.prefix(count).joined(separator: "/")] = SourceValue(name: main[output].name, hasMovedChannels: false)
        }
    }
    return values
}

/// The first architecture of the library that accepts the file. If there is none, the failure says what the most similar one
/// found, and what no architecture would accept.
private func recognise(_ checkpoint: KerasCheckpoint, path: String) throws(ImportFailure) -> Blueprint {
    var nearest = Rejection(family: "", likeness: -1, recognised: "", problems: [])
    for architecture in Architecture.library {
        switch architecture.recognise(checkpoint) {
        case .accepted(let blueprint):
            let conventions = architecture.conventions(checkpoint)
            guard conventions.isEmpty else {
                throw ImportFailure(
                    .unsupported, path: path, summary: "the file follows conventions that are not imported",
                    recognised: blueprint.architecture, problems: conventions)
            }
            return blueprint
        case .rejected(let rejection):
            guard rejection.likeness >= nearest.likeness else { continue }
            nearest = rejection
            nearest.problems = architecture.conventions(checkpoint) + rejection.problems
        }
    }
    let families = Architecture.library.map(\.name).joined(separator: ", ")
    if nearest.likeness == 0, checkpoint.configuration == nil {
        nearest.problems.append(
            ImportProblem(
                attribute: "model_config", found: "none",
                accepted: "a full model (model.save) of any architecture, or weights with theirs (--architecture)"))
    }
    let summary =
        nearest.likeness > 0
        ? "the model resembles an \(nearest.family), but differs from it"
        : "the model is of no family that is imported (\(families))"
    if nearest.isCorrupt, let architecture = checkpoint.architecture {
        throw ImportFailure(
            .arguments, path: path, summary: "the weights are not those of the architecture in \(architecture)",
            recognised: nearest.recognised, problems: nearest.problems)
    }
    throw ImportFailure(
        nearest.isCorrupt ? .corrupt : .unsupported, path: path, summary: nearest.summary ?? summary,
        recognised: nearest.recognised,
        problems: nearest.problems)
}

/// Reads the tensors; all that hold NaN or infinity are reported together.
private func readWeights(
    _ weights: [KerasWeight], with read: KerasWeightReader, path: String
) throws(ImportFailure) -> [Constant] {
    var constants: [Constant] = []
    var problems: [ImportProblem] = []
    for weight in weights {
        do throws(HDF5Error) {
            let values = try read(weight)
            let wrong = values.count { !$0.isFinite }
            if wrong > 0, let first = values.firstIndex(where: { !$0.isFinite }) {
                problems.append(
                    ImportProblem(
                        place: weight.objectPath,
                        found: "\(wrong) of \(values.count) values not finite, the first at position \(first)",
                        accepted: "finite float32 values"))
            } else if values.count == weight.elementCount {
                constants.append(Constant(values, shape: weight.shape))
            } else {
                problems.append(
                    ImportProblem(
                        place: weight.objectPath, found: "\(values.count) values", accepted: "\(weight.elementCount)"))
            }
        } catch {
            problems.append(error.problem)
            if error.isFinal { break }
        }
    }
    guard problems.isEmpty else {
        throw ImportFailure(.corrupt, path: path, summary: "weights are damaged", problems: problems)
    }
    return constants
}

private func metadata(of checkpoint: KerasCheckpoint, blueprint: Blueprint, sha256: String) -> [Graph.Metadata] {
    var entries = [
        Graph.Metadata(key: "source.sha256", value: sha256),
        Graph.Metadata(key: "source.format", value: checkpoint.kind.rawValue),
    ]
    if let version = checkpoint.kerasVersion { entries.append(.init(key: "source.keras", value: version)) }
    entries.append(.init(key: "architecture", value: blueprint.architecture))
    entries += blueprint.parameters.map { .init(key: "architecture.\($0.name)", value: "\($0.value)") }
    if blueprint.outputsAreExits { entries.append(.exits) }
    return entries
}
