import GraphIR
import PlanFormat

extension Selection {
    mutating func lower(_ pooling: Pooling, _ node: Node) throws(Unsupported) {
        let source = try source(node.inputs[0])
        let input = network.values[source.index]
        let edges = pooling.window.edges(of: Spatial(input.height, input.width))
        var p = PoolingParameters()
        p.kind = PoolingKind(pooling.kind)
        p.kernelHeight = pooling.window.size.height
        p.kernelWidth = pooling.window.size.width
        p.strideHeight = pooling.window.strides.height
        p.strideWidth = pooling.window.strides.width
        p.dilationHeight = pooling.window.dilations.height
        p.dilationWidth = pooling.window.dilations.width
        p.paddingTop = edges.top
        p.paddingLeft = edges.left
        p.paddingBottom = edges.bottom
        p.paddingRight = edges.right
        p.countsPadding = pooling.countsPadding
        try add(.pooling(p), node, sources: [source])
    }

    mutating func lower(_ pooling: GlobalPooling, _ node: Node) throws(Unsupported) {
        try add(.globalPooling(PoolingKind(pooling.kind)), node, sources: [try source(node.inputs[0])])
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
