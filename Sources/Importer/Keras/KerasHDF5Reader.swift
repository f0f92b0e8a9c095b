/// Opens a Keras HDF5 file and hands it, open, to `body`.
///
/// - Parameters:
///   - isolation: whether libhdf5, which damaged files can crash, runs in a process of its own.
///   - architecture: what lies beside weights, or takes the place of the file's own.
func withKerasCheckpoint<Result>(
    path: String, limits: HDF5Limits = HDF5Limits(), isolation: HDF5Isolation = .none, architecture: KerasArchitectureFile? = nil,
    body: (KerasCheckpoint, KerasWeightReader) throws(ImportFailure) -> Result
) throws(ImportFailure) -> Result {
    let reader = KerasOutlineReader(path: path)
    switch isolation {
    case .none:
        let file = try reader.attempt { () throws(HDF5Error) in try HDF5File(path: path, limits: limits) }
        let checkpoint = try reader.outline(of: file, architecture: architecture)
        return try body(checkpoint) { weight throws(HDF5Error) in try file.floats(at: weight.objectPath) }
    case .program(let program):
        let file = try reader.attempt { () throws(HDF5Error) in
            try HDF5Process.open(path: path, limits: limits, program: program)
        }
        let checkpoint = try reader.outline(of: file, architecture: architecture)
        return try body(checkpoint) { weight throws(HDF5Error) in try file.floats(at: weight.objectPath) }
    }
}

/// Reads everything but the tensors' data.
struct KerasOutlineReader {
    let path: String

    func outline<Source: HDF5Source & ~Copyable>(
        of file: borrowing Source, architecture: KerasArchitectureFile? = nil
    ) throws(ImportFailure) -> KerasCheckpoint {
        let header = try attempt { () throws(HDF5Error) in try KerasHeader(file) }
        if header.isGrouped {
            if let architecture { return try grouped(file, architecture) }
            return try KerasGroupedWeights(outline: self).checkpoint(file)
        }
        guard let names = header.layerNames else { throw lackOfLayerNames(header) }

        let layers = try layers(names, under: header.isFullModel ? "/model_weights/" : "/", in: file)

        var checkpoint = KerasCheckpoint(kind: header.isFullModel ? .fullModel : .weightsOnly, layers: layers)
        checkpoint.kerasVersion = header.kerasVersion
        checkpoint.backend = header.backend
        if let architecture = architecture?.named(by: names) {
            checkpoint.take(architecture)
            checkpoint.layers = try architecture.paired(with: layers, dialect: KerasDialect(checkpoint), path: path)
        } else if let text = header.configuration {
            checkpoint.configuration = try configuration(text).named(by: names)
            try pairDeclarations(&checkpoint)
        }
        return checkpoint
    }

    /// The tensors of a `.weights.h5` whose architecture is known.
    private func grouped<Source: HDF5Source & ~Copyable>(
        _ file: borrowing Source, _ architecture: KerasArchitectureFile
    ) throws(ImportFailure) -> KerasCheckpoint {
        var reader = KerasArchiveLayers(path: path)
        var checkpoint = KerasCheckpoint(kind: .groupedWeights, layers: try reader.layers(of: architecture.configuration, in: file))
        let others = try attempt { () throws(HDF5Error) in try reader.groupsOfNoLayer(in: file) }
        guard others.isEmpty else {
            throw architecture.mismatch(
                path,
                others.map {
                    ImportProblem(place: $0, attribute: "weights", found: "tensors", accepted: "none: the architecture has no such layer")
                })
        }
        checkpoint.take(architecture)
        return checkpoint
    }

    private func layers<Source: HDF5Source & ~Copyable>(
        _ names: [String], under root: String, in file: borrowing Source
    ) throws(ImportFailure) -> [KerasLayer] {
        var errors: [HDF5Error] = []
        var layers: [KerasLayer] = []
        var count = 0
        var bytes = 0.0
        for name in names {
            let layer = layer(name, under: root, in: file, &errors)
            layers.append(layer)
            if errors.count > file.limits.problems || errors.last?.isFinal == true { throw failure(errors) }
            count += layer.weights.count
            bytes += layer.weights.reduce(0) { $0 + 4 * Double($1.elementCount) }
            let limits = file.limits
            guard layers.count <= limits.modelLayers, count <= limits.modelTensors, bytes <= Double(limits.modelBytes) else {
                throw failure([
                    HDF5Error(
                        .unsupported, root, found: "more than \(layers.count - 1) layers, \(count) tensors, \(bytes) bytes",
                        expected: "at most \(limits.modelLayers), \(limits.modelTensors) and \(limits.modelBytes)")
                ])
            }
        }
        if !errors.isEmpty { throw failure(errors) }
        return layers
    }

    /// One layer's tensors; what is wrong with them is added to `errors`, so that all of it is reported at once.
    private func layer<Source: HDF5Source & ~Copyable>(
        _ name: String, under root: String, in file: borrowing Source, _ errors: inout [HDF5Error]
    ) -> KerasLayer {
        var layer = KerasLayer(name: name, weights: [])
        let group = root + name
        do throws(HDF5Error) {
            guard try file.kind(at: group) == .group else {
                throw HDF5Error(.corrupt, group, found: "no group", expected: "the group of a layer that layer_names lists")
            }
            guard let names = try file.splitStrings(attribute: "weight_names", at: group) else {
                throw HDF5Error(.corrupt, group, attribute: "weight_names", found: "nothing", expected: "a list of names")
            }
            for weightName in names where errors.count <= file.limits.problems && errors.last?.isFinal != true {
                let objectPath = "\(group)/\(weightName)"
                do throws(HDF5Error) {
                    let dataset = try file.describe(at: objectPath)
                    layer.weights.append(
                        KerasWeight(
                            name: weightName, objectPath: objectPath, shape: dataset.shape,
                            elementCount: dataset.elementCount))
                } catch {
                    errors.append(error)
                }
            }
        } catch {
            errors.append(error)
        }
        return layer
    }
}

