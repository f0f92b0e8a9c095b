/// What Keras itself has under a name when it loads a model, activations and classes of layers, each with the versions that
/// have it.
///
/// If the version that wrote a file does not have a name, somebody gave that name to something that only their own program has;
/// a later version may use it for something else.
///
/// The table was read from the sources of Keras 1.0.0 to 2.3.1 (each of 1.0.0 to 1.1.1, 1.1.2, 1.2.0, 1.2.2, 2.0.0, 2.0.2 to
/// 2.2.0, 2.2.2 to 2.3.1), of the tf.keras in TensorFlow 1.4 to 2.5, of Keras 2.6 to 2.15 and tf_keras 2.15 to 2.21, which are
/// the same line, and of Keras 3.0.0 to 3.15.1. For activations it has what the module `activations` contains, and for layers
/// the names of classes, which are what files contain, without second names such as `MaxPool2D`. Several versions of TensorFlow
/// have a tf.keras with the same version number; there, a name counts as soon as one of them has it.
enum KerasBuiltIns {
    static let activations: [String: KerasAvailability] = {
        var table: [String: KerasAvailability] = [
            "elu": KerasAvailability(keras1: "1.1.1", keras2: "2.0.0", tensorFlow: "2.0.8", keras3: "3.0.0"),
            "softsign": KerasAvailability(keras1: "1.0.3", keras2: "2.0.0", tensorFlow: "2.0.8", keras3: "3.0.0"),
            "selu": KerasAvailability(keras2: "2.0.6", tensorFlow: "2.0.8", keras3: "3.0.0"),
            "exponential": KerasAvailability(keras2: "2.2.3", tensorFlow: "2.2.4", keras3: "3.0.0"),
            // Before 2.2 it is a function of the module of MobileNet, and the same.
            "relu6": KerasAvailability(keras2: "2.0.6-2.1.6", tensorFlow: "2.0.8-2.1.6 2.6.0", keras3: "3.0.0"),
            "swish": KerasAvailability(tensorFlow: "2.2.4", keras3: "3.0.0"),
            "gelu": KerasAvailability(tensorFlow: "2.4.0", keras3: "3.0.0"),
            "mish": KerasAvailability(tensorFlow: "2.13.0", keras3: "3.0.0"),
        ]
        for name in ["linear", "relu", "sigmoid", "tanh", "hard_sigmoid", "softmax", "softplus"] { table[name] = .always }
        for name in ["leaky_relu", "log_softmax", "silu"] { table[name] = KerasAvailability(tensorFlow: "2.6.0", keras3: "3.0.0") }
        for name in ["hard_silu", "hard_swish"] { table[name] = KerasAvailability(keras3: "3.0.1") }
        for name in ["celu", "hard_tanh", "log_sigmoid", "tanh_shrink", "soft_shrink", "hard_shrink", "squareplus"] {
            table[name] = KerasAvailability(keras3: "3.7.0")
        }
        return table
    }()

