import GraphIR

/// How the values of a picture's channels become those that a model was trained with: (value − mean) / deviation, where values are
/// from 0 to 1.
public struct ChannelNormalization: Hashable, Sendable {
    /// One number for each of the model's channels, or one for all.
    public var mean: [Float]
    public var deviation: [Float]

    public init(mean: [Float] = [0], deviation: [Float] = [1]) {
        self.mean = mean
        self.deviation = deviation
    }

    /// What a value of a channel is multiplied with.
    func factor(of channel: Int, scale: Float) -> Float { scale / (deviation.count == 1 ? deviation[0] : deviation[channel]) }

    /// What is added to it then.
    func bias(of channel: Int) -> Float {
        -(mean.count == 1 ? mean[0] : mean[channel]) / (deviation.count == 1 ? deviation[0] : deviation[channel])
    }

    /// - Throws: for numbers out of range, and for another number of them than the model has channels.
    func check(channels: Int) throws(GraphError) {
        for (name, numbers) in [("mean", mean), ("deviation", deviation)] {
            guard numbers.count == 1 || numbers.count == channels else {
                throw GraphError("\(numbers.count) numbers for the \(name); the model has \(channels) channel\(channels == 1 ? "" : "s")")
            }
        }
        guard mean.allSatisfy(\.isFinite), deviation.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw GraphError("the deviation is above 0, and all numbers are finite")
        }
    }
}

extension ChannelNormalization {
    /// The graph with its only input, a picture of 1 or 3 channels with values from 0 to 1, normalized before anything else reads it.
    /// It is a convolution of one position, as in front of a plan for a camera's frames.
    ///
    /// - Throws: for a graph whose input is no picture, and for numbers out of range.
    public func prepended(to graph: Graph) throws(GraphError) -> Graph {
        var result = graph
        let main = graph.main
        guard main.inputs.count == 1, let input = main.inputs.first else {
            throw GraphError("mean and deviation are for a model with one input; this one has \(main.inputs.count)")
        }
        let (name, type) = (main[input].name, main.type(of: input))
        guard type.element == .float32, let axis = type.shape.channelAxis, let channels = type.shape[axis].constant else {
            throw GraphError("input '\(name)' is \(type); mean and deviation are for a picture of float32 with 1 or 3 channels")
        }
        try check(channels: channels)
        var builder = FunctionBuilder(name: main.name)
        var value = builder.input(name, type)
        if axis == 1 { value = try builder.append(.transpose(Transpose([0, 2, 3, 1])), [value], name: "input/rows")[0] }
        let weights = (0..<channels).flatMap { row in (0..<channels).map { $0 == row ? factor(of: row, scale: 1) : 0 } }
        value = try builder.appendPixelwise(
            value, weights, (0..<channels).map(bias), channels: channels, name: "input", constants: &result.constants)
        if axis == 1 { value = try builder.append(.transpose(Transpose([0, 3, 1, 2])), [value], name: "input/planes")[0] }
        result.main = builder.finish().followed(by: main, input: input, is: value, named: "input/result")
        return result
    }
}

extension FunctionBuilder {
    /// Makes channels of the channels of each pixel of `[batch, height, width, channels]`: a convolution of one position.
    ///
    /// - Parameters:
    ///   - weights: `[channels of the operand][channels]`
    ///   - channels: those of the result.
    mutating func appendPixelwise(
        _ value: ValueID, _ weights: [Float], _ bias: [Float], channels: Int, name: String, constants: inout ConstantTable
    ) throws(GraphError) -> ValueID {
        let shape = [1, 1, weights.count / channels, channels]
        let weights = constant(Constant(weights, shape: shape), into: &constants, name: "\(name)/weights")
        let bias = constant(Constant(bias, shape: [channels]), into: &constants, name: "\(name)/bias")
        let convolution = Convolution(window: Window(size: .one), hasBias: true)
        return try append(.convolution(convolution), [value, weights, bias], name: "\(name)/normalize")[0]
    }
}
