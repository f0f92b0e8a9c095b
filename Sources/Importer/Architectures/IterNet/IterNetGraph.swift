import GraphIR

/// Makes the graph of an IterNet. The U-Net, the fusions and the heads are in the function `main`. What the iterations share is
/// in two functions that are called once for each iteration; there are two because a convolution that is not shared stands
/// between them:
///
///     f(t) = iteration_features(c(t−1))                       two units
///     e(t) = fusion(t)([s1, f1, … f(t)])                      1x1, in main
///     c(t) = iteration_refinement(e(t))                       two levels down, two levels up
struct IterNetGraph {
    private let layout: IterNetLayout
    /// For each layer of the layout its name in the file.
    private let names: [String]
    /// Of the dropouts that the file has.
    private let dropoutRates: [Int: Float]
    /// Layers of the layout that are heads with softmax, not sigmoid.
    private let softmaxHeads: Set<Int>
    /// For each layer of the layout that has weights, kernel and bias.
    private let weights: [Int: [Constant]]

    static let featureFunction = "iteration_features"
    static let refinementFunction = "iteration_refinement"

    /// - Parameter weights: kernel and bias of each layer that has them, in the order of the layout.
    init(layout: IterNetLayout, names: [String], dropoutRates: [Int: Float], softmaxHeads: Set<Int> = [], weights: [Constant]) {
        self.layout = layout
        self.names = names
        self.dropoutRates = dropoutRates
        self.softmaxHeads = softmaxHeads
        var byLayer: [Int: [Constant]] = [:]
        for (position, index) in layout.weightedLayers.enumerated() where 2 * position + 1 < weights.count {
            byLayer[index] = [weights[2 * position], weights[2 * position + 1]]
        }
        self.weights = byLayer
    }

    func build() throws(GraphError) -> Graph {
        var constants = ConstantTable()
        let features = try featureFunction(&constants)
        let refinement = try refinementFunction(&constants)
        let main = try mainFunction(calling: [features, refinement], &constants)
        var graph = Graph(main: main, constants: constants)
        graph.functions += [features, refinement]
        return graph
    }
}

// MARK: Functions
extension IterNetGraph {
    /// The type of an image whose sides are multiples of `multiple`, which is two to the number of poolings.
    private func imageType(multiple: Int, channels: Int) -> TensorType {
        TensorType([
            Dimension(symbol: "n"), Dimension(symbol: "h", times: multiple), Dimension(symbol: "w", times: multiple),
            Dimension(channels),
        ])
    }

    private func mainFunction(
        calling functions: [Function], _ constants: inout ConstantTable
    ) throws(GraphError) -> Function {
        var builder = FunctionBuilder(name: "main", functions: functions)
        let image = builder.input(names[layout.input], imageType(multiple: 16, channels: layout.member.inputChannels))
        var skips: [ValueID] = []
        var last = image
        for part in layout.contraction {
            last = try contract(part, last, &builder, &constants)
            skips.append(last)
        }
        for (part, skip) in zip(layout.expansion, skips.dropLast().reversed()) {
            last = try expand(part, last, skip: skip, &builder, &constants)
        }

        var heads = [try head(0, last, &builder, &constants)]
        var features = [skips[0]]
        for (index, fusion) in layout.fusions.enumerated() {
            let number = index + 1
            features += try builder.append(
                .call(Call(Self.featureFunction)), [last], name: "\(Self.featureFunction)_\(number)")
            let joined = try concatenate(features, fusion.concatenation, &builder)
            let fused = try convolve(joined, fusion.convolution, &builder, &constants)
            last = try builder.append(
                .call(Call(Self.refinementFunction)), [fused], name: "\(Self.refinementFunction)_\(number)")[0]
            heads.append(try head(number, last, &builder, &constants))
        }
        for (name, value) in zip(layout.outputNames, heads) { builder.output(name, value) }
        return builder.finish()
    }

    private func featureFunction(_ constants: inout ConstantTable) throws(GraphError) -> Function {
        var builder = FunctionBuilder(name: Self.featureFunction)
        let type = TensorType([
            Dimension(symbol: "n"), Dimension(symbol: "h"), Dimension(symbol: "w"), Dimension(layout.member.baseChannels),
        ])
        var last = builder.input("image", type)
        for unit in layout.features { last = try apply(unit, last, &builder, &constants) }
        builder.output("features", last)
        return builder.finish()
    }

