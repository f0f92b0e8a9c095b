import GraphIR

extension OperationEvaluator {
    /// Adds elements around a tensor, or removes some where an amount is negative.
    func padding(_ operation: Padding, _ operand: Tensor, shape: [Int]) -> Tensor {
        let strides = rowMajorStrides(operand.shape)
        // For each axis and each position of the result, the offset in the operand, or −1 where the constant belongs.
        let offsets = shape.indices.map { axis in
            (0..<shape[axis]).map { position -> Int in
                let source = operation.source(
                    of: position - operation.amounts[axis].before, side: operand.shape[axis], amount: operation.amounts[axis])
                return source.map { $0 * strides[axis] } ?? -1
            }
        }
        var positions: [Int] = [0]
        for axisOffsets in offsets {
            positions = positions.flatMap { base in axisOffsets.map { base < 0 || $0 < 0 ? -1 : base + $0 } }
        }
        guard case .constant(let value) = operation.mode else { return operand.gathering(positions, shape: shape) }
        return operand.gathering(positions, shape: shape, filler: value)
    }
}

extension Padding {
    /// The element of an axis that a position of the result shows, counted from the operand's first element; nil for the
    /// constant. Negative amounts cut both ends before anything is added, so that what they have removed is neither repeated
    /// nor mirrored.
    fileprivate func source(of position: Int, side: Int, amount: Amount) -> Int? {
        let first = max(0, -amount.before)
        let last = side - 1 - max(0, -amount.after)
        if position >= first, position <= last { return position }
        switch mode {
        case .constant: return nil
        case .edge: return min(max(position, first), last)
        case .wrap:
            let left = last - first + 1
            let offset = (position - first) % left
            return first + (offset < 0 ? offset + left : offset)
        case .reflect:
            let mirrored = position < first ? 2 * first - position : 2 * last - position
            return min(max(mirrored, first), last)
        }
    }
}
