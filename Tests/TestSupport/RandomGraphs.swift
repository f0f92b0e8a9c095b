import GraphIR

/// Small random convolutional graphs for tests of passes: branches, concatenations, batch normalisation, dropout, padding,
/// pooling, several calls of one function, nodes that nothing reads, nodes that repeat others, arithmetic on constants; windows
/// with strides, dilations, groups and every kind of padding.
///
/// The same seed gives the same graph. The input is `input`, `f32[n, 4*h, 4*w, 3]`; the last output is `output`, others
/// are `head1`, `head2`. Values stay near 1, so that differences between graphs can be judged absolutely.
public struct RandomGraphs {
    /// A graph; its entry is `main`.
    ///
    /// - Parameter withTensorOperations: whether there are also operations that are not those of images, for which plans may have
    ///   no kernels.
    public static func graph(seed: UInt64, nodeCount: Int = 14, withTensorOperations: Bool = false) throws -> Graph {
        var generator = RandomGraphs(seed: seed)
        generator.hasTensorOperations = withTensorOperations
        return try generator.makeGraph(nodeCount: nodeCount)
    }

    /// An input for such a graph, with the shape that goes with it.
    public static func input(seed: UInt64) -> (shape: [Int], floats: [Float]) {
        var random = SplitMix64(seed: seed ^ 0x5eed)
        let shape = [random.integer(1...2), 4 * random.integer(1...3), 4 * random.integer(1...3), 3]
        return (shape, random.floats(shape.reduce(1, *)))
    }

    /// An image, and how many times its sides were halved.
    struct Image {
        var value: ValueID
        var channels: Int
        var level: Int
    }

    var random: SplitMix64
    var constants = ConstantTable()
    var images: [Image] = []
    var builder = FunctionBuilder(name: "main")
    private var hasTensorOperations = false

    private init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private mutating func makeGraph(nodeCount: Int) throws -> Graph {
        let block = try makeBlock()
        builder = FunctionBuilder(name: "main", functions: [block])
        let batch = Dimension(symbol: "n")
        let sides = [Dimension(symbol: "h", times: 4), Dimension(symbol: "w", times: 4)]
        let input = builder.input("input", TensorType([batch] + sides + [3]))
        images = [Image(value: input, channels: 3, level: 0)]
        try addConvolution(of: images[0], outputs: 4)
        for _ in 0..<nodeCount { try addNode(block) }
        try addBlockCalls(block)
        var heads = 0
        while heads < 2, random.chance(oneIn: 2) {
            heads += 1
            builder.output("head\(heads)", random.pick(images).value)
        }
        try addConvolution(of: images[images.count - 1], outputs: 2)
        builder.output("output", images[images.count - 1].value)
        var graph = Graph(main: builder.finish(), constants: constants)
        graph.functions.append(block)
        return graph
    }

    private mutating func addNode(_ block: Function) throws {
        let image = random.pick(images)
        if hasTensorOperations, random.chance(oneIn: 3) { return try addTensorOperation(to: image) }
        switch random.integer(0...15) {
        case 0, 1: try addConvolution(of: image, outputs: random.pick([1, 3, 4, 6]))
        case 2: try add(.elementwise(Elementwise(randomFunction())), [image], like: image, name: "activation")
        case 3: try add(.dropout(Dropout(rate: 0.5)), [image], like: image, name: "dropout")
        case 4: try addBatchNormalization(of: image)
        case 5: try addConcatenation(level: image.level)
        case 6: try addPooling(of: image)
        case 7: try addUpsampling(of: image)
        case 8: try addPaddedConvolution(of: image)
        case 9: try addConstantArithmetic(to: image)
        case 10: try addBlockCalls(block)
        case 11: try addUnusualConvolution(of: image)
        case 12: try addGate(of: image)
        case 13: try addPaddingAndCropping(of: image)
        case 14: try addTransposed(of: image)
        default: try addRepetition(of: image)
        }
    }

    mutating func add(
        _ operation: Operation, _ operands: [Image], like image: Image, name: String, constants: [ValueID] = []
    ) throws {
        let results = try builder.append(operation, operands.map(\.value) + constants, name: name)
        images.append(Image(value: results[0], channels: image.channels, level: image.level))
    }

    mutating func randomFunction() -> ElementwiseFunction {
        random.pick([
            .relu, .relu, .leakyRelu(slope: 0.25), .sigmoid, .tanh, .clip(minimum: -0.5, maximum: 0.5), .elu(alpha: 0.5),
            .hardSwish, .boundedRelu(slope: 0.1, maximum: 1, threshold: 0.25), .gelu,
        ])
    }

    mutating func constant(_ shape: [Int], from lower: Float = -1, to upper: Float = 1) -> ValueID {
        let floats = random.floats(shape.reduce(1, *), from: lower, to: upper)
        return builder.constant(Constant(floats, shape: shape), into: &constants, name: "constant")
    }
}

