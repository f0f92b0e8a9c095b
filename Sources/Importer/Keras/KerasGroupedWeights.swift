/// The layout of `.weights.h5` files of Keras 3. Each layer has a group that is named after its class, `conv2d`, `conv2d_1`, …,
/// with its tensors in `vars`. The numbers count the layers of one class. In which order layers of different classes follow
/// each other is not told.
struct KerasGroupedWeights {
    let outline: KerasOutlineReader

    /// Layers sorted by class and number.
    func checkpoint<Source: HDF5Source & ~Copyable>(_ file: borrowing Source) throws(ImportFailure) -> KerasCheckpoint {
        var layers: [(stem: String, number: Int, layer: KerasLayer)] = []
        do throws(HDF5Error) {
            let folder = try file.kind(at: "/layers") == .group ? "/layers" : "/_layer_checkpoint_dependencies"
            for name in try file.names(in: folder, limit: file.limits.modelLayers) {
                let parts = Self.parts(of: name)
                layers.append((parts.stem, parts.number, try layer(name, at: "\(folder)/\(name)", in: file)))
            }
        } catch {
            throw outline.failure([error])
        }
        layers.sort { ($0.stem, $0.number) < ($1.stem, $1.number) }
        return KerasCheckpoint(kind: .groupedWeights, layers: layers.map(\.layer))
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
