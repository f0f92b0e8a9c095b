import GraphIR

extension ONNXOperator {
    static let integerProducts: [ONNXOperator] = [
        ONNXOperator("MatMulInteger", [], 2...4) { conversion, call throws(ONNXError) in
            let left = try conversion.wholeNumbers(0, zeroPoint: 2, alongRows: true, call)
            let right = try conversion.wholeNumbers(1, zeroPoint: 3, call)
            return [try conversion.integerProduct(left, right, call)]
        },
        ONNXOperator("QLinearMatMul", [], 8...8, quantizedProduct),
        ONNXOperator("ConvInteger", ONNXWindow.attributes.union(["group"]), 2...4) { conversion, call throws(ONNXError) in
            let image = try conversion.wholeNumbers(0, zeroPoint: 2, call)
            let weights = try conversion.wholeNumbers(1, zeroPoint: 3, alongChannels: true, call)
            return [try conversion.integerConvolution(image, weights, call)]
        },
        ONNXOperator("QLinearConv", ONNXWindow.attributes.union(["group"]), 8...9, quantizedConvolution),
    ]
}

/// The product of the integers, times the scales of both operands divided by that of the result, rounded.
private func quantizedProduct(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let left = try conversion.wholeNumbers(0, zeroPoint: 2, alongRows: true, call)
    let right = try conversion.wholeNumbers(3, zeroPoint: 5, call)
    let sums = try conversion.integerProduct(left, right, call)
    let scales = [
        try conversion.parameter(1, of: left.value, alongRows: true, call), try conversion.parameter(4, of: right.value, call),
        try conversion.parameter(6, of: sums, alongRows: true, call),
    ]
    let zeroPoint = try conversion.parameter(7, of: sums, alongRows: true, call)
    return [try conversion.requantized(sums, scales, zeroPoint, call)]
}

/// 8-bit integers less their zero point, as floats, which are exact.
struct WholeNumbers {
    var value: ONNXValue
    /// None is larger in magnitude.
    let bound: Int

    /// How many products of two of them may be added as floats: up to 2²⁴ every integer is one.
    static func exactTerms(_ left: WholeNumbers, _ right: WholeNumbers) -> Int {
        (1 << 24) / max(left.bound * right.bound, 1)
    }
}

// MARK: Operands
extension ONNXConversion {
    /// An operand of 8-bit integers and its zero point, which may be left out.
    ///
    /// - Parameters:
    ///   - alongRows: whether a zero point that is a vector has an element for each row of a matrix, or else for each column.
    ///   - alongChannels: whether it has one for each index of the first axis.
    mutating func wholeNumbers(
        _ operand: Int, zeroPoint: Int, alongRows: Bool = false, alongChannels: Bool = false, _ call: ONNXCall
    ) throws(ONNXError) -> WholeNumbers {
        let integers = try call.required(operand)
        let element = integers.type.element
        guard element == .uint8 || element == .int8 else {
            throw .unsupported(nil, "an operand of \(element.rawValue)", accepted: "u8 or i8")
        }
        let range = element == .uint8 ? 0...255 : -128...127
        let value = try cast(integers, to: .float32, call)
        guard let zero = call.operand(zeroPoint) else {
            return WholeNumbers(value: value, bound: max(-range.lowerBound, range.upperBound))
        }
        guard zero.type.element == element else {
            throw .corrupt(nil, "a zero point of \(zero.type.element.rawValue)", accepted: element.rawValue)
        }
        let known = zero.known?.integers
        let bound = known?.reduce(0) { max($0, $1 - range.lowerBound, range.upperBound - $1) } ?? range.count - 1
        if known?.allSatisfy({ $0 == 0 }) ?? false { return WholeNumbers(value: value, bound: bound) }
        var shift = try parameter(zeroPoint, of: integers, alongRows: alongRows, call)
        if alongChannels, shift.rank == 1 {
            shift = try reshape(shift, to: shift.shape + [Dimension](repeating: 1, count: integers.rank - 1), call)
        }
        return WholeNumbers(value: try binary(.subtract, value, try cast(shift, to: .float32, call), call), bound: bound)
    }

    /// A scale or a zero point that broadcasts with `value`: a scalar, or a vector with an element for each row or each column.
    mutating func parameter(
        _ operand: Int, of value: ONNXValue, alongRows: Bool = false, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let parameter = try call.required(operand)
        guard parameter.rank == 1 else { return parameter }
        if parameter.shape == [1] { return try reshape(parameter, to: [Dimension](), call) }
        return alongRows && value.rank >= 2 ? try reshape(parameter, to: parameter.shape + [1], call) : parameter
    }

    /// sums · scales[0] · scales[1] / scales[2], rounded with ties to even, plus the zero point, saturating.
    mutating func requantized(
        _ sums: ONNXValue, _ scales: [ONNXValue], _ zeroPoint: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let factor = try binary(.divide, try binary(.multiply, scales[0], scales[1], call), scales[2], call)
        let value = try binary(.multiply, try cast(sums, to: .float32, call), factor, call)
        var one = ONNXValue.constant(1)
        var zero = zeroPoint
        if zero.rank > 0 {
            one = try expand(one, to: value.shape, call)
            zero = try expand(zero, to: value.shape, call)
        }
        let operands = [try self.value(value, call), try self.value(one, call), try self.value(zero, call)]
        return computed(try emit(.quantization(Quantization(to: zeroPoint.type.element)), operands, call))
    }
}

// MARK: Matrices
extension ONNXConversion {
    /// The product as i32, which wraps. Parts whose sums are exact as floats are added as integers.
    fileprivate mutating func integerProduct(
        _ left: WholeNumbers, _ right: WholeNumbers, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let terms = WholeNumbers.exactTerms(left, right)
        return try matrixProduct(left.value, right.value, call) { conversion, left, right throws(ONNXError) in
            let (inner, rows) = (left.rank - 1, right.rank - 2)
            let count = try call.number(left.shape[inner], "matrices with an inner side of")
            guard right.shape[rows] == Dimension(count) else {
                throw .corrupt(nil, "\(left.type) times \(right.type)", accepted: "as many rows as columns")
            }
            var sum: ONNXValue?
            for start in stride(from: 0, to: count, by: terms) {
                let range = Slice.Axis(start: Dimension(start), count: Dimension(min(terms, count - start)))
                let isWhole = terms >= count
                let product = try conversion.multiplyMatrices(
                    isWhole ? left : try conversion.slice(left, [inner: range], call),
                    isWhole ? right : try conversion.slice(right, [rows: range], call), call)
                sum = try conversion.adding(try conversion.cast(product, to: .int32, call), to: sum, call)
            }
            guard let sum else { throw .unsupported(nil, "matrices with an inner side of 0", accepted: "1 or more") }
            return sum
        }
    }

    mutating func adding(_ value: ONNXValue, to sum: ONNXValue?, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        guard let sum else { return value }
        return try binary(.add, sum, value, call)
    }
}
