import GraphIR

extension ONNXOperator {
    static let determinants: [ONNXOperator] = [ONNXOperator("Det", [], 1...1, determinant)]
}

/// Larger matrices would be unreasonably many nodes, since each column is eliminated by nodes of its own.
private let mostColumns = 64

/// The product of the pivots of an elimination that takes the largest element of each column as its pivot, negative where the rows
/// of the pivots are an odd permutation.
private func determinant(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    guard value.rank >= 2, value.shape[value.rank - 1] == value.shape[value.rank - 2] else {
        throw .corrupt(nil, "\(value.type)", accepted: "square matrices")
    }
    guard value.type.element == .float32, let side = value.shape[value.rank - 1].constant, (1...mostColumns).contains(side) else {
        throw .unsupported(nil, "\(value.type)", accepted: "matrices of at most \(mostColumns) columns, f32")
    }
    // One matrix behind the other.
    var rest = try conversion.reshape(
        value, to: [.inferred, .dimension(Dimension(side)), .dimension(Dimension(side))], call)
    let batch = rest.shape[0]
    var product: ONNXValue?
    var rows: [ONNXValue] = []
    for column in 0..<side {
        let elements = try conversion.slice(rest, [2: Slice.Axis(start: Dimension(column), count: 1)], call)
        let magnitudes = try conversion.elementwise(.abs, elements, call)
        let largest = Operation.argumentMaximum(ArgumentMaximum(axis: 1, keepsAxis: true, selectsLast: false))
        let row = conversion.computed(try conversion.emit(largest, [try conversion.value(magnitudes, call)], call))
        rows.append(row)
        let isRow = try conversion.broadcast(
            .comparison(Comparison(.equal)), [row, try conversion.range(side, axis: 1, rank: 3)], call)
        let pivotRow = try conversion.reduce(
            .sum, try conversion.select(isRow, rest, .constant(0), call), axes: [1], keepsAxes: true, call)
        let pivot = try conversion.slice(pivotRow, [2: Slice.Axis(start: Dimension(column), count: 1)], call)
        product = try product.map { product throws(ONNXError) in try conversion.binary(.multiply, product, pivot, call) } ?? pivot
        guard column < side - 1 else { break }
        // A pivot of 0 has nothing left to eliminate. The pivot's own row becomes exactly 0, and is no pivot again.
        let isZero = try conversion.compare(.equal, pivot, .constant(0), call)
        let divisor = try conversion.select(isZero, .constant(1), pivot, call)
        let factors = try conversion.binary(.divide, elements, divisor, call)
        let eliminated = try conversion.binary(
            .subtract, rest, try conversion.binary(.multiply, factors, pivotRow, call), call)
        rest = try conversion.select(isRow, .constant(0), eliminated, call)
    }
    guard var result = product else { throw .unsupported(nil, "\(value.type)", accepted: "matrices") }
    if side > 1 { result = try conversion.binary(.multiply, result, try conversion.sign(rows, batch: batch, call), call) }
    return [try conversion.reshape(result, to: Array(value.shape.dropLast(2)), call)]
}

extension ONNXConversion {
    /// 1 or −1, as the number of pairs of rows in the wrong order is even or odd: `[N, 1, 1]`.
    ///
    /// - Parameter rows: `[N, 1, 1]` each, i64.
    fileprivate mutating func sign(_ rows: [ONNXValue], batch: Dimension, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let side = Dimension(rows.count)
        var ids: [ValueID] = []
        for row in rows { ids.append(try value(row, call)) }
        let sequence = computed(try emit(.concatenation(Concatenation(axis: 1)), ids, call))
        let isBefore = try broadcast(
            .comparison(Comparison(.less)), [try reshape(sequence, to: [batch, 1, side], call), sequence], call)
        let isLater = try broadcast(
            .comparison(Comparison(.greater)),
            [try range(rows.count, axis: 2, rank: 3), try range(rows.count, axis: 1, rank: 3)], call)
        let isWrong = try broadcast(.logical(Logical(.and)), [isBefore, isLater], call)
        let count = try reduce(.sum, try cast(isWrong, to: .float32, call), axes: [1, 2], keepsAxes: true, call)
        let halves = try elementwise(.floor, try binary(.multiply, count, .constant(0.5), call), call)
        let odd = try binary(.subtract, count, try binary(.add, halves, halves, call), call)
        return try binary(.subtract, .constant(1), try binary(.add, odd, odd, call), call)
    }
}
