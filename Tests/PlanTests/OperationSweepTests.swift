import GraphIR
import TestSupport
import Testing

/// Every operation that a plan can express, with every attribute, through a plan and against the reference: at every step
/// height, with one thread and with three, all of which have to give the same bits.
@Suite struct OperationSweepTests {
    // MARK: Convolution

    @Test(arguments: [1, 3, 8, 12, 16, 17, 48], [1, 3, 8, 12, 16, 17, 48])
    func convolutionChannels(inputs: Int, outputs: Int) throws {
        try sweep("3x3 \(inputs) to \(outputs)", [7, 9, inputs]) { network, image in
            try network.convolution([image], outputs, Window(size: Spatial(3, 3), padding: .same), activation: .relu)
        }
    }

    @Test(
        arguments: [Spatial(1, 1), Spatial(2, 2), Spatial(3, 3), Spatial(1, 3), Spatial(5, 1), Spatial(5, 5), Spatial(7, 7)],
        [Spatial(1, 1), Spatial(2, 2), Spatial(1, 2), Spatial(3, 1)])
    func convolutionWindows(size: Spatial, strides: Spatial) throws {
        for (dilations, padding) in [
            (Spatial.one, WindowPadding.same), (.one, .none), (Spatial(2, 3), .same), (.one, .sameLower),
            (.one, .explicit(top: 2, left: 0, bottom: 1, right: 3)), (Spatial(2, 1), .explicit(top: 0, left: 4, bottom: 3, right: 0)),
        ] {
            try sweep("\(size) \(strides) \(dilations) \(padding)", [13, 19, 5]) { network, image in
                try network.convolution([image], 6, Window(size: size, strides: strides, dilations: dilations, padding: padding))
            }
        }
    }

    @Test(arguments: [[3, 5], [16, 16], [8, 17, 1], [12, 16, 3, 48]])
    func convolutionSources(channels: [Int]) throws {
        for size in [1, 3] {
            try sweep("sources \(channels)", [9, 11, 4]) { network, image in
                var sources: [ValueID] = []
                for count in channels { sources.append(try network.convolution([image], count, Window(size: Spatial(1, 1)))) }
                return try network.convolution(sources, 20, Window(size: Spatial(size, size), padding: .same), activation: .sigmoid)
            }
        }
    }

    @Test(arguments: [(4, 4, 4), (48, 48, 48), (17, 17, 17), (8, 16, 2), (12, 6, 3), (16, 48, 16), (6, 12, 6)])
    func convolutionGroups(inputs: Int, outputs: Int, groups: Int) throws {
        for window in [
            Window(size: Spatial(3, 3), padding: .same), Window(size: Spatial(3, 3), strides: Spatial(2, 2), padding: .same),
            Window(size: Spatial(3, 2), dilations: Spatial(2, 2), padding: .none),
        ] {
            try sweep("groups \(inputs) \(outputs) \(groups)", [9, 8, inputs]) { network, image in
                try network.convolution([image], outputs, window, groups: groups, activation: .leakyRelu(slope: 0.1))
            }
        }
    }

    @Test(arguments: [[1, 1], [1, 7], [7, 1], [2, 2], [8, 33], [5, 16]])
    func convolutionOfSmallAndOddImages(sides: [Int]) throws {
        try sweep("image \(sides)", sides + [3]) { network, image in
            try network.convolution([image], 17, Window(size: Spatial(3, 3), padding: .same), activation: .relu)
        }
    }

    @Test(arguments: [Spatial(2, 2), Spatial(3, 3), Spatial(1, 2), Spatial(2, 1)], [true, false])
    func convolutionWithPooling(size: Spatial, keepsUnpooled: Bool) throws {
        for channels in [1, 12, 16, 40] {
            try sweep("pooling \(size) \(channels)", [11, 13, 3]) { network, image in
                let convolution = Convolution(
                    window: Window(size: Spatial(3, 3), padding: .same), hasBias: true, activation: .relu,
                    pooling: PoolingEpilogue(size: size, keepsUnpooled: keepsUnpooled))
                let results = try network.append(
                    .convolution(convolution), [image, network.weights([3, 3, 3, channels]), network.weights([channels])])
                if keepsUnpooled { network.builder.output("unpooled", results[0]) }
                return results[results.count - 1]
            }
        }
    }

    @Test func denseLayerOnEveryPixel() throws {
        try sweep("dense", [5, 6, 7]) { network, image in
            try network.append(
                .matrixMultiplication(MatrixMultiplication(hasBias: true, activation: .tanh)),
                [image, network.weights([7, 9]), network.weights([9])])[0]
        }
    }

    // MARK: Transposed convolution

