/// Keras names a layer after its class in snake case, with a number: `conv2d_12`, `re_lu_2`. The reference code of
/// IterNet puts `model2_` in front.
enum KerasClassNames {
    /// The class that an automatic name tells; nil for a name that a person has given.
    static func guess(fromLayerName name: String) -> String? {
        var stem = Substring(name)
        if stem.hasPrefix("model"), let underscore = stem.firstIndex(of: "_"),
            stem[..<underscore].dropFirst("model".count).allSatisfy(\.isNumber)
        {
            stem = stem[stem.index(after: underscore)...]
        }
        if let underscore = stem.lastIndex(of: "_"), !stem[stem.index(after: underscore)...].isEmpty,
            stem[stem.index(after: underscore)...].allSatisfy(\.isNumber)
        {
            stem = stem[..<underscore]
        }
        return classByStem[String(stem)] ?? classByWord(in: stem)
    }

    /// Classes of layers without weights that apply a function to each element.
    static let activations: Set<String> = [
        "Activation", "ReLU", "LeakyReLU", "ELU", "ThresholdedReLU", "Softmax", "PReLU", "selu", "gelu", "tanh", "sigmoid",
        "swish",
    ]

    /// Classes of the layers with weights that segmentation networks are made of.
    static let weighted: Set<String> = [
        "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "SeparableConv2D", "DepthwiseConv2D", "Dense", "PReLU",
        "BatchNormalization",
    ]

    /// Classes of layers that do nothing but in training: noise between layers.
    static let noises: Set<String> = [
        "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout",
        "AlphaDropout", "ActivityRegularization",
    ]

    /// Classes of layers that alter images, and only in training. Not among them are RandomCrop, which some versions make do
    /// something at inference as well, and AutoContrast, which always does.
    static let augmentations: Set<String> = [
        "RandomFlip", "RandomTranslation", "RandomRotation", "RandomZoom", "RandomContrast", "RandomBrightness", "RandomHeight",
        "RandomWidth", "RandomColorDegeneration", "RandomColorJitter", "RandomGrayscale", "RandomHue", "RandomSaturation",
        "RandomSharpness", "RandomShear", "RandomPerspective", "RandomGaussianBlur", "RandomPosterization", "RandomInvert",
        "RandomErasing", "RandomElasticTransform", "MixUp", "CutMix", "AugMix", "RandAugment", "Solarization",
    ]

    /// Classes of layers that do nothing but in training.
    static let identitiesAtInference = noises.union(augmentations).union(["Identity"])

    /// Classes of layers that compute otherwise when they are called with `training=True`.
    static let trainingDependent = noises.union(augmentations).subtracting(["ActivityRegularization"]).union([
        "RandomCrop", "BatchNormalization", "SyncBatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2",
    ])

    /// The name that Keras derives from a class: a `_` before each capital letter that begins a word.
    static func snakeCase(_ className: String) -> String {
        let characters = Array(className.filter { $0.isLetter || $0.isNumber || $0 == "_" })
        var text = ""
        for (index, character) in characters.enumerated() {
            if index > 0, character.isUppercase {
                let endsWord = characters[index - 1].isLowercase
                let beginsWord = index + 1 < characters.count && characters[index + 1].isLowercase
                if endsWord || beginsWord { text += "_" }
            }
            text += character.lowercased()
        }
        return text
    }

    /// What a name that a person has given says when it is nothing but one of these words and a number.
    private static func classByWord(in stem: Substring) -> String? {
        classByWord[stem.lowercased().filter { $0 != "_" && !$0.isNumber }]
    }

    private static let classByWord = [
        "relu": "ReLU", "leakyrelu": "LeakyReLU", "lrelu": "LeakyReLU", "prelu": "PReLU", "elu": "ELU",
        "thresholdedrelu": "ThresholdedReLU", "softmax": "Softmax",
        // Keras has no class for these: they are arguments of Activation.
        "selu": "selu", "gelu": "gelu", "tanh": "tanh", "sigmoid": "sigmoid", "swish": "swish",
        "maxpool": "MaxPooling2D", "maxpooling": "MaxPooling2D", "maxpoold": "MaxPooling2D",
        "avgpool": "AveragePooling2D", "averagepool": "AveragePooling2D", "averagepooling": "AveragePooling2D",
        "dropout": "Dropout", "drop": "Dropout", "spatialdropout": "SpatialDropout2D", "spatialdropoutd": "SpatialDropout2D",
        "concat": "Concatenate", "concatenate": "Concatenate",
        "upsampling": "UpSampling2D", "upsample": "UpSampling2D", "flatten": "Flatten",
    ]

    private static let classByStem = [
        "input": "InputLayer",
        "input_layer": "InputLayer",
        "conv1d": "Conv1D",
        "conv2d": "Conv2D",
        "conv3d": "Conv3D",
        "conv2d_transpose": "Conv2DTranspose",
        "separable_conv2d": "SeparableConv2D",
        "depthwise_conv2d": "DepthwiseConv2D",
        "dense": "Dense",
        "flatten": "Flatten",
        "re_lu": "ReLU",
        "leaky_re_lu": "LeakyReLU",
        "p_re_lu": "PReLU",
        "elu": "ELU",
        "thresholded_re_lu": "ThresholdedReLU",
        "softmax": "Softmax",
        "activation": "Activation",
        "dropout": "Dropout",
        "spatial_dropout2d": "SpatialDropout2D",
        "gaussian_noise": "GaussianNoise",
        "gaussian_dropout": "GaussianDropout",
        "alpha_dropout": "AlphaDropout",
        "batch_normalization": "BatchNormalization",
        "max_pooling2d": "MaxPooling2D",
        "average_pooling2d": "AveragePooling2D",
        "global_average_pooling2d": "GlobalAveragePooling2D",
        "global_max_pooling2d": "GlobalMaxPooling2D",
        "up_sampling2d": "UpSampling2D",
        "zero_padding2d": "ZeroPadding2D",
        "cropping2d": "Cropping2D",
        "concatenate": "Concatenate",
        "add": "Add",
        "multiply": "Multiply",
        "average": "Average",
        "maximum": "Maximum",
        "lambda": "Lambda",
        "reshape": "Reshape",
        "permute": "Permute",
    ]
}
