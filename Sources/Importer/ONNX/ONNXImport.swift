import GraphIR

/// Imports an ONNX file.
func importONNX(_ file: borrowing InputFile, options: ImportOptions) throws(ImportFailure) -> ImportedModel {
    let mapped: SharedBytes
    do throws(ONNXError) {
        guard file.byteCount <= ONNXLimits.fileBytes else {
            throw .corrupt(
                "the file", "\(file.byteCount) bytes", accepted: "at most \(ONNXLimits.fileBytes), larger weights in other files")
        }
        mapped = try file.mapped()
    } catch {
        throw onnxFailure(error.kind, path: file.path, problems: [error.problem])
    }
    let path = file.path
    let sha256 = try file.sha256()
    return try mapped.withUnsafeBytes { bytes throws(ImportFailure) in
        try importONNX(bytes, sha256: sha256, path: path, options: options)
    }
}

/// Imports the bytes of an ONNX file.
///
/// - Parameter path: the path of the file, beside which tensors may be stored.
func importONNX(
    _ bytes: UnsafeRawBufferPointer, sha256: String, path: String, options: ImportOptions
) throws(ImportFailure) -> ImportedModel {
    var decoder = ONNXDecoder(externalData: ONNXExternalData(modelPath: path))
    let model: ONNXModel
    do throws(ONNXError) {
        model = try decoder.decode(bytes)
    } catch {
        throw onnxFailure(error.kind, path: path, problems: [error.problem] + decoder.problems)
    }
    let survey = ONNXSurvey(model)
    guard model.opsets[""] != nil || !survey.usesModelVersion else {
        // Files before IR version 3 have no list of operator sets.
        let problem = ImportProblem(
            place: "the model", attribute: "opset_import", found: "no version of the standard domain", accepted: "one")
        throw onnxFailure(.corrupt, path: path, problems: [problem])
    }
    // What a version that is not known means by its operators cannot be told.
    let problems = survey.versionProblems(model) + decoder.problems
    guard problems.isEmpty else { throw onnxFailure(.unsupported, path: path, problems: survey.operatorProblems + problems) }
    let success = try ONNXAttempts(model: model, survey: survey, path: path).convert(options)
    var graph = success.graph
    graph.metadata = metadata(of: model, sha256: sha256)
    do {
        try graph.verify()
    } catch {
        throw ImportFailure(.unsupported, path: path, summary: "the graph made of the model does not verify: \(error)")
    }
    return ImportedModel(graph: graph, summary: summary(of: model, graph, success.assumptions), values: success.values)
}

private func summary(of model: ONNXModel, _ graph: Graph, _ assumptions: [String]) -> ModelSummary {
    return ModelSummary(
        architecture: model.graph.name.isEmpty ? "ONNX graph" : "ONNX graph \(model.graph.name)",
        parameters: [ModelSummary.Parameter(name: "nodes", value: model.graph.nodes.count)],
        weightCount: graph.constants.ids.reduce(0) { sum, id in
            let constant = graph.constants[id]
            return sum + (constant.element == .float32 ? constant.elementCount : 0)
        },
        outputs: graph.main.outputs.map(\.name), assumptions: assumptions)
}

/// - Parameter problems: all of them.
func onnxFailure(_ kind: ImportFailure.Kind, path: String, problems: [ImportProblem]) -> ImportFailure {
    let summary: String
    switch kind {
    case .corrupt: summary = "the ONNX file is damaged"
    case .arguments: summary = "the model's inputs are not as the arguments say"
    default:
        summary =
            problems.count == 1
            ? "one thing of the ONNX model is not imported" : "\(problems.count) things of the ONNX model are not imported"
    }
    return ImportFailure(kind, path: path, summary: summary, problems: problems)
}

private func metadata(of model: ONNXModel, sha256: String) -> [Graph.Metadata] {
    var entries = [
        Graph.Metadata(key: "source.sha256", value: sha256),
        Graph.Metadata(key: "source.format", value: "ONNX"),
        Graph.Metadata(key: "source.onnx", value: "IR version \(model.irVersion), operator set \(model.opsets[""] ?? 0)"),
    ]
    if !model.producer.isEmpty { entries.append(Graph.Metadata(key: "source.producer", value: model.producer)) }
    return entries
}