// MARK: The kinds of nodes
extension RandomGraphs {
    mutating func kernel(_ size: Int, _ inputs: Int, _ outputs: Int) -> ValueID {
        let bound = 1.7 / Float(size * size * inputs).squareRoot()
        return constant([size, size, inputs, outputs], from: -bound, to: bound)
    }

    mutating func addConvolution(of image: Image, outputs: Int, window: Window? = nil, size: Int? = nil) throws {
        let size = size ?? random.pick([1, 3])
        let hasBias = !random.chance(oneIn: 3)
        var operands = [kernel(size, image.channels, outputs)]
        if hasBias { operands.append(constant([outputs])) }
        let window = window ?? Window(size: Spatial(size, size), padding: .same)
        let result = Image(value: image.value, channels: outputs, level: image.level)
        try add(.convolution(Convolution(window: window, hasBias: hasBias)), [image], like: result, name: "conv", constants: operands)
        if random.chance(oneIn: 2) { try addBatchNormalization(of: images[images.count - 1]) }
        if random.chance(oneIn: 2) {
            let last = images[images.count - 1]
            try add(.elementwise(Elementwise(randomFunction())), [last], like: last, name: "activation")
        }
    }

    private mutating func addBatchNormalization(of image: Image) throws {
        let shape = [image.channels]
        let operands = [
            constant(shape, from: 0.5, to: 1.5), constant(shape), constant(shape), constant(shape, from: 0.5, to: 1.5),
        ]
        try add(
            .batchNormalization(BatchNormalization(epsilon: 1e-3)), [image], like: image, name: "norm", constants: operands)
    }

    private mutating func addConcatenation(level: Int) throws {
        let candidates = images.filter { $0.level == level }
        let parts = (0..<random.integer(2...3)).map { _ in random.pick(candidates) }
        let joined = Image(value: parts[0].value, channels: parts.map(\.channels).reduce(0, +), level: level)
        guard joined.channels <= 24 else { return }
        try add(.concatenation(Concatenation(axis: 3)), parts, like: joined, name: "concat")
        try addConvolution(of: images[images.count - 1], outputs: 4)
    }

    private mutating func addPooling(of image: Image) throws {
        guard image.level < 2 else { return }
        let halves = Spatial(2, 2)
        let windows = [
            Window(size: halves, strides: halves), Window(size: halves, strides: halves, roundsUp: true),
            Window(size: Spatial(3, 3), strides: halves, padding: random.pick([.same, .sameLower])),
            Window(size: Spatial(3, 2), strides: halves, padding: .explicit(top: 1, left: 0, bottom: 1, right: 0)),
        ]
        let kind = random.pick([Pooling.Kind.maximum, .maximum, .average])
        let pooling = Pooling(kind, window: random.pick(windows), countsPadding: kind == .average && random.chance(oneIn: 2))
        let halved = Image(value: image.value, channels: image.channels, level: image.level + 1)
        try add(.pooling(pooling), [image], like: halved, name: "pool")
    }

    private mutating func addUpsampling(of image: Image) throws {
        guard image.level > 0 else { return }
        let doubled = Image(value: image.value, channels: image.channels, level: image.level - 1)
        if random.chance(oneIn: 2) {
            let resize = Resize(
                rows: .factor(2), columns: .factor(2),
                interpolation: random.pick([.linear, .nearest(.floor), .nearest(.roundPreferFloor)]),
                coordinates: random.pick([.halfPixel, .asymmetric, .alignCorners]))
            try add(.resize(resize), [image], like: doubled, name: "up")
        } else {
            let size = random.pick([2, 3])
            let window = Window(size: Spatial(size, size), strides: Spatial(2, 2), padding: random.pick([.same, .sameLower]))
            let operands = [constant([size, size, image.channels, image.channels], from: -0.5, to: 0.5), constant([image.channels])]
            try add(
                .transposedConvolution(TransposedConvolution(window: window, hasBias: true)), [image], like: doubled, name: "up",
                constants: operands)
        }
    }

    private mutating func addPaddedConvolution(of image: Image) throws {
        let amounts = [(0, 0), (1, 1), (1, 1), (0, 0)].map { Padding.Amount($0.0, $0.1) }
        try add(.padding(Padding(.constant(0), amounts: amounts)), [image], like: image, name: "pad")
        // The padded image is two pixels larger: only this convolution may read it.
        let padded = images.removeLast()
        try addConvolution(of: padded, outputs: 3, window: Window(size: Spatial(3, 3)), size: 3)
    }

    /// A convolution with groups, dilation or a stride.
    private mutating func addUnusualConvolution(of image: Image) throws {
        var result = image
        var window = Window(size: Spatial(3, 3), padding: random.pick([.same, .sameLower]))
        var inputs = image.channels
        var groups = 1
        switch random.integer(0...2) {
        case 0: (inputs, groups) = (1, image.channels)
        case 1: window.dilations = Spatial(2, 1)
        default:
            guard image.level < 2 else { return }
            window.strides = Spatial(2, 2)
            result.level += 1
        }
        let convolution = Convolution(window: window, groups: groups, hasBias: false)
        try add(.convolution(convolution), [image], like: result, name: "conv", constants: [kernel(3, inputs, image.channels)])
    }

