import GraphIR
import Shapes

/// Gives the tensors of layers while a graph is made.
struct KerasWeightStore {
    /// The tensors that the graph takes, in the order of their first use.
    private(set) var needed: [KerasWeight] = []
    private var seen: Set<String> = []
    var table = ConstantTable()
    /// By the paths of their datasets. Without, each tensor becomes an input of the function: so types can be inferred, and
    /// problems found, before anything is read. The graph is of no use then.
    var values: [String: Constant]?

    init(values: [String: Constant]? = nil) { self.values = values }

    mutating func need(_ weight: KerasWeight) {
        if seen.insert(weight.objectPath).inserted { needed.append(weight) }
    }
}

/// Adds the applications of layers to one function of the graph.
struct KerasEmitter {
    private(set) var builder: FunctionBuilder
    var store: KerasWeightStore
    /// The layer at hand.
    private(set) var layerName = ""
    private(set) var layerWeights: [KerasWeight] = []
    private(set) var application = KerasApplication(operands: [])
    let dialect: KerasDialect
    /// What the layer's arguments ask its tensors to be, where they are not so.
    private(set) var acceptedWeights: String?

    static let weightsAttribute = "weights"

    init(function name: String, functions: [Function], store: KerasWeightStore, dialect: KerasDialect) {
        builder = FunctionBuilder(name: name, functions: functions)
        self.store = store
        self.dialect = dialect
    }

    mutating func begin(
        layer name: String, weights: [KerasWeight] = [], application: KerasApplication = KerasApplication(operands: [])
    ) {
        layerName = name
        self.application = application
        layerWeights = weights
        acceptedWeights = nil
    }

    mutating func addFunction(_ function: Function) { builder.functions.append(function) }

    mutating func input(_ name: String, _ type: TensorType) -> ValueID { builder.input(name, type) }
    mutating func output(_ name: String, _ value: ValueID) { builder.output(name, value) }

    func type(of value: ValueID) -> TensorType { builder.type(of: value) }
    func rank(of tensor: KerasTensor) -> Int { type(of: tensor.value).rank }

    /// The sides in the model's order of axes, nil for open ones.
    func sides(of tensor: KerasTensor) -> [Int?] {
        let shape = type(of: tensor.value).shape
        return shape.indices.map { shape[tensor.storedAxis($0)].constant }
    }
}

// MARK: Operations
extension KerasEmitter {
    /// An operation named after the layer at hand, with something behind where a layer takes several operations.
    mutating func append(
        _ operation: GraphIR.Operation, _ operands: [ValueID], part: String? = nil
    ) throws(GraphError) -> ValueID {
        try builder.append(operation, operands, name: part.map { "\(layerName)/\($0)" } ?? layerName)[0]
    }

    mutating func call(_ function: String, _ operands: [ValueID]) throws(GraphError) -> [ValueID] {
        try builder.append(.call(Call(function)), operands, name: layerName)
    }

    /// The same operation on the value, whatever its order of axes.
    mutating func append(
        _ function: ElementwiseFunction?, to tensor: KerasTensor, part: String? = nil
    ) throws(GraphError) -> KerasTensor {
        guard let function else { return tensor }
        var result = tensor
        result.value = try append(.elementwise(Elementwise(function)), [tensor.value], part: part)
        return result
    }
}

// MARK: The order of axes
extension KerasEmitter {
    /// The value in the order of axes that the model knows.
    mutating func inModelOrder(_ tensor: KerasTensor) throws(GraphError) -> ValueID {
        guard tensor.isPermuted else { return tensor.value }
        return try append(.transpose(Transpose([0, 3, 1, 2])), [tensor.value], part: "channels_first")
    }

    /// The value as `[N, H, W, C]`, of a tensor that the layer takes for an image of one or the other order.
    mutating func image(_ tensor: KerasTensor, channelsFirst: Bool) throws(GraphError) -> ValueID {
        guard rank(of: tensor) == 4 else {
            throw GraphError("the operand is \(type(of: tensor.value)); an image of 4 axes is expected")
        }
        if tensor.isPermuted == channelsFirst { return tensor.value }
        let value = try inModelOrder(tensor)
        return channelsFirst ? try append(.transpose(Transpose([0, 2, 3, 1])), [value], part: "channels_last") : value
    }

    /// An axis of the tensor from 0; negative ones count from the end.
    func axis(_ axis: Int, of tensor: KerasTensor) throws(GraphError) -> Int {
        let rank = rank(of: tensor)
        let positive = axis < 0 ? axis + rank : axis
        guard (0..<rank).contains(positive) else { throw GraphError("axis \(axis) of a tensor with \(rank) axes") }
        return positive
    }
}

// MARK: Constants
extension KerasEmitter {
    /// How a tensor of the file becomes a constant of the graph, in this order.
    struct Form {
        var permutation: [Int]?
        /// Turns the first two axes by 180 degrees.
        var isTurned = false
        var shape: [Int]?
    }

    func weightShape(_ index: Int) -> [Int] { layerWeights.indices.contains(index) ? layerWeights[index].shape : [] }

