/// Finds the tensors of a model's layers in a `.keras` archive or a `.weights.h5`. The tensors of a layer are `vars/0`, `vars/1`, …
/// in a group that is named after the layer's class, with a number if there are several. The layers of a nested model are in its
/// group `layers`.
///
/// TensorFlow 2.12 to 2.14 have another name for that group. In it every layer has a group of its own, also one without
/// tensors, and the numbers leave some out: 2.12 and 2.13 count layers with tensors twice.
struct KerasArchiveLayers {
    private let outline: KerasOutlineReader
    private var errors: [HDF5Error] = []
    /// Paths of the groups that belong to layers.
    private var taken: Set<String> = []
    private var layerCount = 0
    private var tensorCount = 0
    private var bytes = 0.0

    init(path: String) { outline = KerasOutlineReader(path: path) }

    mutating func layers<Source: HDF5Source & ~Copyable>(
        of model: KerasModelConfiguration, in source: borrowing Source
    ) throws(ImportFailure) -> [KerasLayer] {
        let layers: [KerasLayer]
        do throws(HDF5Error) {
            layers = try self.layers(of: model, under: "", in: source)
        } catch {
            throw outline.failure(errors + [error])
        }
        guard errors.isEmpty else { throw outline.failure(errors) }
        return layers
    }

    private mutating func layers<Source: HDF5Source & ~Copyable>(
        of model: KerasModelConfiguration, under group: String, in source: borrowing Source
    ) throws(HDF5Error) -> [KerasLayer] {
        let folder = try KerasGroupedWeights.folder(of: group, in: source) ?? "\(group)/\(KerasGroupedWeights.layers)"
        let groups = try folder.hasSuffix(KerasGroupedWeights.dependencies) ? self.groups(in: folder, of: source) : [:]
        var used: [String: Int] = [:]
        var layers: [KerasLayer] = []
        for declaration in model.layers {
            let stem = KerasClassNames.snakeCase(declaration.className)
            let number = used[stem, default: 0]
            used[stem] = number + 1
            let counted = groups[stem]
            let place = counted.map { $0.indices.contains(number) ? $0[number] : .max } ?? number
            let path = "\(folder)/\(place == 0 ? stem : "\(stem)_\(place)")"
            var layer = KerasLayer(name: declaration.name, weights: [], declaration: declaration)
            taken.insert(path)
            layerCount += 1
            guard layerCount <= source.limits.modelLayers else { throw tooMuch(path, source.limits) }
            if try source.kind(at: path) == .group {
                // A layer around another one has its tensors in a group of their own.
                let inner = declaration.arguments["layer"] == nil ? path : "\(path)/layer"
                layer.weights = try tensors(of: inner, in: source)
                if let inner = declaration.model?.model { layer.nested = try self.layers(of: inner, under: path, in: source) }
            } else if declaration.model != nil {
                layer.nested = []
            }
            layers.append(layer)
        }
        return layers
    }

    /// Groups with tensors beside those of the model's layers.
    func groupsOfNoLayer<Source: HDF5Source & ~Copyable>(in source: borrowing Source) throws(HDF5Error) -> [String] {
        guard let folder = try KerasGroupedWeights.folder(of: "", in: source) else { return [] }
        var others: [String] = []
        for name in try source.names(in: folder, limit: source.limits.modelLayers) where !taken.contains("\(folder)/\(name)") {
            if try source.kind(at: "\(folder)/\(name)/vars/0") != nil { others.append("\(folder)/\(name)") }
        }
        return others
    }

    /// The numbers of the groups of each class, ascending.
    private func groups<Source: HDF5Source & ~Copyable>(
        in folder: String, of source: borrowing Source
    ) throws(HDF5Error) -> [String: [Int]] {
        let names = try source.names(in: folder, limit: source.limits.modelLayers)
        return Dictionary(grouping: names.map(KerasGroupedWeights.parts), by: \.stem).mapValues { $0.map(\.number).sorted() }
    }

    private mutating func tensors<Source: HDF5Source & ~Copyable>(
        of group: String, in source: borrowing Source
    ) throws(HDF5Error) -> [KerasWeight] {
        var tensors: [KerasWeight] = []
        guard try source.kind(at: "\(group)/vars") == .group else { return [] }
        while try source.kind(at: "\(group)/vars/\(tensors.count)") != nil {
            let path = "\(group)/vars/\(tensors.count)"
            let dataset = try source.describe(at: path)
            tensors.append(
                KerasWeight(
                    name: "\(tensors.count)", objectPath: path, shape: dataset.shape, elementCount: dataset.elementCount))
            tensorCount += 1
            bytes += 4 * Double(dataset.elementCount)
            guard tensorCount <= source.limits.modelTensors, bytes <= Double(source.limits.modelBytes) else {
                throw tooMuch(path, source.limits)
            }
        }
        return tensors
    }

    private func tooMuch(_ path: String, _ limits: HDF5Limits) -> HDF5Error {
        HDF5Error(
            .unsupported, path, found: "more than \(layerCount - 1) layers, \(tensorCount) tensors, \(bytes) bytes",
            expected: "at most \(limits.modelLayers), \(limits.modelTensors) and \(limits.modelBytes)")
    }
}
