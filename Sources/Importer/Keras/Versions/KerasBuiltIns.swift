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
            "GroupNormalization": KerasAvailability(tensorFlow: "2.11.0", keras3: "3.0.0"),
            "TFOpLambda": KerasAvailability(tensorFlow: "2.4.0"),
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
        for name in ["Conv2D", "Conv2DTranspose", "SeparableConv2D", "Add", "Multiply", "Average", "Maximum", "Concatenate"] {
            table[name] = .sinceKeras2
        }
        for name in ["Resizing", "Rescaling", "Normalization", "LayerNormalization"] {
            table[name] = KerasAvailability(tensorFlow: "2.2.4", keras3: "3.0.0")
        }
        // Functions that Keras 3 writes as layers.
        for name in [
            "Divide", "TrueDivide", "Relu", "Relu6", "Sigmoid", "Silu", "Tanh", "Softplus", "Exp", "Sqrt", "Absolute", "Negative",
        ] { table[name] = KerasAvailability(keras3: "3.0.0") }
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
