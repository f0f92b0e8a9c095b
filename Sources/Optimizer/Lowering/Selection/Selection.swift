import GraphIR
import PlanFormat

/// Chooses a kernel for every operation of a bound graph and packs its weights. What has no kernel is collected, so
/// that the user is told of all of it at once.
///
/// Where every operation works on each image of a batch by itself, the schedule is made for one image and repeated.
/// Otherwise operations on images are there once for each image, and those on plain tensors see the whole batch.
struct Selection {
    let graph: Graph
    let function: Function
    var network = Network()
    /// Whether the schedule runs once for each image of the batch.
    let repeats: Bool
    /// Set where `repeats` and something needs the whole batch at once.
    var mixesBatch = false
    /// The image of the batch that is being lowered.
    var currentImage = 0
    var forms: [ValueID: TensorForm] = [:]
    /// Images that are constants; packed when the halos are known.
    var constantImages: [(value: PlanValueID, constant: ConstantID, image: Int)] = []
    /// Plain tensors that inputs were copied to.
    var entryValues: [Int: PlanValueID] = [:]
    /// For inputs that are read as images, those that are.
    var entryImages: [Int: [Int: PlanValueID]] = [:]
    /// For each value whether an output depends on it.
    let isLive: [Bool]
    var problems: [UnsupportedPart] = []

    /// Why one operation has no kernel.
    struct Unsupported: Error {
        var reason: String
        init(_ reason: String) { self.reason = reason }
    }

    private init(_ graph: Graph, repeats: Bool) {
        self.graph = graph
        self.repeats = repeats
        function = graph.main
        isLive = function.liveValues()
    }

    /// - Parameter graph: within ``GraphBounds``.
    static func network(for graph: Graph) throws(CompileError) -> Network {
        if graph.main.sharedBatch != nil {
            var repeated = Selection(graph, repeats: true)
            repeated.selectAll()
            if !repeated.mixesBatch { return try repeated.finished() }
        }
        var selection = Selection(graph, repeats: false)
        selection.selectAll()
        return try selection.finished()
    }

    private mutating func selectAll() {
        addInputs()
        for node in function.nodes where !mixesBatch { select(node) }
        addOutputs()
    }

    private mutating func finished() throws(CompileError) -> Network {
        guard problems.isEmpty else { throw .unsupported(problems) }
        let places = network.dropUnread()
        constantImages = constantImages.compactMap { constant in
            places[constant.value.index].map { ($0, constant.constant, constant.image) }
        }
        network.assignHalos()
        try network.checkBounds()
        packConstantImages()
        network.assignExits()
        network.markSingleRows()
        return network
    }

    private mutating func select(_ node: Node) {
        guard node.outputs.contains(where: { isLive[$0.index] }) else { return }
        do throws(Unsupported) {
            switch node.operation {
            case .constant(let constant):
                let (element, shape) = try tensor(node.outputs[0])
                forms[node.outputs[0]] = TensorForm(TensorView(.constant(constant.id), element, shape))
            case .identity, .dropout: forms[node.outputs[0]] = try form(of: node.inputs[0])
            case .call(let call): throw Unsupported("the call of '\(call.function)' must be inlined by unroll-iterations first")
            default: if runsOnImages(node) { try lowerImages(node) } else { try lowerPlain(node) }
            }
        } catch {
            problems.append(UnsupportedPart(name: node.name, kind: node.operation.mnemonic, reason: error.reason))
            // Later operations are examined all the same, as if this one had worked.
            for output in node.outputs {
                let type = function.type(of: output)
                let tensor = PlainTensor(PlanElement(type.element), type.staticShape ?? [])
                let id = addValue(PlanValue(tensor, storage: .arena(offset: 0)), name: function[output].name)
                forms[output] = TensorForm(TensorView(.value(id), type.element, tensor.shape))
            }
        }
    }

    /// Lowers an operation on images, once for each of them.
    private mutating func lowerImages(_ node: Node) throws(Unsupported) {
        for output in node.outputs { forms[output] = TensorForm() }
        for image in try images(of: node.outputs[0]) {
            currentImage = image
            switch node.operation {
            case .convolution(let convolution): try lower(convolution, node)
            case .transposedConvolution(let convolution): try lower(convolution, node)
            case .pooling(let pooling): try lower(pooling, node)
            case .globalPooling(let pooling): try lower(pooling, node)
            case .batchNormalization(let normalization): try lower(normalization, node)
            case .elementwise(let elementwise): try lower(elementwise, node)
            case .binary(let binary): try lower(binary, node)
            case .concatenation(let concatenation): try lower(concatenation, node)
            case .padding(let padding): try lower(padding, node)
            case .resize(let resize): try lower(resize, node)
            case .matrixMultiplication(let product): try lower(product, node)
            case .softmax(let softmax): try lower(softmax, node)
            case .cast(let cast): try lower(cast, node)
            case .slice(let slice): try lower(slice, node)
            default: throw Unsupported("it has no kernel on images")
            }
        }
        currentImage = 0
    }

    private mutating func lowerPlain(_ node: Node) throws(Unsupported) {
        switch node.operation {
        case .convolution(let convolution): try lowerPlain(convolution, node)
        case .transposedConvolution(let convolution): try lowerPlain(convolution, node)
        case .batchNormalization(let normalization): try lowerPlain(normalization, node)
        case .elementwise(let elementwise): try lowerPlain(elementwise, node)
        case .binary(let binary): try lowerPlain(binary, node)
        case .concatenation(let concatenation): try lowerPlain(concatenation, node)
        case .padding(let padding): try lowerPlain(padding, node)
        case .matrixMultiplication(let product): try lowerPlain(product, node)
        case .softmax(let softmax): try lowerPlain(softmax, node)
        case .reshape: try lowerReshape(node)
        case .transpose(let transpose): forms[node.outputs[0]] = try form(of: node.inputs[0]).transposed(transpose.permutation)
        case .slice(let slice): try lowerPlain(slice, node)
        case .expansion: try lowerExpansion(node)
        case .tiling(let tiling): try lower(tiling, node)
        case .gather(let gather): try lower(gather, node)
        case .cast(let cast): try lowerPlain(cast, node)
        case .comparison(let comparison): try lower(comparison, node)
        case .logical(let logical): try lower(logical, node)
        case .selection: try lowerSelection(node)
        case .reduction(let reduction): try lower(reduction, node)
        case .argumentMaximum(let argument): try lower(argument, node)
        case .normalization(let normalization): try lower(normalization, node)
        case .quantization(let quantization): try lower(quantization, node)
        case .dequantization(let dequantization): try lower(dequantization, node)
        case .poolingPositions(let positions): try lower(positions, node)
        case .resize(let resize): try lowerPlain(resize, node)
        case .pooling, .globalPooling, .constant, .identity, .dropout, .call:
            throw Unsupported("\(function.type(of: node.inputs[0])) is no image [N, H, W, C] of float32")
        }
    }

    private mutating func packConstantImages() {
        for (id, constantID, image) in constantImages {
            let value = network.values[id.index]
            let shape = [value.height, value.width, value.channels]
            let key = ConstantKey(
                sources: [constantID.index],
                packing: .rows(image: image, shape: shape, leftHalo: value.leftHalo, rightHalo: value.rightHalo))
            let constant = graph.constants[constantID]
            let packed = network.constants.insert(key, count: value.ringBytes / MemoryLayout<Float>.stride) {
                let size = shape.reduce(1, *)
                return WeightPacking.rows(
                    Array(constant.floats[(image * size)..<((image + 1) * size)]), shape: shape, layout: value)
            }
            network.values[id.index].storage = .constant(packed)
        }
    }
}