/// What the attributes of a Keras file say about the file as a whole.
private struct KerasHeader {
    var isFullModel: Bool
    var layerNames: [String]?
    var kerasVersion: String?
    var backend: String?
    /// JSON text.
    var configuration: String?
    /// What lies in the file's root, for the message when it is no file of Keras.
    var rootNames: [String]

    init<Source: HDF5Source & ~Copyable>(_ file: borrowing Source) throws(HDF5Error) {
        isFullModel = try file.kind(at: "/model_weights") == .group
        let root = isFullModel ? "/model_weights" : "/"
        layerNames = try file.splitStrings(attribute: "layer_names", at: root)
        // Keras 1 has its version at the root only.
        kerasVersion = try file.strings(attribute: "keras_version", at: root)?.first
        if kerasVersion == nil { kerasVersion = try file.strings(attribute: "keras_version", at: "/")?.first }
        backend = try file.strings(attribute: "backend", at: root)?.first
        configuration = try file.strings(attribute: "model_config", at: "/")?.first
        rootNames = try file.names(in: "/", limit: 12)
    }

    /// Whether it is the layout of `.weights.h5`.
    var isGrouped: Bool {
        guard layerNames == nil, !isFullModel else { return false }
        return ["layers", "vars"].allSatisfy(rootNames.contains) || rootNames.contains("_layer_checkpoint_dependencies")
    }
}

// MARK: The configuration
extension KerasOutlineReader {
    func configuration(_ text: String, attribute: String = "model_config") throws(ImportFailure) -> KerasModelConfiguration {
        try configuration(try json(text, attribute: attribute))
    }

    func json(_ text: String, attribute: String) throws(ImportFailure) -> JSONValue {
        do {
            return try JSONParser.parse(text)
        } catch {
            let problem = ImportProblem(
                attribute: attribute, found: "text that is no JSON at byte \(error.position)", accepted: error.expected)
            throw ImportFailure(
                .corrupt, path: path, summary: "the model's configuration cannot be read", problems: [problem])
        }
    }

    func configuration(_ json: JSONValue) throws(ImportFailure) -> KerasModelConfiguration {
        do {
            return try KerasModelConfiguration(json)
        } catch {
            throw ImportFailure(
                .corrupt, path: path, summary: "the model's configuration cannot be read", problems: error.problems)
        }
    }

    /// Gives each layer what the configuration declares for it; the two lists must have the same names.
    private func pairDeclarations(_ checkpoint: inout KerasCheckpoint) throws(ImportFailure) {
        let declarations = checkpoint.configuration?.layers ?? []
        let byName = Dictionary(declarations.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var problems: [ImportProblem] = []
        for index in checkpoint.layers.indices {
            let name = checkpoint.layers[index].name
            checkpoint.layers[index].declaration = byName[name]
            if byName[name] == nil {
                problems.append(
                    ImportProblem(
                        place: name, attribute: "model_config", found: "no such layer", accepted: "the layers of layer_names"))
            }
        }
        let names = Set(checkpoint.layers.map(\.name))
        // tf.keras does not count the input of a Sequential model among its layers, Keras 3 not the functions it calls.
        let mayHaveWeights = { (declaration: KerasLayerDeclaration) in
            declaration.model != nil || KerasClassNames.weighted.contains(declaration.className)
        }
        for declaration in declarations where !names.contains(declaration.name) && mayHaveWeights(declaration) {
            problems.append(
                ImportProblem(
                    place: declaration.name, className: declaration.className, attribute: "layer_names",
                    found: "no such layer", accepted: "the layers of model_config"))
        }
        guard problems.isEmpty else {
            throw ImportFailure(
                .corrupt, path: path, summary: "layer_names and model_config do not list the same layers", problems: problems)
        }
    }
}

// MARK: Failures
extension KerasOutlineReader {
    func attempt<Result: ~Copyable>(_ body: () throws(HDF5Error) -> Result) throws(ImportFailure) -> Result {
        do {
            return try body()
        } catch {
            throw failure([error])
        }
    }

    func failure(_ errors: [HDF5Error]) -> ImportFailure {
        let isCorrupt = errors.contains { $0.kind == .corrupt }
        return ImportFailure(
            isCorrupt ? .corrupt : .unsupported, path: path,
            summary: isCorrupt ? "the HDF5 file is truncated or damaged" : "the HDF5 file holds what is not imported",
            problems: errors.map(\.problem))
    }

    private func lackOfLayerNames(_ header: KerasHeader) -> ImportFailure {
        let contents = header.rootNames.isEmpty ? "nothing" : header.rootNames.joined(separator: ", ")
        let problem = ImportProblem(
            place: header.isFullModel ? "/model_weights" : "/", attribute: "layer_names", found: "no such attribute",
            accepted: "the list of layers that Keras 2 writes")
        if header.isFullModel || header.configuration != nil || header.kerasVersion != nil {
            return ImportFailure(
                .corrupt, path: path, summary: "the file lacks the list of its layers", problems: [problem])
        }
        return ImportFailure(
            .unsupported, path: path, summary: "an HDF5 file, but not one of Keras: its root holds \(contents)",
            problems: [problem])
    }
}
