import GraphIR
import PlanFormat

extension Convolution: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool { layouts.areConstants(node.inputs.dropFirst(sourceCount)) }

    func imageOperands(of node: Node) -> ArraySlice<ValueID> { node.inputs.prefix(sourceCount) }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        var sources: [PlanValueID] = []
        for operand in node.inputs.prefix(sourceCount) { sources.append(try builder.source(operand)) }
        let kernel = try builder.constant(node.inputs[sourceCount], "kernel")
        let channels = kernel.value.shape[3]
        let input = builder.plan.values[sources[0].index]
        let inputChannels = sources.map { builder.plan.values[$0.index].channels }

        var p = ConvolutionParameters()
        p.setWindow(window, on: Spatial(input.height, input.width))
        p.groups = groups
        p.activation = Activation(activation)
        if let pooling {
            p.poolingHeight = pooling.size.height
            p.poolingWidth = pooling.size.width
            p.keepsUnpooled = pooling.keepsUnpooled && p.pools
        }
        let (value, shape) = (kernel.value, kernel.value.shape)
        let count = WeightPacking.count(positions: shape[..<3].reduce(1, *), outputs: shape[3])
        let weights: PlanConstantID
        if groups == 1 {
            let unpacked = ConvolutionKernel(constant: value, sourceChannels: inputChannels)
            weights = builder.plan.constants.insert(unpacked, of: kernel.id.index)
        } else if groups == inputChannels[0] && channels == inputChannels[0] {
            p.algorithm = .depthwise
            weights = builder.plan.constants.insert(ConstantKey(sources: [kernel.id.index], packing: .depthwise), count: count) {
                WeightPacking.depthwise(value.floats, shape: shape)
            }
        } else {
            p.algorithm = .grouped
            let key = ConstantKey(sources: [kernel.id.index], packing: .grouped(groups: groups))
            weights = builder.plan.constants.insert(key, count: count) { WeightPacking.grouped(value.floats, shape: shape) }
        }
        let bias = try builder.bias(hasBias ? node.inputs[sourceCount + 1] : nil, channels: channels)
        var single = node
        if !p.pools { single.outputs = [node.outputs[0]] }
        let results = try builder.add(.convolution(p), single, sources: sources, constants: [weights, bias])
        // Pooling of 1x1 changes nothing: what is pooled is the unpooled image once more.
        if !p.pools, node.outputs.count == 2 { builder.use(results[0], as: node.outputs[1]) }
    }
}

// Sums of products whose factors are computed, or are no images.
extension Convolution: PlainLowering {
    func layOutPlain(_ node: Node, in layouts: inout LayoutAnalysis) {
        for operand in node.inputs { layouts.readWhole(operand) }
        for output in node.outputs { layouts.set(output, .plain) }
        if let pooling, pooling.size != Spatial(1, 1), let pooled = node.outputs.last {
            layouts.set(pooled, .images(axes: ImageAxes.channelsLast))
        }
    }

    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let image = try joinedSources(of: node, in: &builder)
        let kernelShape = try builder.tensor(node.inputs[sourceCount]).1
        let edges = window.edges(of: Spatial(image.shape[1], image.shape[2]))
        var result = PlainWindow(window, edges, on: image.shape)
        let extent = window.extent
        result.resultHeight = (image.shape[1] + edges.top + edges.bottom - extent.height) / result.strideHeight + 1
        result.resultWidth = (image.shape[2] + edges.left + edges.right - extent.width) / result.strideWidth + 1
        let kernel = PlainConvolution(
            result, filters: kernelShape[3], groups: groups, activation: Activation(activation))
        var sources = [try builder.contiguous(image, name: node.name), try builder.dense(node.inputs[sourceCount])]
        if hasBias { sources.append(try builder.dense(node.inputs[sourceCount + 1])) }
        let shape = [result.images, result.resultHeight, result.resultWidth, kernel.filters]
        let id = try builder.addPlain(.convolution(kernel), sources: sources, .float32, shape, name: node.name)
        let unpooled = TensorForm(TensorView(.value(id), .float32, shape))
        guard let pooling else {
            builder.forms[node.outputs[0]] = unpooled
            return
        }
        if pooling.keepsUnpooled { builder.forms[node.outputs[0]] = unpooled }
        guard pooling.size != Spatial(1, 1) else {
            builder.forms[node.outputs[node.outputs.count - 1]] = unpooled
            return
        }
        try Self.pool(unpooled, shape, pooling.size, node, in: &builder)
    }

    /// The images of all sources, joined along the channels.
    private func joinedSources(of node: Node, in builder: inout PlanBuilder) throws(Unsupported) -> TensorView {
        let inputs = node.inputs.prefix(sourceCount)
        guard inputs.count > 1 else { return try builder.rowMajor(inputs[0]) }
        var views: [TensorView] = []
        for input in inputs { views.append(try builder.plainView(input)) }
        return try builder.joined(views, axis: 3, name: node.name)
    }

    /// The max pooling that is fused behind a convolution, on images.
    private static func pool(
        _ unpooled: TensorForm, _ shape: [Int], _ size: Spatial, _ node: Node, in builder: inout PlanBuilder
    ) throws(Unsupported) {
        var p = PoolingParameters()
        (p.kernelHeight, p.kernelWidth, p.strideHeight, p.strideWidth) = (size.height, size.width, size.height, size.width)
        let output = node.outputs[node.outputs.count - 1]
        guard case .value(let base)? = unpooled.view?.base else { throw Unsupported("it has no plain form") }
        let strides = TensorView.rowMajor(shape)
        builder.forms[output] = TensorForm()
        try builder.forEachImage(of: output) { (builder) throws(Unsupported) in
            let source = builder.addValue(
                PlanValue(channels: shape[3], width: shape[2], height: shape[1], ringRows: shape[1], storage: .arena(offset: 0)),
                name: node.name)
            let parameters = ImageStrides(
                offset: builder.currentImage * strides[0], row: strides[1], column: strides[2], channel: strides[3])
            let name = Array(node.name.utf8)
            builder.plan.operations.append(PlanOperation(.blocking(parameters), sources: [base], results: [source], name: name))
            let result = builder.addValue(try builder.image(output), name: builder.function[output].name)
            builder.plan.operations.append(PlanOperation(.pooling(p), sources: [source], results: [result], name: name))
            builder.use(result, as: output)
        }
    }
}

extension ConvolutionParameters {
    fileprivate mutating func setWindow(_ window: Window, on image: Spatial) {
        let edges = window.edges(of: image)
        set(window, edges)
        imageHeight = (image.height + edges.top + edges.bottom - window.extent.height) / strideHeight + 1
        imageWidth = (image.width + edges.left + edges.right - window.extent.width) / strideWidth + 1
    }
}

extension Convolution {
    func checkBounds(of node: Node, _ place: String, in bounds: inout GraphBounds) {
        bounds.check(window, of: node, edges: { $0.edges(of: $1) }, place)
        bounds.messages.check(groups, atMost: FileLayout.largestExtent, "\(place): groups")
        if let size = pooling?.size {
            bounds.messages.check(max(size.height, size.width), atMost: FileLayout.largestExtent, "\(place): the fused pooling")
        }
        bounds.pack(node.inputs[sourceCount], isTransposed: false) { $0[0...2].product }
    }
}
