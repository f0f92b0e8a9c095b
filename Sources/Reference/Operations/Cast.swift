import GraphIR

extension OperationEvaluator {
    /// Conversion as ``GraphIR/Cast`` says.
    func cast(_ operation: Cast, _ operand: Tensor) -> Tensor {
        let element = operation.element
        let shape = operand.shape
        switch (operand.element.isFloat, element.isFloat) {
        case (true, true):
            let rounds = element != .float32 && element != operand.element
            let results = rounds ? operand.floats.map { Float(element.rounded(Double($0))) } : operand.floats
            return Tensor(results, shape: shape, element: element)
        case (true, false):
            return Tensor(integers: operand.floats.map { element.integer(Double($0)) }, shape: shape, element: element)
        case (false, true):
            let results = operand.integers.map { element.rounding($0, of: operand.element) }
            return Tensor(results, shape: shape, element: element)
        case (false, false):
            return Tensor(integers: operand.integers.map { element.wrapping($0) }, shape: shape, element: element)
        }
    }
}

extension ElementType {
    /// An integer as a number of this float type, rounded once; of float64, the float nearest to that.
    fileprivate func rounding(_ integer: Int64, of source: ElementType) -> Float {
        guard self == .float16 || self == .bfloat16 else { return source.float(integer) }
        return Float(rounded(source.oddDouble(integer)))
    }

    /// An integer rounded to odd in the 53 bits of a double, so that rounding the result to fewer bits is as if it were rounded once.
    private func oddDouble(_ integer: Int64) -> Double {
        let isNegative = self != .uint64 && integer < 0
        let magnitude = isNegative ? integer.magnitude : UInt64(bitPattern: integer)
        // The lowest bit that a double of the largest magnitudes still has.
        let odd = magnitude >> 53 == 0 ? magnitude : magnitude & ~0xFFF | (magnitude & 0xFFF == 0 ? 0 : 0x800)
        return isNegative ? -Double(odd) : Double(odd)
    }
}
