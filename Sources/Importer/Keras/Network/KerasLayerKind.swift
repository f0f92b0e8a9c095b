import GraphIR

/// A kind of layer, of one or several classes of Keras. It reads a layer's arguments, and then adds each application of the
/// layer to a graph.
protocol KerasLayerKind: Sendable {
    /// The classes that it imports, by their names in Keras 2 and 3.
    static var classNames: [String] { get }

    /// Reads the arguments, and reports those that are not supported.
    init(_ arguments: inout KerasArguments)

    /// The tensors of a layer in the order of the file: first those that training changes.
    var weights: [KerasWeightRole] { get }

    /// Adds one application of the layer.
    ///
    /// - Throws: what is wrong with operands of these types.
    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor]
}

extension KerasLayerKind {
    var weights: [KerasWeightRole] { [] }
}

/// What a tensor of a layer is for.
struct KerasWeightRole: Hashable, Sendable {
    var name: String
    var isTrainable = true

    static let kernel = KerasWeightRole(name: "kernel")
    static let bias = KerasWeightRole(name: "bias")
    static func fixed(_ name: String) -> KerasWeightRole { KerasWeightRole(name: name, isTrainable: false) }
}

/// Finds the kind of a class.
enum KerasLayerKinds {
    private static let all: [any KerasLayerKind.Type] = [
        KerasConvolution.self, KerasTransposedConvolution.self, KerasDepthwiseConvolution.self, KerasSeparableConvolution.self,
        KerasDense.self, KerasPooling.self, KerasGlobalPooling.self, KerasUpSampling.self, KerasResizing.self,
        KerasBatchNormalization.self, KerasActivationLayer.self, KerasPReLU.self, KerasSoftmax.self, KerasMerge.self,
        KerasConcatenate.self, KerasZeroPadding.self, KerasCropping.self, KerasReshape.self, KerasFlatten.self,
        KerasPermute.self, KerasDropout.self, KerasPassing.self, KerasCenterCrop.self, KerasRescaling.self, KerasNormalization.self,
        KerasLayerNormalization.self, KerasGroupNormalization.self,
        KerasLineLayer.self, KerasUnitNormalization.self, KerasDot.self, KerasTimeDistributed.self, KerasFunction.self,
    ]

    private static let byClassName: [String: any KerasLayerKind.Type] = {
        var table: [String: any KerasLayerKind.Type] = [:]
        for kind in all {
            for name in kind.classNames { table[name] = kind }
        }
        return table
    }()

    /// Every class that is read, in the names of Keras 2 and 3.
    static var classNames: [String] { Array(byClassName.keys) }

    static func kind(ofClass name: String) -> (any KerasLayerKind.Type)? { byClassName[name] }

    /// The kind of a layer whose class is one of the Keras that wrote the file.
    static func kind(of layer: KerasLayerDeclaration, in dialect: KerasDialect) -> (any KerasLayerKind.Type)? {
        absence(of: layer, in: dialect) == nil ? kind(ofClass: layer.className) : nil
    }

    /// Why a layer's class is none of the Keras that wrote the file, though it has the name of one; nil where it is one.
    static func absence(of layer: KerasLayerDeclaration, in dialect: KerasDialect) -> String? {
        guard layer.isOfKeras else { return layer.module.map { "of \($0)" } ?? "registered as '\(layer.registeredName ?? "")'" }
        return dialect.absence(of: KerasBuiltIns.layers[layer.writtenClass ?? layer.className] ?? .never)
    }
}

extension KerasLayerDeclaration {
    /// Whether the class is Keras' own by what is written beside its name.
    var isOfKeras: Bool { KerasBuiltIns.isOfKeras(module: module, registeredName: registeredName) }
}
