/// Finds the input's shape of sequential models whose file does not tell it. Keras 2.0 to 2.3 leave out an `InputLayer` with
/// which a model begins, and do not give the layer behind it a shape.
extension KerasModelConfiguration {
    private var lacksShape: Bool {
        className == "Sequential" && outputs.isEmpty && layers.first?.className != "InputLayer" && inputShape == nil
    }

    /// The model for an input of these sides, the batch among them and nil for open ones, if it does not tell its own.
    func supplied(with sides: [Int?]) -> KerasModelConfiguration {
        guard lacksShape, !sides.isEmpty else { return self }
        var model = built(for: [.null] + sides.dropFirst().map { side in side.map { .number(Double($0)) } ?? .null })
        model.hasGivenShape = true
        return model
    }

    /// The model for an input of which the first layer's kernel tells the channels.
    fileprivate func supplied(withFirstKernel kernel: [Int]) -> KerasModelConfiguration {
        guard lacksShape, let layer = firstLayer, layer.arguments["groups"] == nil else { return self }
        let places = ["Conv2D": 2, "SeparableConv2D": 2, "DepthwiseConv2D": 2, "Conv2DTranspose": 3, "Dense": 0]
        guard let place = places[layer.className], kernel.indices.contains(place) else { return self }
        let channels = JSONValue.number(Double(kernel[place]))
        if layer.className == "Dense" { return built(for: [.null, channels]) }
        let isChannelsFirst = layer.arguments["data_format"] == .string("channels_first")
        var model = built(for: isChannelsFirst ? [.null, channels, .null, .null] : [.null, .null, .null, channels])
        model.hasAssumedShape = true
        return model
    }

    /// What a sequential model lacks, to be told where nothing can be made of it without.
    var missingShape: ImportProblem {
        ImportProblem(
            place: layers.first?.name, className: layers.first?.className, attribute: "batch_input_shape",
            found: hasAssumedShape ? "missing, open sides are assumed" : "missing",
            accepted: "the shape of the model's input, in the file or given (--input-shape)")
    }

    private func built(for shape: [JSONValue]) -> KerasModelConfiguration {
        var model = self
        model.builtShape = .array(shape)
        return model
    }

    /// The first layer that is no model.
    private var firstLayer: KerasLayerDeclaration? {
        guard let layer = layers.first else { return nil }
        return layer.model.map(\.model.firstLayer) ?? layer
    }
}

extension KerasCheckpoint {
    /// With the shape of the input that the user gives, if the file does not tell it; else what the first kernel tells.
    func supplied(with options: ImportOptions) -> KerasCheckpoint {
        guard let model = configuration else { return self }
        var checkpoint = self
        checkpoint.givenShapes = KerasGivenShapes(options)
        let named = options.inputShapes.count == 1 ? options.inputShapes.first?.value : nil
        checkpoint.configuration = model.supplied(with: options.inputShape ?? named ?? [])
            .supplied(withFirstKernel: layers.first?.weights.first?.shape ?? [])
        return checkpoint
    }
}
