/// The problems that are reported for layers that are not imported.
enum KerasUnsupportedLayers {
    static func problem(of layer: KerasLayerDeclaration, in dialect: KerasDialect) -> ImportProblem {
        let isModel = KerasModelConfiguration.classNames.contains(layer.className)
        let absence =
            isModel || KerasLayerKinds.kind(ofClass: layer.className) != nil ? KerasLayerKinds.absence(of: layer, in: dialect) : nil
        let name = layer.writtenClass ?? layer.className
        return ImportProblem(
            place: layer.name, className: layer.className, attribute: "class",
            found: absence.map { $0.hasPrefix("which") ? "\(name), \($0)" : "\(name) \($0)" } ?? layer.className,
            accepted: absence != nil ? "the layer of that name of Keras" : nearest[layer.className] ?? nearestByWord(layer.className))
    }

    /// Those of a model and of the models in it.
    static func problems(in model: KerasModelConfiguration, _ dialect: KerasDialect) -> [ImportProblem] {
        model.layers.flatMap { layer -> [ImportProblem] in
            if let inner = layer.model?.model { return problems(in: inner, dialect) }
            let isKnown = layer.className == "InputLayer" || KerasLayerKinds.kind(of: layer, in: dialect) != nil
            return isKnown ? [] : [problem(of: layer, in: dialect)]
        }
    }

    /// The nearest thing that is supported.
    private static let nearest = [
        "Lambda": "a layer for the same computation: Rescaling, Resizing, Activation, Multiply, Add (a file has only the "
            + "Python code of a Lambda)",
        "TensorFlowOpLayer": "a layer for the same computation, such as Add, Multiply, Concatenate or Activation",
        "Convolution1D": "Convolution2D with a kernel of one row",
        "Conv3D": "Conv2D", "Conv3DTranspose": "Conv2DTranspose", "LocallyConnected2D": "Conv2D",
        "MaxPooling3D": "MaxPooling2D", "AveragePooling3D": "AveragePooling2D",
        "UpSampling3D": "UpSampling2D", "ZeroPadding3D": "ZeroPadding2D", "Cropping3D": "Cropping2D",
        "InstanceNormalization": "BatchNormalization",
    ]

    private static func nearestByWord(_ className: String) -> String? {
        if className.hasPrefix("Random") { return "no layer of augmentation" }
        if className.contains("Conv") { return "Conv2D" }
        if className.contains("Pool") { return "MaxPooling2D or AveragePooling2D" }
        if className.contains("Norm") { return "BatchNormalization" }
        return nil
    }
}