    @Test(arguments: [1, 3, 12, 16, 17, 48])
    func transposedConvolution(channels: Int) throws {
        for (size, stride, padding) in [
            (2, 2, WindowPadding.same), (2, 2, .none), (3, 2, .same), (4, 2, .explicit(top: 1, left: 1, bottom: 1, right: 1)),
            (3, 1, .same),
            (2, 3, .none), (3, 3, .explicit(top: 0, left: 1, bottom: 2, right: 0)),
        ] {
            try sweep("transposed \(channels) \(size) \(stride) \(padding)", [5, 7, channels]) { network, image in
                let window = Window(size: Spatial(size, size), strides: Spatial(stride, stride), padding: padding)
                let convolution = TransposedConvolution(window: window, hasBias: true, activation: .relu)
                return try network.append(
                    .transposedConvolution(convolution), [image, network.weights([size, size, 18, channels]), network.weights([18])])[0]
            }
        }
    }

    @Test func transposedConvolutionWithDilationGroupsAndOutputPadding() throws {
        try sweep("dilated", [5, 6, 4]) { network, image in
            let window = Window(size: Spatial(3, 2), strides: Spatial(2, 1), dilations: Spatial(2, 3))
            let convolution = TransposedConvolution(window: window, outputPadding: Spatial(1, 0), groups: 2, hasBias: false)
            return try network.append(.transposedConvolution(convolution), [image, network.weights([3, 2, 5, 4])])[0]
        }
    }

    // MARK: Pooling

    @Test(arguments: [Pooling.Kind.maximum, .average], [true, false])
    func pooling(kind: Pooling.Kind, countsPadding: Bool) throws {
        for (window, name) in [
            (Window(size: Spatial(2, 2), strides: Spatial(2, 2)), "2x2"),
            (Window(size: Spatial(3, 3), strides: Spatial(2, 2), padding: .same), "3x3 same"),
            (Window(size: Spatial(3, 2), strides: Spatial(1, 3), padding: .explicit(top: 1, left: 1, bottom: 1, right: 0)), "explicit"),
            (Window(size: Spatial(3, 3), strides: Spatial(2, 2), padding: .none, roundsUp: true), "rounds up"),
            (Window(size: Spatial(2, 2), dilations: Spatial(3, 2)), "dilated"),
        ] where kind == .average || !countsPadding {
            for channels in [1, 16, 19] {
                try sweep("\(kind) \(name) \(channels)", [10, 11, channels]) { network, image in
                    try network.append(.pooling(Pooling(kind, window: window, countsPadding: countsPadding)), [image])[0]
                }
            }
        }
    }

    @Test(arguments: [Pooling.Kind.maximum, .average])
    func globalPooling(kind: Pooling.Kind) throws {
        for sides in [[1, 1], [7, 9], [64, 33]] {
            try sweep("global \(kind)", sides + [19]) { network, image in
                try network.append(.globalPooling(GlobalPooling(kind)), [image])[0]
            }
        }
    }

    /// Squeeze and excitation: the pooled value is needed by the first row, so that the whole image is held.
    @Test func globalPoolingThatScalesItsSource() throws {
        try sweep("excitation", [9, 10, 20]) { network, image in
            let pooled = try network.append(.globalPooling(GlobalPooling(.average)), [image])[0]
            let gate = try network.convolution([pooled], 20, Window(size: Spatial(1, 1)), activation: .sigmoid)
            return try network.append(.binary(Binary(.multiply)), [image, gate])[0]
        }
    }

    // MARK: Element by element

    @Test func elementwiseFunctions() throws {
        let functions: [ElementwiseFunction] = [
            .relu, .boundedRelu(slope: 0.1, maximum: 0.7, threshold: 0.2), .leakyRelu(slope: 0.3), .elu(alpha: 0.9),
            .selu(alpha: 1.67326, scale: 1.0507), .celu(alpha: 1.3), .sigmoid, .hardSigmoid(slope: 0.2, offset: 0.5), .swish, .hardSwish,
            .tanh, .softplus, .softsign, .mish, .gelu, .geluTanh, .clip(minimum: -0.3, maximum: 0.4), .exp, .abs, .negate, .floor, .ceil,
            .erf, .round, .sign, .sin, .cos, .tan, .atan, .sinh, .cosh, .asinh,
        ]
        for function in functions {
            try sweep("\(function)", [5, 7, 17]) { network, image in try network.append(.elementwise(Elementwise(function)), [image])[0] }
        }
        for function in [ElementwiseFunction.asin, .acos, .atanh] {
            try sweep("\(function)", [5, 7, 17]) { network, image in
                let small = try network.append(.elementwise(Elementwise(.softsign)), [image])[0]
                return try network.append(.elementwise(Elementwise(function)), [small])[0]
            }
        }
        for function in [ElementwiseFunction.log, .sqrt, .reciprocal] {
            try sweep("\(function)", [5, 7, 17]) { network, image in
                let positive = try network.append(.elementwise(Elementwise(.exp)), [image])[0]
                return try network.append(.elementwise(Elementwise(function)), [positive])[0]
            }
        }
    }

