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
        throw failure(error.kind, path: file.path, problems: [error.problem])
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
        try checkVersions(model)
    } catch {
        throw failure(error.kind, path: path, problems: [error.problem] + decoder.problems)
    }
    guard decoder.problems.isEmpty else { throw failure(.unsupported, path: path, problems: decoder.problems) }
    var (graph, assumptions) = try convert(model, options: options, path: path)
    graph.metadata = metadata(of: model, sha256: sha256)
    do {
        try graph.verify()
    } catch {
        throw ImportFailure(.unsupported, path: path, summary: "the graph made of the model does not verify: \(error)")
    }
    return ImportedModel(graph: graph, summary: summary(of: model, graph, assumptions))
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

private func checkVersions(_ model: ONNXModel) throws(ONNXError) {
    guard let version = model.opsets[""] else {
        // Files before IR version 3 have no list of operator sets.
        throw .corrupt("the model", attribute: "opset_import", "no version of the standard domain", accepted: "one")
    }
    guard ONNXOperator.versions.contains(version) else {
        throw .unsupported(
            "the model", attribute: "opset_import", "version \(version)",
            accepted: "\(ONNXOperator.versions.lowerBound) through \(ONNXOperator.versions.upperBound)")
    }
}

/// Converts the model as it is. If that fails because a symbolic side is halved and doubled again, it tries again with sides
/// that are multiples of a power of two.
private func convert(
    _ model: ONNXModel, options: ImportOptions, path: String
) throws(ImportFailure) -> (graph: Graph, assumptions: [String]) {
    var shapes = options.inputShapes
    if let unnamed = options.inputShape {
        let constants = Set(model.graph.initializers.map(\.name)).union(options.boundInputs.keys)
        let names = model.graph.inputs.map(\.name).filter { !constants.contains($0) }
        guard names.count == 1 else {
            throw failure(
                .unsupported, path: path,
                problems: [
                    ImportProblem(
                        attribute: "input shape", found: "one without a name",
                        accepted: "one with a name; the inputs are \(names.map { "'\($0)'" }.joined(separator: ", "))")
                ])
        }
        shapes[names[0]] = unnamed
    }
    var conversionOptions = ONNXConversionOptions(inputShapes: shapes, boundInputs: options.boundInputs)
    var first: ImportFailure?
    for zeroSidesAreOpen in model.graph.hasZeroSides ? [false, true] : [false] {
        conversionOptions.zeroSidesAreOpen = zeroSidesAreOpen
        for multiple in [1, 2, 4, 8, 16, 32, 64, 128] {
            conversionOptions.multiple = multiple
            var conversion = ONNXConversion(model, options: conversionOptions)
            do throws(ONNXError) {
                try conversion.convertMain(model.graph)
            } catch {
                conversion.report(error)
            }
            if conversion.problems.isEmpty { return (conversion.graph(), conversion.assumptions) }
            first = first ?? failure(conversion.kind, path: path, problems: conversion.problems)
            guard conversion.hasSymbolicImage else { break }
        }
    }
    throw first ?? failure(.unsupported, path: path, problems: [])
}

extension ONNXGraph {
    /// Whether the file gives an input a side of 0.
    fileprivate var hasZeroSides: Bool {
        inputs.contains { input in
            input.shape?.contains { if case .fixed(0) = $0 { true } else { false } } ?? false
        }
    }
}

extension ONNXConversion {
    /// Whether an input has symbolic rows or columns.
    fileprivate var hasSymbolicImage: Bool {
        let function = builder.finish()
        return function.inputs.contains { input in
            let type = function.type(of: input)
            return type.rank == 4 && type.shape[2...].contains { $0.constant == nil }
        }
    }

    fileprivate var assumptions: [String] {
        var assumptions: [String] = []
        if options.multiple > 1 {
            assumptions.append(
                "the sides of images are multiples of \(options.multiple), which the file does not say and the model needs")
        }
        if options.zeroSidesAreOpen { assumptions.append("sides of inputs that the file gives as 0 may be any number") }
        for precision in precisions.sorted(by: { $0.rawValue < $1.rawValue }) {
            assumptions.append("what the model has in \(precision.rawValue) is computed in f32")
        }
        return assumptions
    }

    fileprivate func graph() -> Graph {
        var graph = Graph(main: builder.finish(), constants: constants)
        graph.functions += finished
        return graph
    }
}

private func failure(_ kind: ImportFailure.Kind, path: String, problems: [ImportProblem]) -> ImportFailure {
    let summary: String
    switch kind {
    case .corrupt: summary = "the ONNX file is damaged"
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
