import GraphIR
import Optimizer

/// An IterNet of any width and number of iterations with made-up weights, in the shape in which the importer gives it:
/// ReLU and dropout as operations of their own, the iterations' shared parts as calls.
struct IterNetModel {
    let channels: Int
    let iterations: Int
    private var constants = ConstantTable()
    private var weightSeed: UInt32 = 1

    static func graph(channels: Int, iterations: Int) throws -> Graph {
        var model = IterNetModel(channels: channels, iterations: iterations)
        return try model.build()
    }

    private init(channels: Int, iterations: Int) {
        self.channels = channels
        self.iterations = iterations
    }

    private mutating func build() throws(GraphError) -> Graph {
        let features = try featureFunction()
        let refinement = try refinementFunction()
        var builder = FunctionBuilder(name: "main", functions: [features, refinement])
        let image = builder.input("input", imageType(multiple: 16, channels: 3))
        let (unet, skip) = try hourglass(image, levels: 5, takesFirstUnits: true, &builder)
        var last = unet
        builder.output("out1", try head(last, "head1", &builder))
        var joined = [skip]
        for iteration in 1...iterations {
            joined.append(try builder.append(.call(Call("features")), [last], name: "features\(iteration)")[0])
            let all = try builder.append(.concatenation(Concatenation(axis: 3)), joined, name: "join\(iteration)")[0]
            let fused = try unit(all, channels, size: 1, "fusion\(iteration)", &builder)
            last = try builder.append(.call(Call("refinement")), [fused], name: "refinement\(iteration)")[0]
            builder.output("out\(iteration + 1)", try head(last, "head\(iteration + 1)", &builder))
        }
        var graph = Graph(main: builder.finish(), constants: constants)
        graph.functions += [features, refinement]
        return graph
    }

    private mutating func featureFunction() throws(GraphError) -> Function {
        var builder = FunctionBuilder(name: "features")
        let image = builder.input("image", imageType(multiple: 1, channels: channels))
        let once = try unit(image, channels, "unit1", &builder)
        builder.output("features", try unit(once, channels, "unit2", &builder))
        return builder.finish()
    }

    private mutating func refinementFunction() throws(GraphError) -> Function {
        var builder = FunctionBuilder(name: "refinement")
        let image = builder.input("fused", imageType(multiple: 4, channels: channels))
        builder.output("refined", try hourglass(image, levels: 3, takesFirstUnits: false, &builder).result)
        return builder.finish()
    }

    /// Down `levels - 1` times by pooling and up again by transposed convolutions, with concatenated skips.
    private mutating func hourglass(
        _ image: ValueID, levels: Int, takesFirstUnits: Bool, _ builder: inout FunctionBuilder
    ) throws(GraphError) -> (result: ValueID, firstSkip: ValueID) {
        var last = image
        var skips: [ValueID] = []
        for level in 0..<levels {
            if level > 0 {
                let window = Window(size: Spatial(2, 2), strides: Spatial(2, 2))
                last = try builder.append(.pooling(Pooling(.maximum, window: window)), [last], name: "pool\(level)")[0]
            }
            if level > 0 || takesFirstUnits {
                last = try unit(last, channels << level, "down\(level)a", &builder)
                last = try unit(last, channels << level, "down\(level)b", &builder)
            }
            skips.append(last)
        }
        for level in (0..<levels - 1).reversed() {
            let raised = try transposedConvolution(last, channels << level, "raise\(level)", &builder)
            let all = try builder.append(.concatenation(Concatenation(axis: 3)), [raised, skips[level]], name: "skip\(level)")[0]
            last = try unit(all, channels << level, "up\(level)a", &builder)
            last = try unit(last, channels << level, "up\(level)b", &builder)
        }
        return (last, skips[0])
    }

    /// Convolution, ReLU, dropout.
    private mutating func unit(
        _ image: ValueID, _ outputs: Int, size: Int = 3, _ name: String, _ builder: inout FunctionBuilder
    ) throws(GraphError) -> ValueID {
        let sum = try convolution(image, outputs, size: size, name, &builder)
        let active = try builder.append(.elementwise(Elementwise(.relu)), [sum], name: "\(name).relu")[0]
        return try builder.append(.dropout(Dropout(rate: 0.1)), [active], name: "\(name).dropout")[0]
    }

    private mutating func head(_ image: ValueID, _ name: String, _ builder: inout FunctionBuilder) throws(GraphError) -> ValueID {
        let sum = try convolution(image, 1, size: 1, name, &builder)
        return try builder.append(.elementwise(Elementwise(.sigmoid)), [sum], name: "\(name).sigmoid")[0]
    }

    private mutating func convolution(
        _ image: ValueID, _ outputs: Int, size: Int, _ name: String, _ builder: inout FunctionBuilder
    ) throws(GraphError) -> ValueID {
        let inputs = builder.type(of: image).shape[3].constant ?? 0
        let kernel = weights([size, size, inputs, outputs], "\(name).kernel", &builder)
        let bias = weights([outputs], "\(name).bias", &builder)
        let window = Window(size: Spatial(size, size), padding: .same)
        return try builder.append(.convolution(Convolution(window: window, hasBias: true)), [image, kernel, bias], name: name)[0]
    }

    private mutating func transposedConvolution(
        _ image: ValueID, _ outputs: Int, _ name: String, _ builder: inout FunctionBuilder
    ) throws(GraphError) -> ValueID {
        let inputs = builder.type(of: image).shape[3].constant ?? 0
        let kernel = weights([2, 2, outputs, inputs], "\(name).kernel", &builder)
        let bias = weights([outputs], "\(name).bias", &builder)
        let window = Window(size: Spatial(2, 2), strides: Spatial(2, 2), padding: .same)
        let operation = TransposedConvolution(window: window, hasBias: true)
        let sum = try builder.append(.transposedConvolution(operation), [image, kernel, bias], name: name)[0]
        return try builder.append(.elementwise(Elementwise(.relu)), [sum], name: "\(name).relu")[0]
    }

    /// Different numbers at every call, from −1/(2·inputs) to 1/(2·inputs).
    private mutating func weights(_ shape: [Int], _ name: String, _ builder: inout FunctionBuilder) -> ValueID {
        let scale = 2 / Float(shape.dropLast().reduce(1, *))
        let floats = (0..<shape.reduce(1, *)).map { _ -> Float in
            weightSeed = weightSeed &* 1_664_525 &+ 1_013_904_223
            return (Float(weightSeed >> 8) / Float(1 << 24) - 0.5) * scale
        }
        return builder.constant(Constant(floats, shape: shape), into: &constants, name: name)
    }

    private func imageType(multiple: Int, channels: Int) -> TensorType {
        TensorType([
            Dimension(symbol: "n"), Dimension(symbol: "h", times: multiple), Dimension(symbol: "w", times: multiple),
            Dimension(channels),
        ])
    }
}