    @Test(arguments: Binary.Kind.allCases.filter { !$0.isOfBits })
    func binaryArithmetic(kind: Binary.Kind) throws {
        let constants: [[Int]] = [[], [1], [19], [1, 1, 19], [6, 1, 1], [1, 7, 1], [6, 7, 19], [1, 6, 7, 1]]
        for shape in constants {
            for constantFirst in [false, true] where kind != .prelu || !constantFirst {
                try sweep("\(kind) \(shape) \(constantFirst)", [6, 7, 19]) { network, image in
                    let positive = try network.append(.elementwise(Elementwise(.exp)), [image])[0]
                    let constant = network.weights(shape, from: 0.5, to: 2)
                    let operands = constantFirst ? [constant, positive] : [positive, constant]
                    return try network.append(.binary(Binary(kind, activation: .relu)), operands)[0]
                }
            }
        }
        try sweep("\(kind) of images", [6, 7, 19]) { network, image in
            let positive = try network.append(.elementwise(Elementwise(.exp)), [image])[0]
            let other = try network.convolution([image], 1, Window(size: Spatial(1, 1)), activation: .sigmoid)
            return try network.append(.binary(Binary(kind)), [positive, other])[0]
        }
    }

    @Test(arguments: [1, 8, 17])
    func batchNormalization(channels: Int) throws {
        try sweep("batch normalisation", [5, 6, channels]) { network, image in
            let parameters = [
                network.weights([channels]), network.weights([channels]), network.weights([channels]),
                network.weights([channels], from: 0.2, to: 2),
            ]
            // A second reader keeps it from being folded away.
            let plain = try network.append(.elementwise(Elementwise(.tanh)), [image])[0]
            network.builder.output("plain", plain)
            return try network.append(.batchNormalization(BatchNormalization(epsilon: 1e-3, activation: .relu)), [plain] + parameters)[0]
        }
    }

    @Test(arguments: [1, 3, 16, 21])
    func softmax(channels: Int) throws {
        try sweep("softmax", [4, 5, channels]) { network, image in try network.append(.softmax(Softmax(axis: 3)), [image])[0] }
    }

    // MARK: Rearrangement

    @Test(arguments: [[16, 16], [3, 5], [17, 1, 20], [8, 8, 8]])
    func concatenation(channels: [Int]) throws {
        try sweep("concatenation \(channels)", [5, 6, 4]) { network, image in
            var sources: [ValueID] = []
            for count in channels { sources.append(try network.convolution([image], count, Window(size: Spatial(1, 1)))) }
            return try network.append(.concatenation(Concatenation(axis: 3)), sources)[0]
        }
    }

    @Test(arguments: [Padding.Mode.constant(0.5), .edge, .reflect])
    func padding(mode: Padding.Mode) throws {
        for (rows, columns) in [((2, 1), (0, 3)), ((0, 4), (4, 0)), ((-1, 2), (1, -2))] {
            try sweep("padding \(mode) \(rows) \(columns)", [6, 7, 5]) { network, image in
                let amounts = [
                    Padding.Amount(0, 0), Padding.Amount(rows.0, rows.1), Padding.Amount(columns.0, columns.1), Padding.Amount(0, 0),
                ]
                return try network.append(.padding(Padding(mode, amounts: amounts)), [image])[0]
            }
        }
    }

    /// With coordinates for which the kernel of two taps is taken, and some for which it is not.
    @Test(
        arguments: [
            Resize.Interpolation.linear, .nearest(.floor), .nearest(.roundPreferFloor), .nearest(.roundPreferCeil), .nearest(.ceil),
        ],
        [Resize.Coordinates.halfPixel, .asymmetric, .alignCorners, .pytorchHalfPixel, .halfPixelForNearest])
    func resize(interpolation: Resize.Interpolation, coordinates: Resize.Coordinates) throws {
        let lengths: [(Resize.Length, Resize.Length)] = [
            (.factor(2), .factor(2)), (.factor(3), .factor(1)), (.size(4), .size(9)), (.size(11), .size(17)), (.size(1), .size(1)),
        ]
        for (rows, columns) in lengths {
            try sweep("resize \(rows) \(columns)", [6, 7, 17]) { network, image in
                let resize = Resize(rows: rows, columns: columns, interpolation: interpolation, coordinates: coordinates)
                return try network.append(.resize(resize), [image])[0]
            }
        }
    }

    // MARK: Whole graphs

    @Test func batchesAndSeveralInputs() throws {
        var network = NetworkUnderTest(seed: 3)
        let first = network.builder.input("first", TensorType([3, 5, 6, 4]))
        let second = network.builder.input("second", TensorType([3, 5, 6, 2]))
        let joined = try network.convolution([first, second], 7, Window(size: Spatial(3, 3), padding: .same))
        network.builder.output("copy", first)
        network.builder.output("joined", joined)
        network.builder.output("again", joined)
        try compare("batch", network.graph)
    }

    @Test(arguments: 0..<25 as Range<UInt64>)
    func randomGraphs(seed: UInt64) throws {
        let shape = RandomGraphs.input(seed: seed).shape
        let graph = try RandomGraphs.graph(seed: seed).binding(inputShapes: ["input": shape])
        try compare("graph \(seed)", graph, isOptimised: true)
    }
}