    /// An image times what a softmax makes of its means, through arithmetic with an activation.
    private mutating func addGate(of image: Image) throws {
        let pooling = GlobalPooling(random.pick(Pooling.Kind.allCases))
        let means = try builder.append(.globalPooling(pooling), [image.value], name: "means")
        let shares = try builder.append(.softmax(Softmax(axis: 3)), means, name: "shares")
        try add(.binary(Binary(.multiply, activation: randomFunction())), [image], like: image, name: "gate", constants: shares)
        let kind = random.pick([Binary.Kind.prelu, .maximum, .minimum, .subtract])
        try add(
            .binary(Binary(kind)), [images[images.count - 1]], like: image, name: "bend", constants: [constant([image.channels])])
    }

    /// Fills a row and a column before the image and cuts off one behind it.
    private mutating func addPaddingAndCropping(of image: Image) throws {
        // An image of the lowest level may have a single row, of which nothing is mirrored.
        guard image.level == 0 else { return }
        let mode = random.pick([Padding.Mode.constant(0.5), .edge, .reflect])
        let amounts = [(0, 0), (1, -1), (1, -1), (0, 0)].map { Padding.Amount($0.0, $0.1) }
        try add(.padding(Padding(mode, amounts: amounts)), [image], like: image, name: "shifted")
    }

    /// What an ONNX file has between its image operations: arithmetic on channels in front, between two transposes.
    private mutating func addTransposed(of image: Image) throws {
        var value = try builder.append(.transpose(Transpose([0, 3, 1, 2])), [image.value], name: "first")[0]
        let shift = constant(random.chance(oneIn: 2) ? [image.channels, 1, 1] : [1, image.channels, 1, 1])
        value = try builder.append(.binary(Binary(.add)), [value, shift], name: "shift")[0]
        if random.chance(oneIn: 2) { value = try builder.append(.softmax(Softmax(axis: 1)), [value], name: "shares")[0] }
        var result = image
        if random.chance(oneIn: 2), image.channels < 8 {
            value = try builder.append(.concatenation(Concatenation(axis: 1)), [value, value], name: "twice")[0]
            result.channels *= 2
        }
        value = try builder.append(.elementwise(Elementwise(randomFunction())), [value], name: "activation")[0]
        result.value = value
        try add(.transpose(Transpose([0, 2, 3, 1])), [result], like: result, name: "last")
    }

    /// Adds the sum of two constants to an image.
    mutating func addConstantArithmetic(to image: Image) throws {
        let operands = [constant([image.channels]), constant([1], from: 0.25, to: 0.25)]
        let sum = try builder.append(.binary(Binary(.add)), operands, name: "sum")
        try add(.binary(Binary(.add)), [image], like: image, name: "shift", constants: sum)
    }

    /// The same node twice, and the mean of both.
    private mutating func addRepetition(of image: Image) throws {
        let weights = kernel(1, image.channels, image.channels)
        for _ in 0..<2 {
            try add(
                .convolution(Convolution(window: Window(size: .one), hasBias: false)), [image], like: image, name: "twin",
                constants: [weights])
        }
        try add(.binary(Binary(.add)), Array(images.suffix(2)), like: image, name: "both")
        let half = builder.constant(Constant([0.5], shape: [1]), into: &constants, name: "half")
        try add(.binary(Binary(.multiply)), Array(images.suffix(1)), like: image, name: "mean", constants: [half])
    }
}

// MARK: A function that is called several times
extension RandomGraphs {
    /// `block`: four channels in, four channels and one channel out, with symbols of its own.
    private mutating func makeBlock() throws -> Function {
        builder = FunctionBuilder(name: "block")
        let sides = ["b", "y", "x"].map { Dimension(symbol: $0) }
        let input = builder.input("features", TensorType(sides + [4]))
        images = [Image(value: input, channels: 4, level: 0)]
        try addConvolution(of: images[0], outputs: 4)
        let features = images[images.count - 1]
        try add(.dropout(Dropout(rate: 0.1)), [features], like: features, name: "dropout")
        let result = images[images.count - 1].value
        try addConvolution(of: features, outputs: 1)
        builder.output("features", result)
        builder.output("head", images[images.count - 1].value)
        return builder.finish()
    }

    /// Calls the block once or twice in a row on an image with four channels, if there is one.
    private mutating func addBlockCalls(_ block: Function) throws {
        guard var image = images.last(where: { $0.channels == 4 }) else { return }
        for _ in 0..<random.integer(1...2) {
            let results = try builder.append(.call(Call(block.name)), [image.value], name: "iteration")
            image.value = results[0]
            images.append(Image(value: results[1], channels: 1, level: image.level))
            images.append(image)
        }
    }
}
