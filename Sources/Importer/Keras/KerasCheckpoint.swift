/// What an HDF5 file of Keras weights says about itself: its layers in the order of `layer_names`, and for each its tensors in
/// the order of `weight_names`. Only these orders have a meaning, since names differ from session to session of Keras.
struct KerasCheckpoint: Hashable, Sendable {
    enum Kind: String, Hashable, Sendable {
        /// With `model_config` and, possibly, the optimizer's state, which is not read.
        case fullModel = "Keras HDF5, full model"
        case weightsOnly = "Keras HDF5, weights only"
        /// The weights of Keras 3, in groups named after classes: the order of layers of different classes is lost.
        case groupedWeights = "Keras 3 weights (.weights.h5)"
        case archive = "Keras archive (.keras)"
    }

    var kind: Kind
    var layers: [KerasLayer]
    /// Version of Keras that wrote the file, where it tells.
    var kerasVersion: String?
    /// `tensorflow`, where the file tells.
    var backend: String?
    /// Of full models, and where an architecture lies beside the weights.
    var configuration: KerasModelConfiguration?
    /// The file that the configuration is from, where it lies beside the weights.
    var architecture: String?
    /// Shapes of inputs that the user gives, for models that cannot be read with open sides.
    var givenShapes: KerasGivenShapes?
}

extension KerasCheckpoint {
    /// Whether nothing tells how layers of different classes follow each other.
    var hasLostOrder: Bool { kind == .groupedWeights && configuration == nil }

    /// Takes what a file beside the weights declares, and what it tells about the Keras that wrote it.
    mutating func take(_ architecture: KerasArchitectureFile) {
        configuration = architecture.configuration
        kerasVersion = architecture.kerasVersion ?? kerasVersion
        backend = backend ?? architecture.backend
        self.architecture = architecture.path
    }
}

struct KerasLayer: Hashable, Sendable {
    var name: String
    var weights: [KerasWeight]
    /// What the configuration says about the layer of that name.
    var declaration: KerasLayerDeclaration?
    /// Of a model as a layer, the layers in it where the file keeps their tensors apart.
    var nested: [KerasLayer]?

    /// The layer's class as declared, or as Keras' automatic names tell it: `model2_re_lu_2` is a ReLU.
    var className: String? { declaration?.className ?? KerasClassNames.guess(fromLayerName: name) }

    /// Whether the layer passes its input on unchanged except in training.
    var isIdentityAtInference: Bool {
        guard weights.isEmpty, let className else { return false }
        return KerasClassNames.identitiesAtInference.contains(className)
            || className == "Activation" && declaration?.arguments["activation"] == .string("linear")
    }
}

/// A tensor that has not been read.
struct KerasWeight: Hashable, Sendable {
    var name: String
    /// Path of its dataset in the file.
    var objectPath: String
    var shape: [Int]
    var elementCount: Int
}

/// Reads the data of a tensor while its file is open. Elements are in row-major order.
typealias KerasWeightReader = (KerasWeight) throws(HDF5Error) -> [Float]
