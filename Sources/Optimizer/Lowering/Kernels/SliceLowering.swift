import GraphIR
import PlanFormat

/// A part of the rows and columns.
extension Slice: ImageLowering {
    // A view of something plain costs nothing.
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool {
        layouts.hasMadeImages(node.inputs[0]) && isCrop(of: layouts.function.type(of: node.inputs[0]))
    }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let source = try builder.source(node.inputs[0])
        guard let top = axes[1].start.constant, let left = axes[2].start.constant else {
            throw Unsupported("it begins at no number")
        }
        try builder.add(.padding(PaddingParameters(.constant, top: -top, left: -left)), node, sources: [source])
    }

    /// Whether it takes neighbouring rows and columns of images, with all channels.
    private func isCrop(of type: TensorType) -> Bool {
        guard axes.count == 4, axes.allSatisfy({ $0.step == 1 && $0.start.constant != nil }) else { return false }
        return [0, 3].allSatisfy { axes[$0].count == type.shape[$0] }
    }
}

extension Slice: PlainLowering {
    func layOutPlain(_ node: Node, in layouts: inout LayoutAnalysis) {
        layouts.setView(of: node.inputs[0], as: node.outputs[0], sliced)
    }

    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        guard let view = sliced(try builder.anyView(node.inputs[0]), try builder.tensor(node.outputs[0]).1) else {
            let start = axes.first { $0.start.constant == nil }?.start
            throw Unsupported("it begins at \(start.map { "\($0)" } ?? "no number"), expected a number")
        }
        builder.forms[node.outputs[0]] = TensorForm(view)
    }

    /// Nil where it begins at no number.
    private func sliced(_ view: TensorView, _ counts: [Int]) -> TensorView? {
        let starts = axes.compactMap(\.start.constant)
        guard starts.count == axes.count else { return nil }
        return view.sliced(starts: starts, steps: axes.map(\.step), counts: counts)
    }
}
