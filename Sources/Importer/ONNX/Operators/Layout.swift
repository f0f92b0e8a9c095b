import GraphIR

/// A value with the order of axes that it happens to have in the function, for operators that work on any axis alike:
/// they need no transposition.
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
        let areImages = values.contains { if case .image = $0.content { true } else { false } }
            && values.allSatisfy { $0.rank == 4 || ($0.constant != nil && $0.rank < 4) }
        var ids: [ValueID] = []
        for value in values {
            guard areImages else { ids.append(try self.value(value, call)); continue }
            if let constant = value.constant {
                ids.append(constant.elementCount == 1 && constant.shape.count < 4
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
        computed(try emit(.reshape(Reshape(sides)), [try self.value(value, call)], call))
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
