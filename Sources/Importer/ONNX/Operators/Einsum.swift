import GraphIR

extension ONNXOperator {
    static let einsum = ONNXOperator("Einsum", ["equation"], 1...Int.max, convertEinsum)
}

/// Sums products over the labels that the result lacks, one operand after the other.
private func convertEinsum(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    var values: [ONNXValue] = []
    for index in call.operands.indices { values.append(try call.required(index)) }
    let equation = try EinsumEquation(try call.string("equation", default: ""), ranks: values.map(\.rank))
    var operands: [EinsumOperand] = []
    for (value, labels) in zip(values, equation.terms) {
        operands.append(try conversion.diagonals(EinsumOperand(value: value, labels: labels), call))
    }
    try equation.checkSides(operands)
    var result = operands[0]
    for index in operands.indices {
        var kept = Set(equation.result)
        for later in operands[min(index + 1, operands.count)...] { kept.formUnion(later.labels) }
        result =
            try index == 0 ? conversion.sum(result, keeping: kept, call) : conversion.multiply(result, operands[index], keeping: kept, call)
    }
    let order = equation.result.map { label in result.labels.firstIndex(of: label) ?? 0 }
    return [try conversion.transpose(result.value, order, call)]
}

/// A tensor with a label for each axis. Labels of letters are their ASCII values; the axes of an ellipsis have −1 for the last one, −2
/// for the one before, and so on.
private struct EinsumOperand {
    var value: ONNXValue
    var labels: [Int]

    func side(_ label: Int) -> Dimension { labels.firstIndex(of: label).map { value.shape[$0] } ?? 1 }
}

private struct EinsumEquation {
    var terms: [[Int]]
    var result: [Int]

    init(_ text: String, ranks: [Int]) throws(ONNXError) {
        let sides = Self.split(text.filter { $0 != " " }, at: "->")
        let texts = (sides.first ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard sides.count <= 2, texts.count == ranks.count else {
            throw .corrupt(
                nil, attribute: "equation", "'\(text)' for \(ranks.count) operands", accepted: "a term for each, and at most one '->'")
        }
        terms = []
        for (term, rank) in zip(texts, ranks) { terms.append(try Self.labels(term, rank: rank, text)) }
        let ellipsis = min(0, terms.joined().min() ?? 0)
        let all = terms.joined()
        if sides.count == 2 {
            let letters = sides[1].filter { $0 != "." }.count
            result = try Self.labels(sides[1], rank: sides[1].contains("...") ? letters - ellipsis : letters, text)
            guard Set(result).count == result.count, result.allSatisfy({ label in all.contains(label) }) else {
                throw .corrupt(nil, attribute: "equation", "'\(text)'", accepted: "a result of labels of the terms, each once")
            }
        } else {
            let once = Set(all.filter { $0 > 0 }).filter { label in all.filter { $0 == label }.count == 1 }
            result = Array(ellipsis..<0) + once.sorted()
        }
    }

    private static func split(_ text: String, at separator: String) -> [String] {
        text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }

    private static func labels(_ term: String, rank: Int, _ equation: String) throws(ONNXError) -> [Int] {
        let parts = split(term, at: "...")
        let letters = parts.joined().unicodeScalars.map { Int($0.value) }
        let covered = rank - letters.count
        guard parts.count <= 2, letters.allSatisfy({ (65...90).contains($0) || (97...122).contains($0) }),
            parts.count == 2 ? covered >= 0 : covered == 0
        else {
            throw .corrupt(
                nil, attribute: "equation", "'\(equation)', with '\(term)' for \(rank) axes", accepted: "a letter for each axis, or '...'")
        }
        guard parts.count == 2 else { return letters }
        let before = parts[0].unicodeScalars.count
        return letters[..<before] + Array(-covered..<0) + letters[before...]
    }

    /// Axes of one letter have one length; those of an ellipsis broadcast.
    func checkSides(_ operands: [EinsumOperand]) throws(ONNXError) {
        var sides: [Int: Dimension] = [:]
        for operand in operands {
            for (label, side) in zip(operand.labels, operand.value.shape) {
                let known = sides[label] ?? side
                guard known == side || (label < 0 && (known == 1 || side == 1)) else {
                    throw .corrupt(nil, attribute: "equation", "a label for \(known) and for \(side) elements", accepted: "one length")
                }
                sides[label] = known == 1 ? side : known
            }
        }
    }
}

extension ONNXConversion {
    /// The diagonals of axes that have one label: each n + 1st element of both axes joined.
    fileprivate mutating func diagonals(_ operand: EinsumOperand, _ call: ONNXCall) throws(ONNXError) -> EinsumOperand {
        var result = operand
        while let repeated = result.labels.first(where: { label in result.labels.filter { $0 == label }.count > 1 }) {
            let axes = Array(result.labels.indices.filter { result.labels[$0] == repeated }.prefix(2))
            let side = try call.number(result.value.shape[axes[0]], "a diagonal of")
            guard result.value.shape[axes[1]] == Dimension(side) else {
                throw .corrupt(nil, attribute: "equation", "a diagonal of \(side) by \(result.value.shape[axes[1]])", accepted: "a square")
            }
            let rest = result.labels.indices.filter { !axes.contains($0) }
            let turned = try transpose(result.value, axes + rest, call)
            let flat = try reshape(turned, to: [Dimension(side * side)] + turned.shape[2...], call)
            let range = Slice.Axis(start: 0, step: side + 1, count: Dimension(side))
            result = EinsumOperand(value: try slice(flat, [0: range], call), labels: [repeated] + rest.map { result.labels[$0] })
        }
        return result
    }

