import GraphIR

extension ONNXOperator {
    static let rearrangements: [ONNXOperator] = [
        ONNXOperator("Concat", ["axis"], 1...Int.max, concatenation),
        ONNXOperator("Transpose", ["perm"]) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            let permutation = try call.ints("perm") ?? Array((0..<value.rank).reversed())
            guard permutation.sorted() == Array(0..<value.rank) else {
                throw .corrupt(nil, attribute: "perm", "[\(permutation.list)]", accepted: "a permutation of \(value.rank) axes")
            }
            // A transposition of an image to the order that the function has it in is the value itself.
            if case .image(let id) = value.content, permutation == ONNXValue.channelsLast { return [conversion.computed(id)] }
            if case .computed(let id) = value.content, permutation == ONNXValue.channelsSecond {
                return [ONNXValue(.image(id), TensorType(value.type.element, permutation.map { value.shape[$0] }))]
            }
            return [try conversion.transpose(value, permutation, call)]
        },
        ONNXOperator("Reshape", ["allowzero", "shape", "consumed_inputs"], 1...2, reshape),
        ONNXOperator("Flatten", ["axis"]) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            var axis = try call.int("axis", default: 1)
            if axis < 0 { axis += value.rank }
            guard (0...value.rank).contains(axis) else {
                throw .corrupt(nil, attribute: "axis", "\(axis)", accepted: "\(-value.rank) through \(value.rank)")
            }
            return [try conversion.reshape(value, to: try flatSides(value.shape, axis), call)]
        },
        ONNXOperator("Squeeze", ["axes"], 1...2) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            let listed = try call.operand(1) == nil ? call.ints("axes") : call.integers(1, "axes")
            let axes: [Int]
            if let listed {
                axes = try call.axes(listed, rank: value.rank)
            } else {
                axes = value.shape.indices.filter { value.shape[$0] == 1 }
            }
            for axis in axes where value.shape[axis] != 1 {
                throw .corrupt(nil, attribute: "axes", "axis \(axis) of \(value.shape[axis]) elements", accepted: "axes of one element")
            }
            return [try conversion.reshape(value, to: value.shape.indices.filter { !axes.contains($0) }.map { value.shape[$0] }, call)]
        },
        ONNXOperator("Unsqueeze", ["axes"], 1...2) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            guard let listed = try call.operand(1) == nil ? call.ints("axes") : call.integers(1, "axes") else {
                throw .corrupt(nil, attribute: "axes", "none", accepted: "axes")
            }
            let rank = value.rank + listed.count
            let axes = try call.axes(listed, rank: rank)
            var rest = value.shape[...]
            return [try conversion.reshape(value, to: (0..<rank).map { axes.contains($0) ? 1 : rest.removeFirst() }, call)]
        },
        ONNXOperator("Expand", [], 2...2) { conversion, call throws(ONNXError) in
            let value = try call.required(0)
            let shape = try call.dimensions(1, "shape") ?? []
            let expansion = Operation.expansion(Expansion(to: shape))
            return [conversion.computed(try conversion.emit(expansion, [try conversion.value(value, call)], call))]
        },
        ONNXOperator("Tile", [], 2...3, tiling),
        ONNXOperator("DepthToSpace", ["blocksize", "mode"], depthToSpace),
        ONNXOperator("SpaceToDepth", ["blocksize", "mode"], spaceToDepth),
        ONNXOperator("Identity") { conversion, call throws(ONNXError) in [try call.required(0)] },
        ONNXOperator("Dropout", ["ratio", "seed", "is_test", "consumed_inputs"], 1...3, dropout),
    ]
}

/// The two sides of a flattened shape, at most one of them left to be inferred.
private func flatSides(_ shape: [Dimension], _ axis: Int) throws(ONNXError) -> [Reshape.Side] {
    let second = shape[axis...].product
    if let first = shape[..<axis].product { return [.dimension(first), second.map { .dimension($0) } ?? .inferred] }
    guard let second else {
        throw .unsupported(nil, "products of symbolic sides", accepted: "numbers; give the shapes of the inputs")
    }
    return [.inferred, .dimension(second)]
}

private func concatenation(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    var values: [ONNXValue] = []
    for index in call.operands.indices {
        let value = try call.required(index)
        // A tensor without elements adds nothing.
        if !value.shape.contains(0) { values.append(value) }
    }
    guard let first = values.first else { return [try call.required(0)] }
    let axis = try call.axis(try call.int("axis", default: 1), rank: first.rank)
    if values.count == 1 { return [first] }
    let areImages = first.rank == 4 && values.contains { if case .image = $0.content { true } else { false } }
    var ids: [ValueID] = []
    for value in values {
        ids.append(areImages && value.rank == 4 ? try conversion.image(value, call) : try conversion.value(value, call))
    }
    let place = areImages ? ONNXValue.channelsSecond[axis] : axis
    let id = try conversion.emit(.concatenation(Concatenation(axis: place)), ids, call)
    return [conversion.aligned(id, areImages: areImages)]
}

