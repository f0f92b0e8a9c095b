import PlanFormat

/// The transform of 3x3 kernels for Winograd's algorithms, G·g·Gᵀ, in Double and rounded once.
///
/// F(m, 3) interpolates the product of two polynomials at m + 1 points and at infinity. Line i of G evaluates the kernel at
/// point pᵢ, divided by ∏ (pᵢ − pⱼ) over the other points (Winograd, "Arithmetic Complexity of Computations", 1980). The points,
/// and the other two matrices with which kernels transform input and results, are in Documentation/Numerics.md.
enum WinogradWeights {
    /// m + 2 lines of 3, and the last line for infinity.
    static func matrix(tile: Int) -> [[Double]] {
        let points: [Double] = tile == 4 ? [0, 0.625, -0.625, 1.5, -1.5] : [0, 1, -1]
        let lines = points.map { point -> [Double] in
            var divisor = 1.0
            for other in points where other != point { divisor *= point - other }
            // Bᵀ of F(2,3) has the signs that save a negation in its first line.
            if tile == 2 && point == 0 { divisor = -divisor }
            return [1 / divisor, point / divisor, point * point / divisor]
        }
        return lines + [[0, 0, 1]]
    }

    /// The most by which G·g·Gᵀ can be larger than g.
    static func growth(tile: Int) -> Double {
        let line = matrix(tile: tile).map { $0.reduce(0) { $0 + abs($1) } }.max() ?? 1
        return line * line
    }

    /// `[output block][position][input channel][16]` from `[3, 3, Ci, Co]`; the sources' channels follow each other.
    static func packed(_ kernel: [Float], shape: [Int], tile: Int) -> [Float] {
        let (inputs, outputs, lanes) = (shape[2], shape[3], PlanValue.lanes)
        let matrix = matrix(tile: tile)
        let positions = matrix.count * matrix.count
        let blocks = (outputs + lanes - 1) / lanes
        var packed = [Float](repeating: 0, count: blocks * positions * inputs * lanes)
        var window = [Double](repeating: 0, count: 9)
        var transformed = [Float](repeating: 0, count: positions)
        for output in 0..<outputs {
            let base = output / lanes * positions * inputs * lanes + output % lanes
            for input in 0..<inputs {
                for tap in 0..<9 { window[tap] = Double(kernel[(tap * inputs + input) * outputs + output]) }
                transform(window, by: matrix, into: &transformed)
                for position in 0..<positions { packed[base + (position * inputs + input) * lanes] = transformed[position] }
            }
        }
        return packed
    }

    /// Sums go over the rows of the window first, from the first to the last.
    private static func transform(_ window: [Double], by matrix: [[Double]], into transformed: inout [Float]) {
        let side = matrix.count
        for row in 0..<side {
            let line = matrix[row]
            let left = line[0] * window[0] + line[1] * window[3] + line[2] * window[6]
            let middle = line[0] * window[1] + line[1] * window[4] + line[2] * window[7]
            let right = line[0] * window[2] + line[1] * window[5] + line[2] * window[8]
            for column in 0..<side {
                let other = matrix[column]
                transformed[row * side + column] = Float(left * other[0] + middle * other[1] + right * other[2])
            }
        }
    }
}
