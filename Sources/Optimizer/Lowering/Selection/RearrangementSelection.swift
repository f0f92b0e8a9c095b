import GraphIR
import PlanFormat

extension Selection {
    mutating func lower(_ concatenation: Concatenation, _ node: Node) throws(Unsupported) {
        var sources: [PlanValueID] = []
        for operand in node.inputs { sources.append(try source(operand)) }
        try add(.concatenation, node, sources: sources)
    }

    mutating func lower(_ padding: Padding, _ node: Node) throws(Unsupported) {
        let source = try source(node.inputs[0])
        let (top, left) = (padding.amounts[1].before, padding.amounts[2].before)
        let parameters =
            switch padding.mode {
            case .constant(let value): PaddingParameters(.constant, value: value, top: top, left: left)
            case .edge: PaddingParameters(.edge, top: top, left: left)
            case .reflect: PaddingParameters(.reflect, top: top, left: left)
            case .wrap: throw Unsupported("it repeats the image, which no kernel on images does")
            }
        try add(.padding(parameters), node, sources: [source])
    }
}

extension Selection {
    /// A part of the rows and columns.
    mutating func lower(_ slice: Slice, _ node: Node) throws(Unsupported) {
        let source = try source(node.inputs[0])
        guard let top = slice.axes[1].start.constant, let left = slice.axes[2].start.constant else {
            throw Unsupported("it begins at no number")
        }
        try add(.padding(PaddingParameters(.constant, top: -top, left: -left)), node, sources: [source])
    }
}

extension Slice {
    /// Whether it takes neighbouring rows and columns of images, with all channels.
    func isCrop(of type: TensorType) -> Bool {
        guard axes.count == 4, axes.allSatisfy({ $0.step == 1 && $0.start.constant != nil }) else { return false }
        return [0, 3].allSatisfy { axes[$0].count == type.shape[$0] }
    }
}