    static let layers: [String: KerasAvailability] = {
        var table: [String: KerasAvailability] = [
            "GlobalMaxPooling2D": KerasAvailability(keras1: "1.1.0", keras2: "2.0.0", tensorFlow: "2.0.8", keras3: "3.0.0"),
            "GlobalAveragePooling2D": KerasAvailability(keras1: "1.1.0", keras2: "2.0.0", tensorFlow: "2.0.8", keras3: "3.0.0"),
            "Cropping2D": KerasAvailability(keras1: "1.0.8", keras2: "2.0.0", tensorFlow: "2.0.8", keras3: "3.0.0"),
            "SpatialDropout1D": KerasAvailability(keras1: "1.1.2", keras2: "2.0.0", tensorFlow: "2.0.8", keras3: "3.0.0"),
            "SpatialDropout2D": KerasAvailability(keras1: "1.0.8", keras2: "2.0.0", tensorFlow: "2.0.8", keras3: "3.0.0"),
            "SpatialDropout3D": KerasAvailability(keras1: "1.0.8", keras2: "2.0.0", tensorFlow: "2.0.8", keras3: "3.0.0"),
            "AlphaDropout": KerasAvailability(keras2: "2.0.6", tensorFlow: "2.0.8", keras3: "3.0.0"),
            // Before 2.1.5 it is a class of the module of MobileNet, and the same.
            "DepthwiseConv2D": KerasAvailability(keras2: "2.0.6", tensorFlow: "2.0.8", keras3: "3.0.0"),
            "Subtract": KerasAvailability(keras2: "2.0.7", tensorFlow: "2.0.8", keras3: "3.0.0"),
            "Minimum": KerasAvailability(keras2: "2.0.9", tensorFlow: "2.1.2", keras3: "3.0.0"),
            "Softmax": KerasAvailability(keras2: "2.1.3", tensorFlow: "2.1.3", keras3: "3.0.0"),
            "ReLU": KerasAvailability(keras2: "2.2.0", tensorFlow: "2.1.6", keras3: "3.0.0"),
            "SeparableConv1D": KerasAvailability(keras2: "2.1.3", tensorFlow: "2.2.4", keras3: "3.0.0"),
            "Conv1DTranspose": KerasAvailability(tensorFlow: "2.4.0", keras3: "3.0.0"),
            "DepthwiseConv1D": KerasAvailability(tensorFlow: "2.7.0", keras3: "3.0.0"),
            "Dot": .sinceKeras2, "TimeDistributed": .always,
            "UnitNormalization": KerasAvailability(tensorFlow: "2.9.0", keras3: "3.0.0"),
            "GroupNormalization": KerasAvailability(tensorFlow: "2.11.0", keras3: "3.0.0"),
            // Of TensorFlow 1.13.
            "BatchNormalizationV1": KerasAvailability(tensorFlow: "2.2.4-2.2.4"),
            "BatchNormalizationV2": KerasAvailability(tensorFlow: "2.2.4-2.2.4"),
            "SyncBatchNormalization": KerasAvailability(tensorFlow: "2.3.0"),
            "Identity": KerasAvailability(tensorFlow: "2.12.0", keras3: "3.0.0"),
            "TFOpLambda": KerasAvailability(tensorFlow: "2.4.0"), "SlicingOpLambda": KerasAvailability(tensorFlow: "2.4.0"),
            // Keras 1 has other names for these; of Keras 2 they are second names, which are not written.
            "Convolution2D": KerasAvailability(keras1: "1.0.0"), "Merge": KerasAvailability(keras1: "1.0.0"),
            "Deconvolution2D": KerasAvailability(keras1: "1.0.7"), "AtrousConvolution2D": KerasAvailability(keras1: "1.0.6"),
            "SeparableConvolution2D": KerasAvailability(keras1: "1.0.6"),
        ]
        for name in [
            "Dense", "MaxPooling2D", "AveragePooling2D", "UpSampling2D", "BatchNormalization", "Activation", "LeakyReLU", "ELU",
            "ThresholdedReLU", "PReLU", "ZeroPadding2D", "Reshape", "Flatten", "Permute", "Dropout", "GaussianNoise",
            "GaussianDropout", "ActivityRegularization",
        ] { table[name] = .always }
        for name in [
            "Conv2D", "Conv2DTranspose", "SeparableConv2D", "Add", "Multiply", "Average", "Maximum", "Concatenate", "Conv1D",
            "MaxPooling1D",
            "AveragePooling1D", "GlobalMaxPooling1D", "GlobalAveragePooling1D", "UpSampling1D", "ZeroPadding1D", "Cropping1D",
        ] { table[name] = .sinceKeras2 }
        for name in ["Resizing", "Rescaling", "Normalization", "LayerNormalization"] {
            table[name] = KerasAvailability(tensorFlow: "2.2.4", keras3: "3.0.0")
        }
        for name in [
            "RandomFlip", "RandomTranslation", "RandomRotation", "RandomZoom", "RandomContrast",
        ] { table[name] = KerasAvailability(tensorFlow: "2.3.0", keras3: "3.0.0") }
        for name in ["CenterCrop", "RandomCrop"] { table[name] = KerasAvailability(tensorFlow: "2.2.4", keras3: "3.0.0") }
        for name in ["RandomHeight", "RandomWidth"] { table[name] = KerasAvailability(tensorFlow: "2.3.0") }
        table["RandomBrightness"] = KerasAvailability(tensorFlow: "2.9.0", keras3: "3.0.0")
        for name in ["RandomShear", "Solarization"] { table[name] = KerasAvailability(keras3: "3.6.0") }
        for name in [
            "RandomColorDegeneration", "RandomColorJitter", "RandomGrayscale", "RandomHue", "RandomSaturation", "RandomSharpness",
            "RandomPosterization", "MixUp", "RandAugment",
        ] { table[name] = KerasAvailability(keras3: "3.8.0") }
        for name in ["RandomPerspective", "RandomGaussianBlur", "RandomInvert", "RandomErasing", "CutMix", "AugMix"] {
            table[name] = KerasAvailability(keras3: "3.9.0")
        }
        table["RandomElasticTransform"] = KerasAvailability(keras3: "3.10.0")
        // Functions that Keras 3 writes as layers.
        for name in [
            "Divide", "TrueDivide", "Power", "Relu", "Relu6", "LeakyRelu", "Elu", "Gelu", "Selu", "Sigmoid", "Silu", "Tanh", "Softplus",
            "Softsign", "HardSigmoid", "LogSigmoid", "LogSoftmax", "Exp", "Log", "Sqrt", "Rsqrt", "Square", "Absolute", "Negative",
            "Reciprocal", "Floor", "Ceil", "Erf", "Clip", "Cast", "Where", "Equal", "NotEqual", "Greater", "GreaterEqual", "Less",
            "LessEqual", "LogicalNot", "LogicalAnd", "LogicalOr", "Matmul", "Sum", "Mean", "Max", "Min", "Std", "Var", "Argmax", "GetItem",
            "Prod", "Mod", "Sin", "Cos", "Tan", "Round", "Sign", "Split", "Unstack", "Flip", "Tile", "Repeat", "Transpose", "Swapaxes",
            "Moveaxis", "ExpandDims", "Squeeze", "Stack", "Pad",
            "Resize",
        ] { table[name] = KerasAvailability(keras3: "3.0.0") }
        for name in ["HardSilu", "Normalize"] { table[name] = KerasAvailability(keras3: "3.1.0") }
        for name in ["Celu", "HardTanh", "TanhShrink"] { table[name] = KerasAvailability(keras3: "3.7.0") }
        for name in ["DepthToSpace", "SpaceToDepth"] { table[name] = KerasAvailability(keras3: "3.14.0") }
        return table
    }()

    private static let packages = ["keras", "tf_keras"]

    /// Whether something is of Keras by what is written beside its name. Formats that write neither do not tell that it is not.
    ///
    /// - Parameters:
    ///   - module: `keras.layers`, or of a function `builtins`; a person's own things have that person's, or none.
    ///   - registeredName: the name under which a person's own thing is found, often `package>name`. Layers of Keras have none.
    static func isOfKeras(module: String?, registeredName: String?) -> Bool {
        if let registeredName, registeredName.contains(">") { return false }
        guard let module else { return registeredName == nil }
        return module == "builtins" || packages.contains { module == $0 || module.hasPrefix($0 + ".") }
    }
}
