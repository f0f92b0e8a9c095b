/// Translates the names that Keras 1 has for classes and arguments into those of Keras 2.
enum KerasFirstGeneration {
    /// Whether a model has names of Keras 1: files before 1.1 do not tell their version.
    static func wrote(_ model: KerasModelConfiguration) -> Bool {
        let names = ["nb_filter", "border_mode", "output_dim", "dim_ordering"]
        return model.layers.contains { layer in
            if let inner = layer.model?.model { return wrote(inner) }
            return layer.className == "Merge" || names.contains { layer.arguments[$0] != nil }
        }
    }

    /// The order of axes of the model's first layer that tells; padding and cropping do not.
    static func dataFormat(of model: KerasModelConfiguration) -> String? {
        for layer in model.layers {
            if let order = layer.arguments["dim_ordering"]?.string { return dataFormat(ofOrder: order) }
            if let inner = layer.model?.model, let format = dataFormat(of: inner) { return format }
        }
        return nil
    }

    private static func dataFormat(ofOrder order: String) -> String { order == "th" ? "channels_first" : "channels_last" }

    static func modernised(_ model: KerasModelConfiguration) -> KerasModelConfiguration {
        var model = model
        model.layers = model.layers.map(modernised)
        return model
    }

    private static let classNames = [
        "Convolution2D": "Conv2D", "AtrousConvolution2D": "Conv2D", "Deconvolution2D": "Conv2DTranspose",
        "SeparableConvolution2D": "SeparableConv2D",
    ]

    private static let mergeModes = [
        "sum": "Add", "mul": "Multiply", "concat": "Concatenate", "ave": "Average", "max": "Maximum",
    ]

    private static let argumentNames = [
        "nb_filter": "filters", "subsample": "strides", "border_mode": "padding", "bias": "use_bias", "output_dim": "units",
        "p": "rate", "input_dtype": "dtype", "atrous_rate": "dilation_rate", "concat_axis": "axis",
    ]

    private static func modernised(_ layer: KerasLayerDeclaration) -> KerasLayerDeclaration {
        var layer = layer
        if let inner = layer.model?.model {
            layer.model = .init(modernised(inner))
            return layer
        }
        guard case .object(let old) = layer.arguments else { return layer }
        var new: [String: JSONValue] = [:]
        for (name, value) in old { new[argumentNames[name] ?? name] = value }
        if let rows = old["nb_row"], let columns = old["nb_col"] { new["kernel_size"] = .array([rows, columns]) }
        if let order = old["dim_ordering"]?.string { new["data_format"] = .string(dataFormat(ofOrder: order)) }
        if layer.className == "ZeroPadding2D" { new["padding"] = edges(old["padding"]) }
        layer.writtenClass = layer.className
        // A mode may also be a function of the user's, by its name.
        if layer.className == "Merge", let mode = old["mode"]?.string, [nil, "raw"].contains(old["mode_type"]?.string) {
            layer.className = mergeModes[mode] ?? "Merge"
        }
        layer.className = classNames[layer.className] ?? layer.className
        layer.arguments = .object(new)
        return layer
    }

    /// `[top, bottom, left, right]` and `{"top_pad": …}` as pairs.
    private static func edges(_ value: JSONValue?) -> JSONValue? {
        if let sides = value?.array, sides.count == 4 {
            return .array([.array([sides[0], sides[1]]), .array([sides[2], sides[3]])])
        }
        if let value, case .object = value {
            let sides = ["top_pad", "bottom_pad", "left_pad", "right_pad"].map { value[$0] ?? .number(0) }
            return .array([.array([sides[0], sides[1]]), .array([sides[2], sides[3]])])
        }
        return value
    }
}