    /// Gives kernels for lines, `[k, …]` of 3 axes, those of images of one row.
    mutating func widenKernels() {
        for index in layerWeights.indices where layerWeights[index].shape.count == 3 { layerWeights[index].shape.insert(1, at: 0) }
    }

    /// A convolution's kernel as Keras 2 stores it, `[kh, kw, …]`, of tensors with these axes in another order.
    mutating func kernel(_ index: Int, axes: [Int]? = nil, shape: [Int]? = nil) throws(GraphError) -> ValueID {
        try weight(index, Form(permutation: axes, isTurned: dialect.isTheano, shape: shape))
    }

    /// The sides of a tensor with its axes in another order.
    func weightShape(_ index: Int, axes: [Int]?) -> [Int] {
        let shape = weightShape(index)
        guard let axes, axes.count == shape.count else { return shape }
        return axes.map { shape[$0] }
    }

    mutating func weight(_ index: Int, _ form: Form = Form()) throws(GraphError) -> ValueID {
        guard layerWeights.indices.contains(index) else {
            throw GraphError("the layer has \(layerWeights.count) tensors; number \(index + 1) is needed")
        }
        let weight = layerWeights[index]
        let shape = try Self.shape(of: weight, form)
        let name = "\(layerName)/\(weight.name.split(separator: "/").last ?? "weight")"
        store.need(weight)
        guard let values = store.values else { return builder.input(name, TensorType(shape.map { Dimension($0) })) }
        guard let value = values[weight.objectPath] else { throw GraphError("tensor '\(weight.name)' was not read") }
        let stored = value.shape == weight.shape ? value : Constant(value.floats, shape: weight.shape)
        let constant = Self.isPlain(form, weight.shape) ? stored : stored.formed(form, shape: shape)
        return builder.constant(constant, into: &store.table, name: name)
    }

    /// The error of a tensor whose shape is another than the layer's arguments say.
    mutating func wrongWeights(_ found: String, accepted: String) -> GraphError {
        acceptedWeights = accepted
        return GraphError(found)
    }

    /// Throws where a kernel's shape is not the one that the layer's arguments and operand ask for.
    ///
    /// - Parameter expected: nil for channels that are not known.
    mutating func requireKernel(_ shape: [Int], _ expected: [Int?]) throws(GraphError) {
        guard shape.count != expected.count || zip(shape, expected).contains(where: { $1 != nil && $0 != $1 }) else { return }
        let text = expected.map { $0.map(String.init) ?? "(channels)" }.joined(separator: "x")
        throw wrongWeights("a kernel \(shapeText(shape))", accepted: text)
    }

    mutating func constant(_ values: [Float], shape: [Int], part: String) -> ValueID {
        let name = "\(layerName)/\(part)"
        guard store.values != nil else { return builder.input(name, TensorType(shape.map { Dimension($0) })) }
        return builder.constant(Constant(values, shape: shape), into: &store.table, name: name)
    }

    private static func isPlain(_ form: Form, _ shape: [Int]) -> Bool {
        !form.isTurned && form.permutation == nil && (form.shape == nil || form.shape == shape)
    }

    private static func shape(of weight: KerasWeight, _ form: Form) throws(GraphError) -> [Int] {
        var shape = weight.shape
        if form.isTurned, shape.count < 2 { throw GraphError("tensor '\(weight.name)' of \(shapeText(shape)) is no kernel") }
        if let permutation = form.permutation {
            guard permutation.count == shape.count else {
                throw GraphError("tensor '\(weight.name)' of \(shapeText(shape)); \(permutation.count) axes are expected")
            }
            shape = permutation.map { shape[$0] }
        }
        if let other = form.shape {
            guard checkedElementCount(other) == weight.elementCount else {
                throw GraphError("tensor '\(weight.name)' of \(shapeText(weight.shape)); \(shapeText(other)) is expected")
            }
            shape = other
        }
        return shape
    }
}

extension Constant {
    /// The same elements rearranged; `shape` is that of the result.
    fileprivate func formed(_ form: KerasEmitter.Form, shape result: [Int]) -> Constant {
        var values = floats
        var sides = shape
        if let permutation = form.permutation {
            values = permuted(values, sides, permutation)
            sides = permutation.map { sides[$0] }
        }
        if form.isTurned { values = turned(values, sides) }
        return Constant(values, shape: result)
    }

    /// The first two axes reversed.
    private func turned(_ values: [Float], _ sides: [Int]) -> [Float] {
        let positions = sides[0] * sides[1]
        let size = positions == 0 ? 0 : values.count / positions
        var turned: [Float] = []
        turned.reserveCapacity(values.count)
        for position in (0..<positions).reversed() { turned += values[(position * size)..<((position + 1) * size)] }
        return turned
    }

    private func permuted(_ values: [Float], _ sides: [Int], _ permutation: [Int]) -> [Float] {
        let strides = rowMajorStrides(sides)
        return stridedOffsets(permutation.map { sides[$0] }, permutation.map { strides[$0] }).map { values[$0] }
    }
}
