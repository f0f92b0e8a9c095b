/// The layout of `.weights.h5` files of Keras 3. Each layer has a group that is named after its class, `conv2d`, `conv2d_1`, …,
/// with its tensors in `vars`, and the layers of a model inside the model in a group of its own. The numbers count the layers of
/// one class. In which order layers of different classes follow each other is not told.
struct KerasGroupedWeights {
    let outline: KerasOutlineReader

    /// The group of a model's layers.
    static let layers = "layers"
    /// Its name in TensorFlow 2.12 to 2.14.
    static let dependencies = "_layer_checkpoint_dependencies"
    /// Models in models in models; each level takes stack.
    private static let deepestNesting = 16

    /// The path of the group with the layers of a model; nil where there is none.
    static func folder<Source: HDF5Source & ~Copyable>(
        of model: String, in source: borrowing Source
    ) throws(HDF5Error) -> String? {
        for name in [layers, dependencies] where try source.kind(at: "\(model)/\(name)") == .group { return "\(model)/\(name)" }
        return nil
    }

    /// Layers sorted by class and number.
    func checkpoint<Source: HDF5Source & ~Copyable>(_ file: borrowing Source) throws(ImportFailure) -> KerasCheckpoint {
        do throws(HDF5Error) {
            var count = 0
            return KerasCheckpoint(kind: .groupedWeights, layers: try layers(of: "", in: file, depth: 0, &count) ?? [])
        } catch {
            throw outline.failure([error])
        }
    }

    /// Nil where the group is that of no model.
    ///
    /// - Parameter count: layers so far. Groups may contain themselves.
    private func layers<Source: HDF5Source & ~Copyable>(
        of model: String, in file: borrowing Source, depth: Int, _ count: inout Int
    ) throws(HDF5Error) -> [KerasLayer]? {
        guard depth < Self.deepestNesting, let folder = try Self.folder(of: model, in: file) else { return nil }
        var layers: [(stem: String, number: Int, layer: KerasLayer)] = []
        for name in try file.names(in: folder, limit: file.limits.modelLayers) {
            let parts = Self.parts(of: name)
            count += 1
            guard count <= file.limits.modelLayers else {
                throw HDF5Error(.unsupported, folder, found: "too many layers", expected: "at most \(file.limits.modelLayers)")
            }
            var layer = try layer(name, at: "\(folder)/\(name)", in: file)
            layer.nested = try self.layers(of: "\(folder)/\(name)", in: file, depth: depth + 1, &count)
            layers.append((parts.stem, parts.number, layer))
        }
        layers.sort { ($0.stem, $0.number) < ($1.stem, $1.number) }
        return layers.map(\.layer)
    }

    /// `conv2d_12` is the class `conv2d` and 12, `conv2d` is 0.
    static func parts(of name: String) -> (stem: String, number: Int) {
        guard let end = name.lastIndex(of: "_"), let number = Int(name[name.index(after: end)...]) else { return (name, 0) }
        return (String(name[..<end]), number)
    }

    private func layer<Source: HDF5Source & ~Copyable>(
        _ name: String, at path: String, in file: borrowing Source
    ) throws(HDF5Error) -> KerasLayer {
        var layer = KerasLayer(name: name, weights: [])
        guard try file.kind(at: "\(path)/vars") == .group else { return layer }
        while try file.kind(at: "\(path)/vars/\(layer.weights.count)") != nil {
            let object = "\(path)/vars/\(layer.weights.count)"
            let dataset = try file.describe(at: object)
            layer.weights.append(
                KerasWeight(
                    name: "\(name)/\(layer.weights.count)", objectPath: object, shape: dataset.shape,
                    elementCount: dataset.elementCount))
            guard layer.weights.count <= file.limits.modelTensors else {
                throw HDF5Error(.unsupported, object, found: "too many tensors", expected: "at most \(file.limits.modelTensors)")
            }
        }
        return layer
    }
}
