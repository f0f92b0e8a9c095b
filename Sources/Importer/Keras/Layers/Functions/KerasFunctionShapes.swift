import GraphIR

/// Functions that give the same elements another shape or order.
enum KerasFunctionShapes {
    /// To a shape with the batch in it; -1 stands for what is left over.
    static func reshape(
        _ tensor: KerasTensor, to shape: [Int], _ emitter: inout KerasEmitter
    ) throws(GraphError) -> KerasTensor {
        guard !shape.isEmpty, shape.allSatisfy({ $0 >= -1 && $0 != 0 }) else {
            throw GraphError("the shape \(shape); positive sides are expected, and -1 for what is left over")
        }
        let value = try emitter.inModelOrder(tensor)
        let sides = shape.map { $0 == -1 ? Reshape.Side.inferred : .dimension(Dimension($0)) }
        return KerasTensor(value: try emitter.append(.reshape(Reshape(sides)), [value]))
    }

    /// A reshape to known sides or multiples of symbols.
    static func reshaped(
        _ value: ValueID, _ sides: [Dimension], _ emitter: inout KerasEmitter, part: String? = nil
    ) throws(GraphError) -> ValueID {
        try emitter.append(.reshape(Reshape(sides.map { .dimension($0) })), [value], part: part)
    }

    static func transpose(
        _ kind: KerasFunctionForm.Kind, _ call: KerasFunctionCall, _ emitter: inout KerasEmitter
    ) throws(GraphError) -> KerasTensor {
        let tensor = KerasTensor(value: try emitter.inModelOrder(call.tensor()))
        var axes = Array(0..<emitter.rank(of: tensor))
        switch kind {
        case .swapAxes:
            axes.swapAt(
                try emitter.axis(call.integer("axis1"), of: tensor), try emitter.axis(call.integer("axis2"), of: tensor))
        case .moveAxis:
            let source = try emitter.axis(call.integer("source"), of: tensor)
            let destination = try emitter.axis(call.integer("destination"), of: tensor)
            axes.insert(axes.remove(at: source), at: destination)
        default:
            guard let given = try call.integers("axes") else {
                axes.reverse()
                break
            }
            axes = []
            for axis in given { axes.append(try emitter.axis(axis, of: tensor)) }
        }
        guard axes.sorted() == Array(0..<emitter.rank(of: tensor)) else { throw GraphError("axes \(axes); each once is expected") }
        return KerasTensor(value: try emitter.append(.transpose(Transpose(axes)), [tensor.value]))
    }

    static func expand(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        let value = try emitter.inModelOrder(call.tensor())
        var shape = emitter.type(of: value).shape
        let given = try call.integers("axis") ?? []
        let rank = shape.count + given.count
        let axes = given.map { $0 < 0 ? $0 + rank : $0 }.sorted()
        guard !axes.isEmpty, Set(axes).count == axes.count, axes.allSatisfy((0..<rank).contains) else {
            throw GraphError("axis \(given) for a result of \(rank) axes")
        }
        for axis in axes { shape.insert(1, at: axis) }
        return KerasTensor(value: try reshaped(value, shape, &emitter))
    }

    static func squeeze(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        let tensor = KerasTensor(value: try emitter.inModelOrder(call.tensor()))
        let shape = emitter.type(of: tensor.value).shape
        let given = try call.integers("axis") ?? []
        guard !given.isEmpty || shape.allSatisfy({ $0.constant != nil }) else {
            throw GraphError("no axis for \(emitter.type(of: tensor.value)); one is expected, since an open side may be 1")
        }
        let axes = try given.isEmpty ? shape.indices.filter { shape[$0] == 1 } : call.axes(of: tensor, emitter)
        guard axes.allSatisfy({ shape[$0] == 1 }), axes.count < shape.count else {
            throw GraphError("axes \(axes) of \(emitter.type(of: tensor.value)); sides of 1 are expected")
        }
        let sides = shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
        return KerasTensor(value: try reshaped(tensor.value, sides, &emitter))
    }

    static func stack(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        var values: [ValueID] = []
        for tensor in try call.list() { values.append(try emitter.inModelOrder(tensor)) }
        guard let first = values.first else { throw GraphError("no operands") }
        var shape = emitter.type(of: first).shape
        let given = try call.integer("axis", default: 0)
        let axis = given < 0 ? given + shape.count + 1 : given
        guard (0...shape.count).contains(axis) else { throw GraphError("axis \(given) of a stack of \(shape.count + 1) axes") }
        shape.insert(1, at: axis)
        var parts: [ValueID] = []
        for (index, value) in values.enumerated() { parts.append(try reshaped(value, shape, &emitter, part: "part_\(index)")) }
        return KerasTensor(value: try emitter.append(.concatenation(Concatenation(axis: axis)), parts))
    }

    static func concatenate(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        var values: [ValueID] = []
        for tensor in try call.list() { values.append(try emitter.inModelOrder(tensor)) }
        guard let first = values.first else { throw GraphError("no operands") }
        let axis = try emitter.axis(call.integer("axis"), of: KerasTensor(value: first))
        return KerasTensor(value: try emitter.append(.concatenation(Concatenation(axis: axis)), values))
    }

    static func tile(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        var value = try emitter.inModelOrder(call.tensor())
        var repeats = try call.integers("repeats") ?? []
        var shape = emitter.type(of: value).shape
        guard repeats.allSatisfy({ (1...Limits.attribute).contains($0) }) else { throw GraphError("repeats \(repeats)") }
        if repeats.count > shape.count {
            shape = Array(repeating: 1, count: repeats.count - shape.count) + shape
            value = try reshaped(value, shape, &emitter, part: "aligned")
        }
        repeats = Array(repeating: 1, count: shape.count - repeats.count) + repeats
        return KerasTensor(value: try emitter.append(.tiling(Tiling(repeats)), [value]))
    }

    /// Each element several times: repeated along an axis of its own, which is merged then.
    static func repeated(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        let tensor = KerasTensor(value: try emitter.inModelOrder(call.tensor()))
        let axis = try emitter.axis(call.integer("axis"), of: tensor)
        let count = try call.integer("repeats")
        guard (1...Limits.attribute).contains(count) else { throw GraphError("repeats \(count)") }
        var shape = emitter.type(of: tensor.value).shape
        let apart = try reshaped(tensor.value, shape[...axis] + [1] + shape[(axis + 1)...], &emitter, part: "apart")
        var repeats = Array(repeating: 1, count: shape.count + 1)
        repeats[axis + 1] = count
        let tiled = try emitter.append(.tiling(Tiling(repeats)), [apart], part: "repeated")
        shape[axis] = shape[axis] * count
        return KerasTensor(value: try reshaped(tiled, shape, &emitter))
    }
}
