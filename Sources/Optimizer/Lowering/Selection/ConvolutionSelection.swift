import GraphIR
import PlanFormat

extension Selection {
    mutating func lower(_ convolution: Convolution, _ node: Node) throws(Unsupported) {
        var sources: [PlanValueID] = []
        for operand in node.inputs.prefix(convolution.sourceCount) { sources.append(try source(operand)) }
        let kernel = try constant(node.inputs[convolution.sourceCount], "kernel")
        let channels = kernel.value.shape[3]
        let input = network.values[sources[0].index]
        let inputChannels = sources.map { network.values[$0.index].channels }

        var p = ConvolutionParameters()
        p.setWindow(convolution.window, on: Spatial(input.height, input.width))
        p.groups = convolution.groups
        p.activation = Activation(convolution.activation)
        if let pooling = convolution.pooling {
            p.poolingHeight = pooling.size.height
            p.poolingWidth = pooling.size.width
            p.keepsUnpooled = pooling.keepsUnpooled && p.pools
        }
        let (value, shape) = (kernel.value, kernel.value.shape)
        let count = WeightPacking.count(positions: shape[..<3].reduce(1, *), outputs: shape[3])
        let weights: PlanConstantID
        if convolution.groups == 1 {
            let unpacked = ConvolutionKernel(constant: value, sourceChannels: inputChannels)
            weights = network.constants.insert(unpacked, of: kernel.id.index)
        } else if convolution.groups == inputChannels[0] && channels == inputChannels[0] {
            p.algorithm = .depthwise
            weights = network.constants.insert(ConstantKey(sources: [kernel.id.index], packing: .depthwise), count: count) {
                WeightPacking.depthwise(value.floats, shape: shape)
            }
        } else {
            p.algorithm = .grouped
            let key = ConstantKey(sources: [kernel.id.index], packing: .grouped(groups: convolution.groups))
            weights = network.constants.insert(key, count: count) { WeightPacking.grouped(value.floats, shape: shape) }
        }
        let bias = try bias(convolution.hasBias ? node.inputs[convolution.sourceCount + 1] : nil, channels: channels)
        var single = node
        if !p.pools { single.outputs = [node.outputs[0]] }
        let results = try add(.convolution(p), single, sources: sources, constants: [weights, bias])
        // Pooling of 1x1 changes nothing: what is pooled is the unpooled image once more.
        if !p.pools, node.outputs.count == 2 { use(results[0], as: node.outputs[1]) }
    }

    /// A dense layer on every pixel is a 1x1 convolution.
    mutating func lower(_ product: MatrixMultiplication, _ node: Node) throws(Unsupported) {
        let matrix = try constant(node.inputs[1], "second factor")
        let source = try source(node.inputs[0])
        let shape = [1, 1] + matrix.value.shape
        var p = ConvolutionParameters()
        p.imageHeight = network.values[source.index].height
        p.imageWidth = network.values[source.index].width
        p.activation = Activation(product.activation)
        let key = ConstantKey(sources: [matrix.id.index], packing: .direct(sourceChannels: [shape[2]]))
        let value = matrix.value
        let count = WeightPacking.count(positions: shape[2], outputs: shape[3])
        let weights = network.constants.insert(key, count: count) {
            WeightPacking.direct(value.floats, shape: shape, sourceChannels: [shape[2]])
        }
        let bias = try bias(product.hasBias ? node.inputs[2] : nil, channels: shape[3])
        try add(.convolution(p), node, sources: [source], constants: [weights, bias])
    }

    mutating func lower(_ convolution: TransposedConvolution, _ node: Node) throws(Unsupported) {
        let source = try source(node.inputs[0])
        let kernel = try constant(node.inputs[1], "kernel")
        let edges = convolution.crop
        var p = TransposedConvolutionParameters()
        p.kernelHeight = convolution.window.size.height
        p.kernelWidth = convolution.window.size.width
        p.strideHeight = convolution.window.strides.height
        p.strideWidth = convolution.window.strides.width
        p.dilationHeight = convolution.window.dilations.height
        p.dilationWidth = convolution.window.dilations.width
        p.paddingTop = edges.top
        p.paddingLeft = edges.left
        p.activation = Activation(convolution.activation)
        let groups = convolution.groups
        let (value, shape) = (kernel.value, kernel.value.shape)
        let key = ConstantKey(sources: [kernel.id.index], packing: .transposed(groups: groups))
        let count = WeightPacking.count(positions: shape[0] * shape[1] * shape[3], outputs: shape[2] * groups)
        let weights = network.constants.insert(key, count: count) {
            WeightPacking.transposed(value.floats, shape: shape, groups: groups)
        }
        let bias = try bias(convolution.hasBias ? node.inputs[2] : nil, channels: kernel.value.shape[2] * groups)
        try add(.transposedConvolution(p), node, sources: [source], constants: [weights, bias])
    }
}

extension ConvolutionParameters {
    fileprivate mutating func setWindow(_ window: Window, on image: Spatial) {
        let edges = window.edges(of: image)
        kernelHeight = window.size.height
        kernelWidth = window.size.width
        strideHeight = window.strides.height
        strideWidth = window.strides.width
        dilationHeight = window.dilations.height
        dilationWidth = window.dilations.width
        paddingTop = edges.top
        paddingLeft = edges.left
        let reachHeight = (kernelHeight - 1) * dilationHeight + 1
        let reachWidth = (kernelWidth - 1) * dilationWidth + 1
        imageHeight = (image.height + edges.top + edges.bottom - reachHeight) / strideHeight + 1
        imageWidth = (image.width + edges.left + edges.right - reachWidth) / strideWidth + 1
    }
}
