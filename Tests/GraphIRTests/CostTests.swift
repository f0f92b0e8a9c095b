import Testing

@testable import GraphIR

/// IterNet (Li et al. 2020) with its kernels as inputs, which keeps the test free of large constants.
private struct IterNet {
    let k: Int, iterations: Int
    var parameters = 0

    init(k: Int, iterations: Int) {
        self.k = k
        self.iterations = iterations
    }

    private func side(_ symbol: String, _ factor: Int) -> Dimension { Dimension(symbol: symbol, times: factor) }

    /// A convolution with bias and ReLU, whose weights are inputs of the function.
    private mutating func convolve(
        _ b: inout FunctionBuilder, _ sources: [ValueID], _ size: Int, _ outputs: Int, counts: Bool = true
    ) throws -> ValueID {
        let inputs = sources.reduce(0) { $0 + (b.type(of: $1).shape[3].constant ?? 0) }
        if counts { parameters += size * size * inputs * outputs + outputs }
        let kernel = b.input("kernel", TensorType([Dimension(size), Dimension(size), Dimension(inputs), Dimension(outputs)]))
        let bias = b.input("bias", TensorType([Dimension(outputs)]))
        let convolution = Convolution(
            window: Window(size: Spatial(size, size), padding: .same), sourceCount: sources.count, hasBias: true, activation: .relu)
        return try b.append(.convolution(convolution), sources + [kernel, bias], name: "conv")[0]
    }

    /// A U-Net of some levels over `x`, which is the first level's result where `startsBelow`.
    private mutating func uNet(
        _ b: inout FunctionBuilder, _ x: ValueID, levels: Int, startsBelow: Bool, counts: Bool
    ) throws -> (first: ValueID, last: ValueID) {
        var value = x
        var skips: [ValueID] = []
        for level in 0..<levels {
            for _ in 0..<(level == 0 && startsBelow ? 0 : 2) { value = try convolve(&b, [value], 3, k << level, counts: counts) }
            skips.append(value)
            if level < levels - 1 {
                value = try b.append(
                    .pooling(Pooling(.maximum, window: Window(size: Spatial(2, 2), strides: Spatial(2, 2)))), [value], name: "pool")[0]
            }
        }
        for level in (0..<(levels - 1)).reversed() {
            let inputs = k << (level + 1)
            let outputs = k << level
            if counts { parameters += 4 * inputs * outputs + outputs }
            let kernel = b.input("kernel", TensorType([2, 2, Dimension(outputs), Dimension(inputs)]))
            let bias = b.input("bias", TensorType([Dimension(outputs)]))
            let window = Window(size: Spatial(2, 2), strides: Spatial(2, 2), padding: .same)
            let up = try b.append(
                .transposedConvolution(TransposedConvolution(window: window, hasBias: true)), [value, kernel, bias], name: "up")[0]
            value = try b.append(.concatenation(Concatenation(axis: 3)), [skips[level], up], name: "joined")[0]
            for _ in 0..<2 { value = try convolve(&b, [value], 3, outputs, counts: counts) }
        }
        return (skips[0], value)
    }

    mutating func graph() throws -> Graph {
        var b = FunctionBuilder(name: "main")
        let image = b.input("image", TensorType([1, side("h", 16), side("w", 16), 3]))
        var (first, last) = try uNet(&b, image, levels: 5, startsBelow: false, counts: true)
        b.output("out0", try convolve(&b, [last], 1, 1))
        // Two convolutions make features of the last result; a 1x1 convolution, each iteration's own, fuses all features so
        // far with the first level of the U-Net; two levels down and up refine that. The other weights are shared.
        var features = [first]
        for iteration in 1...iterations {
            for _ in 0..<2 { last = try convolve(&b, [last], 3, k, counts: iteration == 1) }
            features.append(last)
            let fused = try convolve(&b, features, 1, k)
            (first, last) = try uNet(&b, fused, levels: 3, startsBelow: true, counts: iteration == 1)
            b.output("out\(iteration)", try convolve(&b, [last], 1, 1))
        }
        return Graph(main: b.finish())
    }
}

