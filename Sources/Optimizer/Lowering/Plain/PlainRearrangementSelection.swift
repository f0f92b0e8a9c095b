import GraphIR
import PlanFormat

// Other places for the same elements: views as far as strides can say it, then copies.
extension Selection {
    mutating func lowerReshape(_ node: Node) throws(Unsupported) {
        let shape = try tensor(node.outputs[0]).1
        if let view = forms[node.inputs[0]]?.view?.reshaped(to: shape) {
            forms[node.outputs[0]] = TensorForm(view)
            return
        }
        let view = try rowMajor(node.inputs[0])
        forms[node.outputs[0]] = TensorForm(view.reshaped(to: shape))
    }

    mutating func lowerPlain(_ slice: Slice, _ node: Node) throws(Unsupported) {
        let counts = try tensor(node.outputs[0]).1
        var starts: [Int] = []
        for range in slice.axes {
            guard let start = range.start.constant else { throw Unsupported("it begins at \(range.start), expected a number") }
            starts.append(start)
        }
        let view = try anyView(node.inputs[0])
        forms[node.outputs[0]] = TensorForm(view.sliced(starts: starts, steps: slice.axes.map(\.step), counts: counts))
    }

    mutating func lowerExpansion(_ node: Node) throws(Unsupported) {
        let view = try anyView(node.inputs[0])
        forms[node.outputs[0]] = TensorForm(view.broadcast(to: try tensor(node.outputs[0]).1))
    }

    /// A view, of an input or a constant that need not be a plain value yet.
    private mutating func anyView(_ value: ValueID) throws(Unsupported) -> TensorView {
        if let view = try form(of: value).view { return view }
        return try plainView(value)
    }

    /// One axis after the other: [outer, repeats, side and inner].
    mutating func lower(_ tiling: Tiling, _ node: Node) throws(Unsupported) {
        var view = try rowMajor(node.inputs[0])
        for (axis, repeats) in tiling.repeats.enumerated() where repeats != 1 {
            let outer = view.shape[..<axis].reduce(1, *)
            let block = view.shape[axis...].reduce(1, *)
            var shape = view.shape
            shape[axis] *= repeats
            let repeated = TensorView(view.base, view.element, [outer, 1, block]).broadcast(to: [outer, repeats, block])
            let copy = try copied(repeated, name: node.name)
            view = TensorView(copy.base, view.element, shape)
        }
        forms[node.outputs[0]] = TensorForm(view)
    }

    mutating func lowerPlain(_ concatenation: Concatenation, _ node: Node) throws(Unsupported) {
        var views: [TensorView] = []
        for input in node.inputs { views.append(try plainView(input)) }
        forms[node.outputs[0]] = TensorForm(try joined(views, axis: concatenation.axis, name: node.name))
    }

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

    private func part(
        _ view: TensorView, resultStrides: [Int], resultOffset: Int
    ) throws(Unsupported) -> (PlainCopy.Part, PlanValueID) {
        guard case .value(let base) = view.base else { throw Unsupported("an operand has no plain form") }
        let nest = LoopNest(view.shape, [view.strides, resultStrides])
        let part = PlainCopy.Part(
            loop: nest.loop, source: nest.view(0, offset: view.offset), result: nest.view(1, offset: resultOffset))
        return (part, base)
    }

    mutating func lowerPlain(_ padding: Padding, _ node: Node) throws(Unsupported) {
        let operand = try plainView(node.inputs[0])
        // Both ends are cut before anything is added.
        let cut = operand.sliced(
            starts: padding.amounts.map { max(0, -$0.before) }, steps: padding.amounts.map { _ in 1 },
            counts: operand.shape.indices.map {
                operand.shape[$0] + min(0, padding.amounts[$0].before) + min(0, padding.amounts[$0].after)
            })
        let added = padding.amounts.map { (before: max(0, $0.before), after: max(0, $0.after)) }
        if case .constant(let value) = padding.mode {
            let (element, shape) = try tensor(node.outputs[0])
            let strides = TensorView.rowMajor(shape)
            let offset = zip(added, strides).reduce(0) { $0 + $1.0.before * $1.1 }
            let (part, source) = try part(cut, resultStrides: strides, resultOffset: offset)
            return try addPlain(.copy(PlainCopy([part], filler: element.bits(of: value))), node, sources: [source])
        }
        var view = cut
        for axis in cut.shape.indices where added[axis] != (0, 0) {
            let side = cut.shape[axis]
            let positions = (-added[axis].before..<(side + added[axis].after)).map { padding.mode.position($0, side) }
            view = try gathered(view, axis: axis, positions, name: node.name)
        }
        forms[node.outputs[0]] = TensorForm(view)
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
        let kernel = PlainGather(
            outer: shape[..<axis].reduce(1, *), axis: view.shape[axis], inner: shape[(axis + 1)...].reduce(1, *))
        let id = try addPlain(.gather(kernel), sources: [source, indices], view.element, shape, name: name)
        return TensorView(.value(id), view.element, shape)
    }

    /// The base of a view, or of a copy of it that has its elements one after the other.
    mutating func contiguous(_ view: TensorView, name: String) throws(Unsupported) -> PlanValueID {
        var view = view
        if case .value(let id) = view.base, view.offset == 0, view.isRowMajor,
            network.values[id.index].plain?.elementCount == view.elementCount
        {
            return id
        }
        view = try copied(view, name: name)
        guard case .value(let id) = view.base else { throw Unsupported("it has no plain form") }
        return id
    }

    mutating func lower(_ gather: Gather, _ node: Node) throws(Unsupported) {
        let data = try dense(node.inputs[0])
        let indices = try dense(node.inputs[1])
        let shape = try tensor(node.inputs[0]).1
        let kernel = PlainGather(
            outer: shape[..<gather.axis].reduce(1, *), axis: shape[gather.axis], inner: shape[(gather.axis + 1)...].reduce(1, *))
        try addPlain(.gather(kernel), node, sources: [data, indices])
    }
}

extension Padding.Mode {
    /// The position inside 0 ..< side that a position around it shows.
    fileprivate func position(_ position: Int, _ side: Int) -> Int {
        switch self {
        case .constant, .edge: return min(max(position, 0), side - 1)
        case .wrap: return ((position % side) + side) % side
        case .reflect:
            let mirrored = abs(position)
            return mirrored < side ? mirrored : 2 * (side - 1) - mirrored
        }
    }
}

extension ElementType {
    /// The bits of a float that is converted to the type, as ``Cast`` does.
    func bits(of value: Float) -> UInt64 {
        func integer<Number: FixedWidthInteger>(_: Number.Type) -> UInt64 {
            if value.isNaN { return 0 }
            if value <= Float(Number.min) { return UInt64(truncatingIfNeeded: Number.min) }
            if value >= Float(Number.max) { return UInt64(truncatingIfNeeded: Number.max) }
            return UInt64(truncatingIfNeeded: Number(value))
        }
        switch self {
        case .float32: return UInt64(value.bitPattern)
        case .int64: return integer(Int64.self)
        case .int32: return integer(Int32.self)
        case .uint8: return integer(UInt8.self)
        case .int8: return integer(Int8.self)
        case .bool: return value != 0 ? 1 : 0
        }
    }
}
