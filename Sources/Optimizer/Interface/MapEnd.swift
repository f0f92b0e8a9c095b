import GraphIR

/// What makes a map of probabilities of an output that is none: a function for networks that end in logits, and the choice of a
/// channel.
public struct MapEnd: Hashable, Sendable {
    public enum Activation: String, Hashable, Sendable {
        /// 1 / (1 + e^−x) of each value.
        case sigmoid
        /// e^x / Σ e^x over the channels of each pixel.
        case softmax
    }

    public var activation: Activation?
    /// The channel that is the map, from 0; nil for an output of one channel.
    public var channel: Int?

    public init(activation: Activation? = nil, channel: Int? = nil) {
        self.activation = activation
        self.channel = channel
    }

    /// The graph with the function behind each of the main function's outputs, as an operation like any other. Names stay, and so do all
    /// channels: a part of an image's channels could not be made row by row.
    ///
    /// - Throws: for outputs without the channel, and for those of which there is no such function.
    public func appended(to graph: Graph) throws(GraphError) -> Graph {
        var result = graph
        var main = graph.main
        let picture = main.inputs.first.map { main.type(of: $0).shape } ?? []
        for index in main.outputs.indices {
            let output = main.outputs[index]
            let type = main.type(of: output.value)
            guard type.rank == 4, let axis = type.shape.mapChannelAxis(of: picture) ?? picture.channelAxis else {
                throw GraphError("output '\(output.name)' is \(type), which has no channels of pixels")
            }
            if let channel, let count = type.shape[axis].constant, !(0..<count).contains(channel) {
                throw GraphError(
                    "output '\(output.name)' has no channel \(channel); its channels are 0\(count == 1 ? "" : " through \(count - 1)")")
            }
            var value = output.value
            switch activation {
            case nil: break
            case .sigmoid: value = try main.append(.elementwise(Elementwise(.sigmoid)), value, name: "\(output.name)/sigmoid")
            case .softmax:
                guard type.shape[axis] != 1 else {
                    throw GraphError(
                        "output '\(output.name)' has one channel, and a softmax of it is always 1; a sigmoid makes a probability of it")
                }
                value = try main.append(.softmax(Softmax(axis: axis)), value, name: "\(output.name)/softmax")
            }
            main.outputs[index].value = value
        }
        result.main = main
        return result
    }
}

extension [Dimension] {
    /// The axis of the channels of an output that has the rows and columns of a picture, be it before or behind these; nil of others.
    public func mapChannelAxis(of picture: [Dimension]) -> Int? {
        guard count == 4, let axis = picture.channelAxis else { return nil }
        // The picture's own order first.
        return [axis, 4 - axis].first { rowsAndColumns(channelAxis: $0) == picture.rowsAndColumns(channelAxis: axis) }
    }

    private func rowsAndColumns(channelAxis: Int) -> ArraySlice<Dimension> { channelAxis == 1 ? self[2...3] : self[1...2] }
}

extension Function {
    /// Appends an operation of one operand and one result.
    fileprivate mutating func append(_ operation: Operation, _ operand: ValueID, name: String) throws(GraphError) -> ValueID {
        let types = try operation.resultTypes(operands: [type(of: operand)], callee: { _ in nil })
        var names = UniqueNames(taken: values.map(\.name))
        let value = ValueID(values.count)
        values.append(Value(name: names.claim(name), type: types[0]))
        nodes.append(Node(operation, inputs: [operand], outputs: [value], name: name))
        return value
    }
}