@Suite struct CostTests {
    @Test func costsOfOperations() throws {
        func cost(_ operation: Operation, _ operands: [TensorType]) throws -> Int? {
            operation.multiplyAccumulates(operands: operands, results: try operation.resultTypes(operands: operands, callee: { _ in nil }))
        }
        let image = TensorType([2, 8, 6, 4])
        let window = Window(size: Spatial(3, 3), strides: Spatial(2, 1), padding: .same)
        #expect(
            try cost(.convolution(Convolution(window: window, hasBias: false)), [image, TensorType([3, 3, 4, 5])]) == 2 * 4 * 6 * 9 * 4 * 5)
        let grouped = Convolution(
            window: window, groups: 2, hasBias: false, pooling: PoolingEpilogue(size: Spatial(2, 2), keepsUnpooled: false))
        #expect(try cost(.convolution(grouped), [image, TensorType([3, 3, 2, 6])]) == 2 * 4 * 6 * 9 * 2 * 6)
        let transposed = TransposedConvolution(window: Window(size: Spatial(2, 2), strides: Spatial(2, 2)), hasBias: false)
        #expect(try cost(.transposedConvolution(transposed), [image, TensorType([2, 2, 5, 4])]) == 2 * 8 * 6 * 4 * 4 * 5)
        #expect(try cost(.matrixMultiplication(MatrixMultiplication()), [TensorType([3, 5, 7]), TensorType([7, 11])]) == 3 * 5 * 7 * 11)
        #expect(try cost(.elementwise(Elementwise(.relu)), [image]) == 0)
        let symbolic = TensorType([1, Dimension(symbol: "h"), 6, 4])
        #expect(try cost(.convolution(Convolution(window: window, hasBias: false)), [symbolic, TensorType([3, 3, 4, 5])]) == nil)
    }

    @Test func callsCountEachTimeAndParametersOnce() throws {
        let graph = try GraphText.parse(
            """
            venule 1
            entry @main
            function @main(%x: f32[1, h, w, 2]) {
              %unused = constant f32[7] filled 1.0
              %a = call @block(%x) : f32[1, h, w, 2]
              %b = pooling(%a) maximum window 2x2 strides 2x2 : f32[1, h/2, w/2, 2]
              %c = call @block(%b) : f32[1, h/2, w/2, 2]
              return %c
            }
            function @block(%x: f32[1, r, c, 2]) {
              %k = constant f32[3, 3, 2, 2] filled 0.5
              %y = convolution(%x, %k) window 3x3 padding same : f32[1, r, c, 2]
              %again = constant f32[3, 3, 2, 2] filled 0.5
              %z = convolution(%y, %again) window 3x3 padding same : f32[1, r, c, 2]
              return %z
            }
            """)
        try graph.verify()
        #expect(graph.parameterCount == 36)
        #expect(graph.multiplyAccumulates() == nil)
        let bound = try graph.binding(inputShapes: ["x": [1, 6, 8, 2]])
        try bound.verify()
        #expect(bound.multiplyAccumulates() == 2 * 36 * (48 + 12))
        #expect(bound.operationCounts.map { "\($0.mnemonic) \($0.count)" } == ["call 2", "constant 5", "convolution 4", "pooling 1"])
    }

    /// The published network: 8,244,356 parameters, 8.35 billion multiply-accumulates for a patch of 128x128.
    @Test func iterNetHasTheKnownSize() throws {
        var network = IterNet(k: 32, iterations: 3)
        let graph = try network.graph()
        try graph.verify()
        let bound = try graph.binding(inputShapes: ["image": [1, 128, 128, 3]])
        #expect(network.parameters == 8_244_356)
        #expect(Double(bound.multiplyAccumulates() ?? 0) / 1e9 > 8.345)
        #expect(Double(bound.multiplyAccumulates() ?? 0) / 1e9 < 8.355)
    }
}