private func reshape(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let listed = try call.operand(1) == nil ? call.ints("shape")?.map { Dimension($0) } : call.dimensions(1, "shape")
    guard let listed else { throw .corrupt(nil, attribute: "shape", "none", accepted: "a shape") }
    let allowsZero = try call.flag("allowzero", default: false)
    var sides: [Reshape.Side] = []
    for (axis, side) in listed.enumerated() {
        if side == -1 {
            sides.append(.inferred)
        } else if side == 0, !allowsZero {
            guard axis < value.rank else {
                throw .corrupt(nil, attribute: "shape", "0 for axis \(axis)", accepted: "0 for one of \(value.rank) axes")
            }
            sides.append(.dimension(value.shape[axis]))
        } else {
            sides.append(.dimension(side))
        }
    }
    if let shape = sides.fixed { return [try conversion.reshape(value, to: shape, call)] }
    return [try conversion.reshape(value, to: sides, call)]
}

extension [Reshape.Side] {
    /// The shape where nothing is to be inferred.
    fileprivate var fixed: [Dimension]? {
        var shape: [Dimension] = []
        for side in self {
            guard case .dimension(let dimension) = side else { return nil }
            shape.append(dimension)
        }
        return shape
    }
}

private func tiling(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    var repeats = try call.integers(1, "repeats") ?? []
    if let axis = try call.integers(2, "axis")?.first {
        // Version 1: a number of tiles and the axis.
        let factor = repeats.first ?? 1
        repeats = [Int](repeating: 1, count: value.rank)
        repeats[try call.axis(axis, rank: value.rank)] = factor
    }
    guard repeats.count == value.rank else {
        throw .corrupt(nil, attribute: "repeats", "[\(repeats.list)]", accepted: "\(value.rank) numbers")
    }
    let operand = try conversion.oriented(value, call)
    let tiling = Operation.tiling(Tiling(operand.axes.map { repeats[$0] }))
    return [conversion.result(try conversion.emit(tiling, [operand.id], call), like: operand)]
}

/// A block of `size`² channels becomes a square of pixels.
private func depthToSpace(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let (size, shape) = try blocks(call, value)
    guard let channels = shape[1].exactQuotient(by: size * size) else {
        throw .corrupt(nil, attribute: "blocksize", "\(size)", accepted: "its square to divide the \(shape[1]) channels")
    }
    let isColumnRowDepth = try isColumnRowDepth(call)
    let block = Dimension(size)
    let split = try conversion.reshape(
        value, to: [shape[0]] + (isColumnRowDepth ? [channels, block, block] : [block, block, channels]) + shape[2...], call)
    let spread = try conversion.transpose(split, isColumnRowDepth ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2], call)
    return [try conversion.reshape(spread, to: [shape[0], channels, shape[2] * size, shape[3] * size], call)]
}

private func spaceToDepth(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let (size, shape) = try blocks(call, value)
    guard let rows = shape[2].exactQuotient(by: size), let columns = shape[3].exactQuotient(by: size) else {
        throw .corrupt(nil, attribute: "blocksize", "\(size)", accepted: "a divisor of \(shape[2]) and \(shape[3])")
    }
    let block = Dimension(size)
    let split = try conversion.reshape(value, to: [shape[0], shape[1], rows, block, columns, block], call)
    let joined = try conversion.transpose(split, try isColumnRowDepth(call) ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4], call)
    return [try conversion.reshape(joined, to: [shape[0], shape[1] * (size * size), rows, columns], call)]
}

/// Whether a block's pixels are the last part of the channels' order, or the first.
private func isColumnRowDepth(_ call: ONNXCall) throws(ONNXError) -> Bool {
    switch try call.string("mode", default: "DCR") {
    case "DCR": return false
    case "CRD": return true
    case let other: throw .corrupt(nil, attribute: "mode", "'\(other)'", accepted: "DCR or CRD")
    }
}

private func blocks(_ call: ONNXCall, _ value: ONNXValue) throws(ONNXError) -> (Int, [Dimension]) {
    guard let size = try call.int("blocksize"), (1...1024).contains(size) else {
        throw .corrupt(nil, attribute: "blocksize", "none, or out of range", accepted: "1 to 1024")
    }
    guard value.rank == 4 else { throw .corrupt(nil, "an image of \(value.rank) axes", accepted: "4") }
    return (size, value.shape)
}

/// At inference, a dropout gives its operand and a mask that is true everywhere.
private func dropout(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    var ratio = try call.float("ratio", default: 0.5)
    if call.operand(1) != nil { ratio = call.operand(1)?.known?.floats?.first ?? ratio }
    if call.operand(2) != nil {
        guard let isTraining = try call.integers(2, "training_mode")?.first else {
            throw .corrupt(nil, attribute: "training_mode", "no element", accepted: "one")
        }
        guard isTraining == 0 || (call.operand(1)?.constant != nil && ratio == 0) else {
            throw .unsupported(nil, attribute: "training_mode", "true", accepted: "false")
        }
    }
    let isFloat = value.type.element == .float32 && (0...1).contains(ratio)
    var results = [isFloat ? try conversion.mapElements(.dropout(Dropout(rate: ratio)), value, call) : value]
    if call.wants(1) {
        guard let shape = value.type.staticShape else {
            throw .unsupported(nil, "a mask of the shape \(value.type)", accepted: "sides that are numbers")
        }
        // Before version 10 the mask has the operand's type.
        let isFloatMask = call.version < 10 && value.type.element == .float32
        results.append(
            try conversion.filled(
                isFloatMask ? Constant([1], shape: []) : Constant(element: .bool, shape: [], bytes: .owned([1])), shape, call))
    }
    return results
}