    /// Sums over the labels that are not kept.
    fileprivate mutating func sum(
        _ operand: EinsumOperand, keeping kept: Set<Int>, _ call: ONNXCall
    ) throws(ONNXError) -> EinsumOperand {
        let axes = operand.labels.indices.filter { !kept.contains(operand.labels[$0]) }
        guard !axes.isEmpty else { return operand }
        return EinsumOperand(
            value: try reduce(.sum, operand.value, axes: axes, keepsAxes: false, call), labels: operand.labels.filter(kept.contains))
    }

    /// The product of two operands, summed over the labels that are not kept: a matrix product where both have such a label.
    fileprivate mutating func multiply(
        _ first: EinsumOperand, _ second: EinsumOperand, keeping kept: Set<Int>, _ call: ONNXCall
    ) throws(ONNXError) -> EinsumOperand {
        let left = try sum(first, keeping: kept.union(second.labels), call)
        let right = try sum(second, keeping: kept.union(first.labels), call)
        let shared = left.labels.filter(right.labels.contains)
        let groups = EinsumGroups(
            batch: shared.filter(kept.contains), left: left.labels.filter { !right.labels.contains($0) },
            right: right.labels.filter { !left.labels.contains($0) }, summed: shared.filter { !kept.contains($0) })
        let isMatrixProduct =
            !groups.summed.isEmpty && left.value.type.element == .float32
            && groups.summed.allSatisfy { left.side($0) == right.side($0) }
        let value: ONNXValue
        if isMatrixProduct {
            value = try contraction(left, right, groups, call)
        } else {
            let a = try ordered(left, groups.batch + groups.left + groups.right + groups.summed, call)
            let b = try ordered(right, groups.batch + groups.left + groups.right + groups.summed, call)
            let product = try binary(.multiply, a, b, call)
            let axes = Array((product.rank - groups.summed.count)..<product.rank)
            value = axes.isEmpty ? product : try reduce(.sum, product, axes: axes, keepsAxes: false, call)
        }
        return EinsumOperand(value: value, labels: groups.batch + groups.left + groups.right)
    }

    private mutating func contraction(
        _ left: EinsumOperand, _ right: EinsumOperand, _ groups: EinsumGroups, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let a = try joined(left, groups.batch, groups.left, groups.summed, call)
        let b = try joined(right, groups.batch, groups.summed, groups.right, call)
        let product = try multiplyMatrices(a, b, call)
        let batch = product.shape[..<groups.batch.count]
        return try reshape(product, to: batch + groups.left.map(left.side) + groups.right.map(right.side), call)
    }

    /// The operand with its axes in an order of labels; labels that it lacks are axes of one element.
    private mutating func ordered(_ operand: EinsumOperand, _ labels: [Int], _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let order = labels.compactMap { operand.labels.firstIndex(of: $0) }
        return try reshape(try transpose(operand.value, order, call), to: labels.map(operand.side), call)
    }

    /// The operand as matrices: `[batch…, rows, columns]`, where rows and columns are several labels each.
    private mutating func joined(
        _ operand: EinsumOperand, _ batch: [Int], _ rows: [Int], _ columns: [Int], _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let value = try ordered(operand, batch + rows + columns, call)
        if rows.count == 1, columns.count == 1 { return value }
        guard let height = rows.map(operand.side).product, let width = columns.map(operand.side).product else {
            throw .unsupported(nil, "products of symbolic sides", accepted: "numbers; give the shapes of the inputs")
        }
        return try reshape(value, to: batch.map(operand.side) + [height, width], call)
    }
}

/// The labels of two operands: of both, of one alone, and of both but not of the product.
private struct EinsumGroups {
    var batch: [Int]
    var left: [Int]
    var right: [Int]
    var summed: [Int]
}
