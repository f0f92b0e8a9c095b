import GraphIR
import Shapes

extension OperationEvaluator {
    /// Element-wise arithmetic with NumPy's broadcasting.
    func binary(_ operation: Binary, _ left: Tensor, _ right: Tensor, shape: [Int]) -> Tensor {
        let element = left.element
        guard element == .float32 else {
            let results = broadcasting(left, left.integers, right, right.integers, to: shape) {
                element.wrapping(operation.kind($0, $1, of: element))
            }
            return Tensor(integers: results, shape: shape, element: element)
        }
        var results = broadcasting(left, left.floats, right, right.floats, to: shape) { operation.kind($0, $1) }
        operation.activation?.apply(to: &results)
        return Tensor(results, shape: shape)
    }

    /// The function of each pair of elements that broadcasting to `shape` brings together.
    func broadcasting<Number, Result>(
        _ left: Tensor, _ lhs: [Number], _ right: Tensor, _ rhs: [Number], to shape: [Int], _ function: (Number, Number) -> Result
    ) -> [Result] {
        let count = shape.reduce(1, *)
        if left.shape == shape, right.shape == shape { return (0..<count).map { function(lhs[$0], rhs[$0]) } }
        var walk = StridedWalk(shape: shape, strides: [left.shape, right.shape].map { broadcastStrides($0, to: shape) })
        var results: [Result] = []
        results.reserveCapacity(count)
        for _ in 0..<count {
            results.append(function(lhs[walk.offsets[0]], rhs[walk.offsets[1]]))
            walk.advance()
        }
        return results
    }
}

extension Binary.Kind {
    /// One element. A float32 operation of IEEE 754 where there is one, otherwise in Double and rounded once.
    public func callAsFunction(_ a: Float, _ b: Float) -> Float {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .power: Float(Reference.power(Double(a), Double(b)))
        case .minimum: minimumOf(a, b)
        case .maximum: maximumOf(a, b)
        case .prelu: a < 0 ? b * a : a
        case .modulo: floatModulo(a, b)
        case .remainder: a.truncatingRemainder(dividingBy: b)
        case .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRight: preconditionFailure("bits of floats")
        }
    }

    /// One element of an integer type, of which the low bits count. Quotients are cut towards zero, and dividing by 0 gives 0.
    public func callAsFunction(_ a: Int64, _ b: Int64, of element: ElementType) -> Int64 {
        switch self {
        case .divide where element == .uint64: b == 0 ? 0 : Int64(bitPattern: UInt64(bitPattern: a) / UInt64(bitPattern: b))
        case .power where element == .uint64: integerPower(a, UInt64(bitPattern: b))
        case .prelu where element == .uint64: a
        case .modulo where element == .uint64, .remainder where element == .uint64:
            b == 0 ? 0 : Int64(bitPattern: UInt64(bitPattern: a) % UInt64(bitPattern: b))
        case .shiftRight where element == .uint64: element.canShift(by: b) ? Int64(bitPattern: UInt64(bitPattern: a) >> UInt64(b)) : 0
        case .add: a &+ b
        case .subtract: a &- b
        case .multiply: a &* b
        case .divide: b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
        case .power: integerPower(a, b)
        case .minimum: element.isLess(b, a) ? b : a
        case .maximum: element.isLess(a, b) ? b : a
        case .prelu: a < 0 ? b &* a : a
        case .modulo: integerModulo(a, b)
        case .remainder: b == 0 ? 0 : a.remainderReportingOverflow(dividingBy: b).partialValue
        case .bitAnd: a & b
        case .bitOr: a | b
        case .bitXor: a ^ b
        case .shiftLeft: element.canShift(by: b) ? a << b : 0
        case .shiftRight: element.canShift(by: b) ? a >> b : 0
        }
    }
}

extension ElementType {
    /// Whether a shift by so many bits leaves any of an integer of the type; huge numbers of u64 are negative here.
    fileprivate func canShift(by bits: Int64) -> Bool { (0..<8 * Int64(byteCount)).contains(bits) }
}

/// The remainder with the divisor's sign, also where it is 0.
private func floatModulo(_ a: Float, _ b: Float) -> Float {
    let rest = a.truncatingRemainder(dividingBy: b)
    if rest == 0 { return Float(signOf: b, magnitudeOf: 0) }
    return (rest < 0) == (b < 0) ? rest : rest + b
}

/// The remainder with the divisor's sign; 0 where the divisor is 0.
private func integerModulo(_ a: Int64, _ b: Int64) -> Int64 {
    guard b != 0 else { return 0 }
    let rest = a.remainderReportingOverflow(dividingBy: b).partialValue
    return rest == 0 || (rest < 0) == (b < 0) ? rest : rest + b
}

/// Wraps; for a negative exponent 1 / baseⁿ as integers divide, so that only 1 and −1 give anything but 0.
private func integerPower(_ base: Int64, _ exponent: Int64) -> Int64 {
    if exponent < 0 {
        guard base.magnitude == 1 else { return 0 }
        return exponent % 2 == 0 ? 1 : base
    }
    return integerPower(base, UInt64(exponent))
}

private func integerPower(_ base: Int64, _ exponent: UInt64) -> Int64 {
    var product: Int64 = 1
    var square = base
    var rest = exponent
    while rest > 0 {
        if rest % 2 == 1 { product = product &* square }
        square = square &* square
        rest /= 2
    }
    return product
}
