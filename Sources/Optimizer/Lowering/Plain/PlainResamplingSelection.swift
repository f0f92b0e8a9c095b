import GraphIR
import PlanFormat

extension Selection {
    /// One axis after the other. What takes single elements is a gathering, of any element type.
    mutating func lowerPlain(_ resampling: Resampling, _ node: Node) throws(Unsupported) {
        var view = try plainView(node.inputs[0])
        try checkHeldWhole(node.outputs[0])
        for axis in resampling.axes {
            let taps = axis.taps(inputSize: view.shape[axis.axis])
            if view.element != .float32 || taps.allSatisfy({ $0.count == 1 && $0[0].weight == 1 }) {
                view = try picked(view, axis.axis, taps.map { $0.first?.index }, filler: resampling.extrapolation, node)
            } else {
                view = try resampled(view, axis.axis, taps, outside: resampling.extrapolation, node)
            }
        }
        forms[node.outputs[0]] = TensorForm(view)
    }

    /// Single elements of an axis; where there is none the filler, which is put behind them first.
    private mutating func picked(
        _ view: TensorView, _ axis: Int, _ positions: [Int?], filler: Float, _ node: Node
    ) throws(Unsupported) -> TensorView {
        let side = view.shape[axis]
        var source = view
        if positions.contains(nil) {
            var shape = view.shape
            shape[axis] += 1
            guard case .value(let base) = view.base else { throw Unsupported("it has no plain form") }
            let nest = LoopNest(view.shape, [view.strides, TensorView.rowMajor(shape)])
            let part = PlainCopy.Part(loop: nest.loop, source: nest.view(0, offset: view.offset), result: nest.view(1))
            let copy = PlainCopy([part], filler: view.element.bits(of: filler))
            let id = try addPlain(.copy(copy), sources: [base], view.element, shape, name: node.name)
            source = TensorView(.value(id), view.element, shape)
        }
        return try gathered(source, axis: axis, positions.map { $0 ?? side }, name: node.name)
    }

    private mutating func resampled(
        _ view: TensorView, _ axis: Int, _ taps: [[(index: Int, weight: Float)]], outside: Float, _ node: Node
    ) throws(Unsupported) -> TensorView {
        let source = try contiguous(view, name: node.name)
        let count = taps.reduce(0) { max($0, $1.count) }
        var positions: [UInt32] = []
        var weights: [UInt32] = []
        positions.reserveCapacity(taps.count * count)
        weights.reserveCapacity(taps.count * count)
        for terms in taps {
            for term in 0..<count {
                positions.append(term < terms.count ? UInt32(terms[term].index) : 0)
                weights.append(term < terms.count ? terms[term].weight.bitPattern : 0)
            }
        }
        // Adding −0 changes nothing, not even the sign of a zero.
        let added = taps.map { $0.isEmpty ? outside.bitPattern : (-Float.zero).bitPattern }
        let constants = [network.constants.insert(positions), network.constants.insert(weights), network.constants.insert(added)]
        let (outer, input, inner) = view.shape.split(at: axis)
        var shape = view.shape
        shape[axis] = taps.count
        let kernel = PlainResampling(outer: outer, input: input, inner: inner, output: taps.count, taps: count)
        let id = try addPlain(
            .resampling(kernel), sources: [source], constants: constants, .float32, shape, name: node.name)
        return TensorView(.value(id), .float32, shape)
    }
}
