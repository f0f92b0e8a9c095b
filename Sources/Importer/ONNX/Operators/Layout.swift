import GraphIR

/// A value in the order of axes that it has in the function at the moment. For operators that treat every axis alike, so that
/// no transposition is needed.
struct ONNXOriented {
    let id: ValueID
    let isImage: Bool
    /// For each axis of the ONNX value its place in the function's value.
    let places: [Int]
    /// For each axis of the function's value the axis of the ONNX value.
    let axes: [Int]
}

extension ONNXConversion {
    mutating func oriented(_ value: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXOriented {
        if case .image(let id) = value.content {
            return ONNXOriented(id: id, isImage: true, places: ONNXValue.channelsSecond, axes: ONNXValue.channelsLast)
        }
        let axes = Array(0..<value.rank)
        return ONNXOriented(id: try self.value(value, call), isImage: false, places: axes, axes: axes)
    }

    mutating func result(_ id: ValueID, like operand: ONNXOriented) -> ONNXValue {
        operand.isImage ? imageResult(id) : computed(id)
    }

    /// Applies an operation that treats all elements alike.
    mutating func mapElements(_ operation: Operation, _ value: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let operand = try oriented(value, call)
        return result(try emit(operation, [operand.id], call), like: operand)
    }

    /// Operands that broadcast with each other, all as images where one of them is and the others can be, else all in ONNX's
    /// order of axes.
    mutating func aligned(_ values: [ONNXValue], _ call: ONNXCall) throws(ONNXError) -> (ids: [ValueID], areImages: Bool) {
        let areImages =
            values.contains { if case .image = $0.content { true } else { false } }
            && values.allSatisfy { $0.rank == 4 || ($0.constant != nil && $0.rank < 4) }
        var ids: [ValueID] = []
        for value in values {
            guard areImages else {
                ids.append(try self.value(value, call))
                continue
            }
            if let constant = value.constant {
                ids.append(
                    constant.elementCount == 1 && constant.shape.count < 4
                        ? self.constant(constant.reshaped([]), call)
                        : self.constant(constant.broadcastingAsImage, call))
            } else {
                ids.append(try image(value, call))
            }
        }
        return (ids, areImages)
    }

    mutating func aligned(_ id: ValueID, areImages: Bool) -> ONNXValue { areImages ? imageResult(id) : computed(id) }

    /// The value under other sides with as many elements, in ONNX's order of axes.
    mutating func reshape(_ value: ONNXValue, to sides: [Reshape.Side], _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        // Of several reshapes in a row only the last one counts.
        let source = unreshaped(value)
        let types = try? Operation.reshape(Reshape(sides)).resultTypes(operands: [source.type], callee: { _ in nil })
        if let shape = types?.first?.shape {
            if shape == source.shape { return source }
            if let moved = movingChannel(source, to: shape) { return moved }
        }
        let id = try emit(.reshape(Reshape(sides)), [try self.value(source, call)], call)
        reshapeSources[id] = source
        return computed(id)
    }

    mutating func reshape(_ value: ONNXValue, to shape: [Dimension], _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        if value.shape == shape { return value }
        if let constant = value.constant, let sides = TensorType(shape).staticShape,
            checkedElementCount(sides) == constant.elementCount
        {
            return .constant(constant.reshaped(sides))
        }
        return try reshape(value, to: shape.map { .dimension($0) }, call)
    }

    /// What a value was before it was reshaped.
    private func unreshaped(_ value: ONNXValue) -> ONNXValue {
        guard case .computed(let id) = value.content else { return value }
        return reshapeSources[id] ?? value
    }

    /// Moving a single channel to another place changes nothing but the sides; tf2onnx writes it as a reshape.
    private func movingChannel(_ value: ONNXValue, to shape: [Dimension]) -> ONNXValue? {
        guard value.rank == 4, shape.count == 4 else { return nil }
        switch value.content {
        case .image(let id) where value.shape[1] == 1 && shape == ONNXValue.channelsLast.map({ value.shape[$0] }):
            return ONNXValue(.computed(id), TensorType(value.type.element, shape))
        case .computed(let id) where value.shape[3] == 1 && shape == ONNXValue.channelsSecond.map({ value.shape[$0] }):
            return ONNXValue(.image(id), TensorType(value.type.element, shape))
        default: return nil
        }
    }

    mutating func transpose(_ value: ONNXValue, _ permutation: [Int], _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        if permutation == Array(permutation.indices) { return value }
        if let constant = value.constant { return .constant(constant.transposed(permutation)) }
        return computed(try emit(.transpose(Transpose(permutation)), [try self.value(value, call)], call))
    }
}

extension Constant {
    /// A constant of at most 4 axes that broadcasts with `[N, C, H, W]`, as one that broadcasts with `[N, H, W, C]`.
    fileprivate var broadcastingAsImage: Constant {
        reshaped([Int](repeating: 1, count: 4 - shape.count) + shape).transposed(ONNXValue.channelsLast)
    }
}
