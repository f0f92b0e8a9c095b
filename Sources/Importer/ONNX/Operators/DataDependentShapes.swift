import GraphIR
import Shapes

extension ONNXOperator {
    /// Operators whose results have as many elements as the values of operands say, which therefore have to be known.
    static let dataDependentShapes: [ONNXOperator] = [
        ONNXOperator("Compress", ["axis"], 2...2, compress),
        ONNXOperator("NonZero", [], 1...1, nonZero),
        ONNXOperator("Unique", ["axis", "sorted"], unique),
    ]
}

extension ONNXCall {
    /// An operand that decides how many elements a result has.
    fileprivate func constant(_ index: Int, _ role: String) throws(ONNXError) -> Constant {
        guard let constant = try required(index).constant else {
            throw .unsupported(
                nil, attribute: role, "a value that is computed when the model runs, and decides the result's shape",
                accepted: "a constant, or an input that is bound to an array")
        }
        return constant
    }
}

/// The slices of an axis, or without one the elements, for which a condition is true.
private func compress(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let value = try call.required(0)
    let condition = try call.constant(1, "condition")
    guard condition.element == .bool, condition.shape.count == 1 else {
        throw .corrupt(nil, "a condition \(condition.type)", accepted: "a vector of bool")
    }
    let chosen = condition.bytes.withUnsafeBytes { bytes in bytes.indices.filter { bytes[$0] != 0 } }
    let axis = try call.int("axis").map { axis throws(ONNXError) in try call.axis(axis, rank: value.rank) }
    let data = axis == nil ? try conversion.reshape(value, to: [.inferred], call) : value
    if let side = data.shape[axis ?? 0].constant, let last = chosen.last, last >= side {
        throw .corrupt(nil, "a condition of \(condition.elementCount) elements", accepted: "at most \(side)")
    }
    let indices = ONNXValue.constant(Constant(integers: chosen, shape: [chosen.count]))
    return [try conversion.gather(data, axis: axis ?? 0, indices, call)]
}

/// The indices of the elements that are not 0: one row for each axis.
private func nonZero(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let constant = try call.constant(0, "X")
    let found = constant.nonZeroPositions
    let strides = rowMajorStrides(constant.shape)
    try conversion.reserve(found.count * strides.count, of: .int64)
    var indices: [Int] = []
    for (stride, side) in zip(strides, constant.shape) {
        indices += found.map { $0 / stride % side }
    }
    return [.constant(Constant(integers: indices, shape: [strides.count, found.count]))]
}

/// The slices of an axis, or without one the elements, that differ from all before them; where each was first; which of them each
/// slice is; and how often there is each.
private func unique(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    var constant = try call.constant(0, "X")
    let shape = constant.shape
    let axis = try call.int("axis").map { axis throws(ONNXError) in try call.axis(axis, rank: shape.count) }
    if axis == nil { constant = constant.reshaped([constant.elementCount]) }
    let place = axis ?? 0
    // One row for each slice.
    let order = [place] + constant.shape.indices.filter { $0 != place }
    let rows = constant.transposed(order)
    let count = rows.shape[0]
    let width = count == 0 ? 0 : rows.elementCount / count
    var groups = DistinctRows(rows.comparables, count: count, width: width)
    if try call.flag("sorted", default: true) { groups.sort() }
    let indices = Constant(integers: groups.firsts, shape: [groups.firsts.count])
    let chosen = try conversion.gather(.constant(constant), axis: place, .constant(indices), call)
    return [
        chosen, .constant(indices), .constant(Constant(integers: groups.groupOfRow, shape: [count])),
        .constant(Constant(integers: groups.counts, shape: [groups.counts.count])),
    ]
}

/// Which rows of a table are equal to each other.
private struct DistinctRows {
    private let table: [Element]
    private let width: Int
    /// The first row of each group of equal rows, in the order in which they come.
    private(set) var firsts: [Int] = []
    private(set) var counts: [Int] = []
    private(set) var groupOfRow: [Int] = []

    /// An element; integers are exact, and NaN comes behind all numbers.
    enum Element: Hashable {
        case integer(Int)
        case real(Float)

        static func isBefore(_ left: Element, _ right: Element) -> Bool {
            switch (left, right) {
            case (.integer(let x), .integer(let y)): x < y
            case (.real(let x), .real(let y)): x < y || (y.isNaN && !x.isNaN)
            case (.integer, .real): true
            case (.real, .integer): false
            }
        }
    }

    init(_ table: [Element], count: Int, width: Int) {
        self.table = table
        self.width = width
        var groups: [[Element]: Int] = [:]
        for row in 0..<count {
            let elements = Array(table[(row * width)..<((row + 1) * width)])
            if let group = groups[elements] {
                groupOfRow.append(group)
                counts[group] += 1
            } else {
                groups[elements] = firsts.count
                groupOfRow.append(firsts.count)
                firsts.append(row)
                counts.append(1)
            }
        }
    }

    /// Puts the groups into the order of their elements.
    mutating func sort() {
        let order = firsts.indices.sorted { isBefore(firsts[$0], firsts[$1]) }
        var newPlaces = [Int](repeating: 0, count: order.count)
        for (new, old) in order.enumerated() { newPlaces[old] = new }
        firsts = order.map { firsts[$0] }
        counts = order.map { counts[$0] }
        groupOfRow = groupOfRow.map { newPlaces[$0] }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        for column in 0..<width {
            let (x, y) = (table[left * width + column], table[right * width + column])
            if Element.isBefore(x, y) { return true }
            if Element.isBefore(y, x) { return false }
        }
        return false
    }
}

extension Constant {
    /// −0 is 0 here, and every NaN is a value of its own.
    fileprivate var comparables: [DistinctRows.Element] {
        if element == .float32 { return floats.map { .real($0 == 0 ? 0 : $0) } }
        // Patterns of 64 bits without a sign come in this order.
        return integers.map { .integer(element == .uint64 ? $0 ^ Int.min : $0) }
    }

    fileprivate var nonZeroPositions: [Int] {
        if element == .float32 {
            let floats = floats
            return floats.indices.filter { floats[$0] != 0 }
        }
        let width = element.byteCount
        return bytes.withUnsafeBytes { raw in
            (0..<elementCount).filter { index in (0..<width).contains { raw[index * width + $0] != 0 } }
        }
    }
}
