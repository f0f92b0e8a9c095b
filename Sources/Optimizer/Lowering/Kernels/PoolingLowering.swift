import GraphIR
import PlanFormat

extension Pooling: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool { true }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let source = try builder.source(node.inputs[0])
        let input = builder.plan.values[source.index]
        let edges = window.edges(of: Spatial(input.height, input.width))
        var p = PoolingParameters()
        p.kind = PoolingKind(kind)
        p.set(window, edges)
        p.paddingBottom = edges.bottom
        p.paddingRight = edges.right
        p.countsPadding = countsPadding
        try builder.add(.pooling(p), node, sources: [source])
    }
}

extension GlobalPooling: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool { true }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        try builder.add(.globalPooling(PoolingKind(kind)), node, sources: [try builder.source(node.inputs[0])])
    }
}

extension PoolingPositions: PlainLowering {
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let source = try builder.dense(node.inputs[0])
        let (image, sides) = (try builder.tensor(node.inputs[0]).1, try builder.tensor(node.outputs[0]).1)
        var result = PlainWindow(window, window.edges(of: Spatial(image[1], image[2])), on: image)
        (result.resultHeight, result.resultWidth) = (sides[1], sides[2])
        let kernel = PlainPoolingPositions(result, columnMajor: columnMajor)
        try builder.addPlain(.poolingPositions(kernel), node, sources: [source])
    }
}

extension PoolingKind {
    fileprivate init(_ kind: Pooling.Kind) {
        switch kind {
        case .maximum: self = .maximum
        case .average: self = .average
        }
    }
}

extension Pooling {
    func checkBounds(of node: Node, _ place: String, in bounds: inout GraphBounds) {
        bounds.check(window, of: node, edges: { $0.edges(of: $1) }, place)
    }
}

extension PoolingPositions {
    func checkBounds(of node: Node, _ place: String, in bounds: inout GraphBounds) {
        bounds.check(window, of: node, edges: { $0.edges(of: $1) }, place)
    }
}