    private func refinementFunction(_ constants: inout ConstantTable) throws(GraphError) -> Function {
        var builder = FunctionBuilder(name: Self.refinementFunction)
        var skips = [builder.input("fused", imageType(multiple: 4, channels: layout.member.baseChannels))]
        var last = skips[0]
        for part in layout.miniContraction {
            last = try contract(part, last, &builder, &constants)
            skips.append(last)
        }
        for (part, skip) in zip(layout.miniExpansion, skips.dropLast().reversed()) {
            last = try expand(part, last, skip: skip, &builder, &constants)
        }
        builder.output("refined", last)
        return builder.finish()
    }
}

// MARK: Parts
extension IterNetGraph {
    private func contract(
        _ part: IterNetLayout.Contraction, _ input: ValueID, _ builder: inout FunctionBuilder,
        _ constants: inout ConstantTable
    ) throws(GraphError) -> ValueID {
        var last = input
        if let pooling = part.pooling {
            let window = Window(size: Spatial(2, 2), strides: Spatial(2, 2))
            last = try builder.append(.pooling(Pooling(.maximum, window: window)), [last], name: names[pooling])[0]
        }
        for unit in part.units { last = try apply(unit, last, &builder, &constants) }
        return last
    }

    private func expand(
        _ part: IterNetLayout.Expansion, _ input: ValueID, skip: ValueID, _ builder: inout FunctionBuilder,
        _ constants: inout ConstantTable
    ) throws(GraphError) -> ValueID {
        let operands = [input] + weightOperands(part.upsampling, &builder, &constants)
        let window = Window(size: Spatial(2, 2), strides: Spatial(2, 2), padding: .same)
        let upsampled = try builder.append(
            .transposedConvolution(TransposedConvolution(window: window, hasBias: true)), operands,
            name: names[part.upsampling])[0]
        var last = try concatenate([upsampled, skip], part.concatenations[0], &builder)
        for unit in part.units { last = try apply(unit, last, &builder, &constants) }
        return last
    }

    private func apply(
        _ unit: IterNetLayout.Unit, _ input: ValueID, _ builder: inout FunctionBuilder, _ constants: inout ConstantTable
    ) throws(GraphError) -> ValueID {
        let convolved = try convolve(input, unit.convolution, &builder, &constants)
        let rectified = try builder.append(.elementwise(Elementwise(.relu)), [convolved], name: names[unit.relu])
        guard let rate = dropoutRates[unit.dropout] else { return rectified[0] }
        return try builder.append(.dropout(Dropout(rate: rate)), rectified, name: names[unit.dropout])[0]
    }

    private func head(
        _ index: Int, _ input: ValueID, _ builder: inout FunctionBuilder, _ constants: inout ConstantTable
    ) throws(GraphError) -> ValueID {
        let logit = try convolve(input, layout.heads[index], &builder, &constants)
        if softmaxHeads.contains(layout.heads[index]) {
            return try builder.append(.softmax(Softmax(axis: 3)), [logit], name: "\(names[layout.heads[index]])_softmax")[0]
        }
        return try builder.append(
            .elementwise(Elementwise(.sigmoid)), [logit], name: "\(names[layout.heads[index]])_sigmoid")[0]
    }

    private func convolve(
        _ input: ValueID, _ layer: Int, _ builder: inout FunctionBuilder, _ constants: inout ConstantTable
    ) throws(GraphError) -> ValueID {
        guard case .convolution(let size, _, _, _) = layout.layers[layer].kind else {
            throw GraphError("layer '\(names[layer])' is no convolution")
        }
        let window = Window(size: Spatial(size, size), padding: size == 1 ? .none : .same)
        let operands = [input] + weightOperands(layer, &builder, &constants)
        return try builder.append(
            .convolution(Convolution(window: window, hasBias: true)), operands, name: names[layer])[0]
    }

    private func concatenate(
        _ operands: [ValueID], _ layer: Int, _ builder: inout FunctionBuilder
    ) throws(GraphError) -> ValueID {
        try builder.append(.concatenation(Concatenation(axis: 3)), operands, name: names[layer])[0]
    }

    private func weightOperands(
        _ layer: Int, _ builder: inout FunctionBuilder, _ constants: inout ConstantTable
    ) -> [ValueID] {
        zip(weights[layer] ?? [], ["kernel", "bias"]).map { constant, name in
            builder.constant(constant, into: &constants, name: "\(names[layer])_\(name)")
        }
    }
}
