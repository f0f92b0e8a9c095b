import GraphIR
import PlanFormat

// Other places for the same elements, where views cannot say it.
extension PlanBuilder {
    /// Views one behind the other along an axis.
    mutating func joined(_ views: [TensorView], axis: Int, name: String) throws(Unsupported) -> TensorView {
        var shape = views[0].shape
        shape[axis] = views.reduce(0) { $0 + $1.shape[axis] }
        let strides = TensorView.rowMajor(shape)
        var parts: [PlainCopy.Part] = []
        var sources: [PlanValueID] = []
        var start = 0
        for view in views {
            let (part, source) = try part(view, resultStrides: strides, resultOffset: start * strides[axis])
            parts.append(part)
            sources.append(source)
            start += view.shape[axis]
        }
        let id = try addPlain(.copy(PlainCopy(parts)), sources: sources, views[0].element, shape, name: name)
        return TensorView(.value(id), views[0].element, shape)
    }

    /// A view as a part of a tensor with these strides.
    func part(
        _ view: TensorView, resultStrides: [Int], resultOffset: Int
    ) throws(Unsupported) -> (PlainCopy.Part, PlanValueID) {
        guard case .value(let base) = view.base else { throw Unsupported("an operand has no plain form") }
        let nest = LoopNest(view.shape, [view.strides, resultStrides])
        let part = PlainCopy.Part(
            loop: nest.loop, source: nest.view(0, offset: view.offset), result: nest.view(1, offset: resultOffset))
        return (part, base)
    }

    /// Entries along an axis that are known now.
    mutating func gathered(
        _ view: TensorView, axis: Int, _ positions: [Int], name: String
    ) throws(Unsupported) -> TensorView {
        let source = try contiguous(view, name: name)
        let words = positions.map { UInt32(bitPattern: Int32($0)) }
        let indices = try constantTensor(.int32, [positions.count], ConstantKey(sources: [], packing: .words(words))) {
            words.map(\.littleEndian).withUnsafeBytes { Array($0) }
        }
        var shape = view.shape
        shape[axis] = positions.count
        let kernel = PlainGather(view.shape.line(along: axis))
        let id = try addPlain(.gather(kernel), sources: [source, indices], view.element, shape, name: name)
        return TensorView(.value(id), view.element, shape)
    }

    /// The base of a view, or of a copy of it that has its elements one after the other.
    mutating func contiguous(_ view: TensorView, name: String) throws(Unsupported) -> PlanValueID {
        var view = view
        if case .value(let id) = view.base, view.offset == 0, view.isRowMajor,
            plan.values[id.index].plain?.elementCount == view.elementCount
        {
            return id
        }
        view = try copied(view, name: name)
        guard case .value(let id) = view.base else { throw Unsupported("it has no plain form") }
        return id
    }
}
