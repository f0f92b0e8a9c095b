import GraphIR
import PlanFormat

// Sums of products whose factors are computed, or are no images.
extension Selection {
    mutating func lowerPlain(_ product: MatrixMultiplication, _ node: Node) throws(Unsupported) {
        let shape = try tensor(node.outputs[0]).1
        let leading = Array(shape.dropLast(2))
        let (left, leftBase) = try matrices(node.inputs[0], leading)
        let (right, rightBase) = try matrices(node.inputs[1], leading)
        var sources = [leftBase, rightBase]
        if product.hasBias { sources.append(try dense(node.inputs[2])) }
        let nest = LoopNest(leading, [left.strides, right.strides])
        let depth = try tensor(node.inputs[1]).1.dropLast().last ?? 1
        let kernel = PlainMatrixMultiplication(
            rows: shape[shape.count - 2], depth: depth, columns: shape[shape.count - 1],
            loop: nest.loop, left: nest.view(0, offset: left.offset), right: nest.view(1, offset: right.offset),
            activation: Activation(product.activation))
        try addPlain(.matrixMultiplication(kernel), node, sources: sources)
    }

    /// Where the dense matrices of an operand begin, for each position of the leading axes.
    private mutating func matrices(_ value: ValueID, _ leading: [Int]) throws(Unsupported) -> (TensorView, PlanValueID) {
        var view = try plainView(value)
        if Array(view.strides.suffix(2)) != TensorView.rowMajor(Array(view.shape.suffix(2))) { view = try rowMajor(value) }
        guard case .value(let base) = view.base else { throw Unsupported("an operand has no plain form") }
        let starts = view.dropping(2).broadcast(to: leading)
        return (starts, base)
    }

    mutating func lowerPlain(_ convolution: Convolution, _ node: Node) throws(Unsupported) {
        let image = try joinedSources(convolution, node)
        let kernelShape = try tensor(node.inputs[convolution.sourceCount]).1
        let edges = convolution.window.edges(of: Spatial(image.shape[1], image.shape[2]))
        var window = PlainWindow(convolution.window, edges, on: image.shape)
        let extent = convolution.window.extent
        window.resultHeight = (image.shape[1] + edges.top + edges.bottom - extent.height) / window.strideHeight + 1
        window.resultWidth = (image.shape[2] + edges.left + edges.right - extent.width) / window.strideWidth + 1
        let kernel = PlainConvolution(
            window, filters: kernelShape[3], groups: convolution.groups, activation: Activation(convolution.activation))
        var sources = [try contiguous(image, name: node.name), try dense(node.inputs[convolution.sourceCount])]
        if convolution.hasBias { sources.append(try dense(node.inputs[convolution.sourceCount + 1])) }
        let shape = [window.images, window.resultHeight, window.resultWidth, kernel.filters]
        let id = try addPlain(.convolution(kernel), sources: sources, .float32, shape, name: node.name)
        let unpooled = TensorForm(TensorView(.value(id), .float32, shape))
        guard let pooling = convolution.pooling else {
            forms[node.outputs[0]] = unpooled
            return
        }
        if pooling.keepsUnpooled { forms[node.outputs[0]] = unpooled }
        guard pooling.size != Spatial(1, 1) else {
            forms[node.outputs[node.outputs.count - 1]] = unpooled
            return
        }
        try pool(unpooled, shape, pooling.size, node)
    }

    /// The images of all sources, joined along the channels.
    private mutating func joinedSources(_ convolution: Convolution, _ node: Node) throws(Unsupported) -> TensorView {
        let inputs = node.inputs.prefix(convolution.sourceCount)
        guard inputs.count > 1 else { return try rowMajor(inputs[0]) }
        var views: [TensorView] = []
        for input in inputs { views.append(try plainView(input)) }
        return try joined(views, axis: 3, name: node.name)
    }

    /// The max pooling that is fused behind a convolution, on images.
    private mutating func pool(_ unpooled: TensorForm, _ shape: [Int], _ size: Spatial, _ node: Node) throws(Unsupported) {
        var p = PoolingParameters()
        (p.kernelHeight, p.kernelWidth, p.strideHeight, p.strideWidth) = (size.height, size.width, size.height, size.width)
        let output = node.outputs[node.outputs.count - 1]
        guard case .value(let base)? = unpooled.view?.base else { throw Unsupported("it has no plain form") }
        let strides = TensorView.rowMajor(shape)
        forms[output] = TensorForm()
        for image in try images(of: output) {
            let source = addValue(
                PlanValue(channels: shape[3], width: shape[2], height: shape[1], ringRows: shape[1], storage: .arena(offset: 0)),
                name: node.name)
            let parameters = ImageStrides(offset: image * strides[0], row: strides[1], column: strides[2], channel: strides[3])
            let name = Array(node.name.utf8)
            network.operations.append(PlanOperation(.blocking(parameters), sources: [base], results: [source], name: name))
            let result = addValue(try self.image(output), name: function[output].name)
            network.operations.append(PlanOperation(.pooling(p), sources: [source], results: [result], name: name))
            use(result, as: output)
        }
    }

    mutating func lowerPlain(_ convolution: TransposedConvolution, _ node: Node) throws(Unsupported) {
        let shape = try tensor(node.outputs[0]).1
        var window = PlainWindow(convolution.window, convolution.crop, on: try tensor(node.inputs[0]).1)
        (window.resultHeight, window.resultWidth) = (shape[1], shape[2])
        let kernel = PlainTransposedConvolution(
            window, filters: shape[3], groups: convolution.groups, activation: Activation(convolution.activation))
        var sources: [PlanValueID] = []
        for input in node.inputs { sources.append(try dense(input)) }
        try addPlain(.transposedConvolution(kernel), node, sources: sources)
    }

    mutating func lower(_ positions: PoolingPositions, _ node: Node) throws(Unsupported) {
        let source = try dense(node.inputs[0])
        let (image, result) = (try tensor(node.inputs[0]).1, try tensor(node.outputs[0]).1)
        var window = PlainWindow(positions.window, positions.window.edges(of: Spatial(image[1], image[2])), on: image)
        (window.resultHeight, window.resultWidth) = (result[1], result[2])
        let kernel = PlainPoolingPositions(window, columnMajor: positions.columnMajor)
        try addPlain(.poolingPositions(kernel), node, sources: [source])
    }
}

extension PlainWindow {
    fileprivate init(_ window: Window, _ edges: EdgeAmounts, on image: [Int]) {
        self.init()
        (images, height, width, channels) = (image[0], image[1], image[2], image[3])
        (kernelHeight, kernelWidth) = (window.size.height, window.size.width)
        (strideHeight, strideWidth) = (window.strides.height, window.strides.width)
        (dilationHeight, dilationWidth) = (window.dilations.height, window.dilations.width)
        (paddingTop, paddingLeft) = (edges.top, edges.left)
    }
}
