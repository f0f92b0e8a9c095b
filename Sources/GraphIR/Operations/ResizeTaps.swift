// The matrix of a resized axis, by the definitions of ONNX's Resize (operator set 19) where ONNX Runtime and PyTorch do not
// differ from it (Documentation/Numerics.md).
extension Resize.Axis {
    /// For each element of the result the elements of the input that it is made of, ascending by their index, with weights that
    /// add up to 1; none where `.cropAndResize` leaves the input.
    ///
    /// - Parameter inputSize: elements of the input along the axis, from 1. The operation's rule has accepted the axis.
    public func taps(inputSize: Int) -> [[(index: Int, weight: Float)]] {
        elementPositions(inputSize: inputSize).map { position in
            guard let position else { return [] }
            let (first, weights) = weights(at: position, inputSize)
            return merged(first, weights, inputSize)
        }
    }

    /// The weights of neighbouring elements and the index of the first one, which may be outside of the input.
    private func weights(at position: Double, _ inputSize: Int) -> (first: Int, weights: [Double]) {
        // Reductions below 1 stretch the function by which neighbours are weighed over more of them.
        let ratio = Double(size(inputSize: inputSize)) / Double(inputSize)
        let shrinking = antialiases ? min(1, max(Double(scale(inputSize: inputSize)), ratio / 2)) : 1
        let reach: Int
        let kernel: (Double) -> Double
        switch interpolation {
        case .nearest(let rounding):
            // What ONNX Runtime takes for the middle between two elements, because a rounded scale may move a position away from it.
            let tolerance = positions == .exact ? 0 : Double(1e-6 as Float)
            return (Int(clamped(rounding.round(position, tolerance: tolerance), inputSize, reach: 1)), [1])
        case .linear:
            reach = Int((1 / shrinking).rounded(.up))
            kernel = { max(0, 1 - $0.magnitude) }
        case .cubic(let coefficient):
            reach = Int((2 / shrinking).rounded(.up))
            kernel = { cubic($0.magnitude, Double(coefficient)) }
        }
        let position = clamped(position, inputSize, reach: reach)
        // Of `2·reach` neighbours the middle two are the ones around the position, the left one being it where it is whole.
        let base = Int(position.rounded(.down))
        let first = base - reach + 1
        var weights = (first..<(first + 2 * reach)).map { kernel((Double($0) - position) * shrinking) }
        if excludesOutside {
            for (offset, index) in (first..<(first + 2 * reach)).enumerated() where index < 0 || index >= inputSize {
                weights[offset] = 0
            }
        }
        let sum = weights.reduce(0, +)
        // All neighbours are outside: the border is what is left.
        guard sum != 0 else { return (Int(clamped(position.rounded(), inputSize, reach: 0)), [1]) }
        return (first, antialiases || excludesOutside ? weights.map { $0 / sum } : weights)
    }

    /// The weights of elements of the input: those outside belong to the border, zeros are left out.
    private func merged(_ first: Int, _ weights: [Double], _ inputSize: Int) -> [(index: Int, weight: Float)] {
        var sums: [(index: Int, weight: Double)] = []
        for (offset, weight) in weights.enumerated() {
            let index = min(max(first + offset, 0), inputSize - 1)
            if sums.last?.index == index { sums[sums.count - 1].weight += weight } else { sums.append((index, weight)) }
        }
        return sums.compactMap { Float($0.weight) == 0 ? nil : (index: $0.index, weight: Float($0.weight)) }
    }
}

/// Positions further than `reach` outside all read the border.
private func clamped(_ position: Double, _ inputSize: Int, reach: Int) -> Double {
    min(max(position, -Double(reach)), Double(inputSize - 1 + reach))
}

/// Keys' kernel at a distance that is not negative.
private func cubic(_ x: Double, _ a: Double) -> Double {
    // Without rounding, so that a position on an element reads that element alone.
    if x == 1 { return 0 }
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
}

extension Resize.Rounding {
    /// - Parameter tolerance: how far from the middle between two elements a position still counts as there.
    fileprivate func round(_ position: Double, tolerance: Double) -> Double {
        let before = position.rounded(.down)
        let isMiddle = (position - before - 0.5).magnitude <= tolerance
        switch self {
        case .roundPreferFloor: return isMiddle ? before : (position - 0.5).rounded(.up)
        case .roundPreferCeil: return isMiddle ? before + 1 : (position + 0.5).rounded(.down)
        case .floor: return before
        case .ceil: return position.rounded(.up)
        }
    }
}
