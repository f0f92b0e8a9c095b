import GraphIR

/// Shapes of inputs that the user gives, the batch among them.
struct KerasGivenShapes: Hashable, Sendable {
    /// Of the only input.
    var single: [Int]?
    var byName: [String: [Int]] = [:]

    init(_ options: ImportOptions) {
        single = options.inputShape
        byName = options.inputShapes
    }

    fileprivate func sides(of input: String, isOnly: Bool) -> [Int]? { byName[input] ?? (isOnly ? single : nil) }
}

extension KerasModelConfiguration {
    private static let shapeNames = ["batch_input_shape", "batch_shape"]

    /// The layers that declare the shapes of the model's inputs.
    private var declaringLayers: [Int] {
        let inputs = layers.indices.filter { layers[$0].className == "InputLayer" }
        return inputs.isEmpty && className == "Sequential" && !layers.isEmpty ? [0] : inputs
    }

    /// The model with the open sides of its inputs as they are given; the batch stays open. Nil where nothing is open, or nothing
    /// that fits is given.
    func closed(by given: KerasGivenShapes) -> KerasModelConfiguration? {
        let declaring = declaringLayers
        return closed { layer, rank in
            // A sequential model's input without a layer is called after the first one.
            let name = layer.className == "InputLayer" ? layer.name : "\(layer.name)_input"
            let sides = given.sides(of: name, isOnly: declaring.count == 1)
            return sides?.count == rank ? sides : nil
        }
    }

    /// The model with every open side but the batch as one number, to see whether that is all that stands in the way.
    func closed(by side: Int) -> KerasModelConfiguration? { closed { _, rank in Array(repeating: side, count: rank) } }

    private func closed(_ sides: (KerasLayerDeclaration, Int) -> [Int]?) -> KerasModelConfiguration? {
        var model = self
        var isClosed = false
        for index in declaringLayers {
            let layer = layers[index]
            guard let name = Self.shapeNames.first(where: { layer.arguments[$0]?.array != nil }),
                let declared = layer.arguments[name]?.array, declared.dropFirst().contains(.null),
                let given = sides(layer, declared.count), case .object(var arguments) = layer.arguments
            else { continue }
            arguments[name] = .array(
                zip(declared, given).enumerated().map { axis, pair in
                    axis > 0 && pair.0 == .null ? .number(Double(pair.1)) : pair.0
                })
            model.layers[index].arguments = .object(arguments)
            isClosed = true
        }
        return isClosed ? model : nil
    }
}
