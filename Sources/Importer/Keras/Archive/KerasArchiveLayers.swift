/// Finds the tensors of a model's layers in a `.keras` archive. The tensors of a layer are `vars/0`, `vars/1`, … in a group
/// that is named after the layer's class, with a number if there are several. The layers of a nested model are in its group
/// `layers`.
struct KerasArchiveLayers {
    private let outline: KerasOutlineReader
    private var errors: [HDF5Error] = []
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
        // Before version 2.13, tf.keras had another name for this group.
        let names = ["layers", "_layer_checkpoint_dependencies"]
        var folder = "\(group)/\(names[0])"
        for name in names.reversed() where try source.kind(at: "\(group)/\(name)") == .group { folder = "\(group)/\(name)" }
        var used: [String: Int] = [:]
        var layers: [KerasLayer] = []
        for declaration in model.layers {
            let stem = KerasClassNames.snakeCase(declaration.className)
            let number = used[stem, default: 0]
            used[stem] = number + 1
            let path = "\(folder)/\(number == 0 ? stem : "\(stem)_\(number)")"
            var layer = KerasLayer(name: declaration.name, weights: [], declaration: declaration)
            layerCount += 1
            guard layerCount <= source.limits.modelLayers else { throw tooMuch(path, source.limits) }
            if try source.kind(at: path) == .group {
                layer.weights = try tensors(of: path, in: source)
                if let inner = declaration.model?.model { layer.nested = try self.layers(of: inner, under: path, in: source) }
            } else if declaration.model != nil {
                layer.nested = []
            }
            layers.append(layer)
        }
        return layers
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
