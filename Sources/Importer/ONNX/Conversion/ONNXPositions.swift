import GraphIR
import Shapes

// Positions in tensors, for the operators that look elements up at computed places.
extension ONNXCall {
    /// The sides of a value among whose elements positions are counted.
    func sides(_ value: ONNXValue) throws(ONNXError) -> [Int] {
        var sides: [Int] = []
        for axis in value.shape.indices { sides.append(try side(axis, of: value)) }
        return sides
    }

    /// The number of elements of an axis along which positions are counted.
    func side(_ axis: Int, of value: ONNXValue) throws(ONNXError) -> Int {
        guard let side = value.shape[axis].constant else {
            throw .unsupported(nil, "positions in \(value.type)", accepted: "numbers; give the shapes of the inputs")
        }
        return side
    }
}

extension ONNXConversion {
    /// 0, `step`, 2·`step` and so on, `count` of them, along one axis of a tensor that has one element along each of its other axes.
    mutating func range(
        _ count: Int, from start: Int = 0, step: Int = 1, axis: Int, rank: Int
    ) throws(ONNXError) -> ONNXValue {
        try reserve(count, of: .int64)
        var shape = [Int](repeating: 1, count: rank)
        shape[axis] = count
        return .constant(Constant(integers: (0..<count).map { start + $0 * step }, shape: shape))
    }

    /// Indices of an axis as i64, those that count from the end counted from the start.
    ///
    /// - Parameter sides: the number of elements of the axis, or a vector of those of the axes that the last axis of `indices` names.
    mutating func wrapped(_ indices: ONNXValue, sides: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let whole = try cast(indices, to: .int64, call)
        let isNegative = try compare(.less, whole, .constant(integer: 0, element: .int64), call)
        return try select(isNegative, try binary(.add, whole, sides, call), whole, call)
    }

    /// For each element of `indices`, which name elements of one axis of a tensor, the element's position in that tensor's
    /// row-major order; along the other axes it has the index of the element of `indices`.
    ///
    /// - Parameter shape: the sides of the tensor, as many as `indices` has.
    mutating func flatPositions(
        _ indices: ONNXValue, axis: Int, in shape: [Int], _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let strides = rowMajorStrides(shape)
        let sides = try call.sides(indices)
        let along = try wrapped(indices, sides: .constant(integer: shape[axis], element: .int64), call)
        var positions = try binary(.multiply, along, .constant(integer: strides[axis], element: .int64), call)
        for other in sides.indices where other != axis && sides[other] > 1 {
            let offsets = try range(sides[other], step: strides[other], axis: other, rank: sides.count)
            positions = try binary(.add, positions, offsets, call)
        }
        return positions
    }

    /// For each tuple along the last axis of `tuples`, which names an element of the axes of a tensor behind the first `batch` ones,
    /// the position of what it names in row-major order; along the first `batch` axes it has the index of the tuple.
    ///
    /// - Parameter shape: the sides of the tensor, those behind what a tuple names left out.
    mutating func flatPositions(
        tuples: ONNXValue, batch: Int, in shape: [Int], _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let strides = rowMajorStrides(shape)
        let sides = try call.sides(tuples)
        let named = Array(shape[batch...])
        let counted = try wrapped(tuples, sides: .constant(Constant(integers: named, shape: [named.count])), call)
        let steps = ONNXValue.constant(Constant(integers: Array(strides[batch...]), shape: [named.count]))
        var positions = try reduce(
            .sum, try binary(.multiply, counted, steps, call), axes: [sides.count - 1], keepsAxes: false, call)
        for axis in 0..<batch {
            let offsets = try range(sides[axis], step: strides[axis], axis: axis, rank: sides.count - 1)
            positions = try binary(.add, positions, offsets, call)
        }
        return positions
    }

    /// Slices of the data along an axis, by indices that may count from the end.
    mutating func gather(
        _ data: ONNXValue, axis: Int, _ indices: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let operands = [try value(data, call), try value(indices, call)]
        return computed(try emit(.gather(Gather(axis: axis)), operands, call))
    }
}

extension Constant {
    /// A constant of 64-bit integers.
    init(integers: [Int], shape: [Int]) {
        let stored = integers.map { Int64($0).littleEndian }
        self.init(element: .int64, shape: shape, bytes: .owned(stored.withUnsafeBytes { Array($0) }))
    }
}

extension ONNXValue {
    /// A scalar.
    static func constant(_ float: Float) -> ONNXValue { .constant(Constant([float], shape: [])) }
}
