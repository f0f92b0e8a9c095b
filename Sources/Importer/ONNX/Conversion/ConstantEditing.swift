import GraphIR

extension Constant {
    /// The same elements with the axes reordered: axis i of the result is axis `permutation[i]` of the constant.
    func transposed(_ permutation: [Int]) -> Constant {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in stride(from: shape.count - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        return gathering(shape: permutation.map { shape[$0] }, strides: permutation.map { strides[$0] }, start: 0)
    }

    /// The elements under another shape of the same size.
    func reshaped(_ shape: [Int]) -> Constant { Constant(element: element, shape: shape, bytes: bytes) }

    /// The part at one index of an axis, without that axis.
    func part(axis: Int, index: Int) -> Constant {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in stride(from: shape.count - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        var rest = shape
        rest.remove(at: axis)
        let start = index * strides[axis]
        strides.remove(at: axis)
        return gathering(shape: rest, strides: strides, start: start)
    }

    /// A float32 constant with every element changed.
    func mapped(_ change: (Float) -> Float) -> Constant { Constant(floats.map(change), shape: shape) }

    /// The elements at `start` and every combination of `strides` below `shape`, in row-major order.
    private func gathering(shape: [Int], strides: [Int], start: Int) -> Constant {
        let width = element.byteCount
        let count = shape.reduce(1, *)
        let gathered = [UInt8](unsafeUninitializedCapacity: count * width) { buffer, filled in
            bytes.withUnsafeBytes { raw in
                var index = [Int](repeating: 0, count: shape.count)
                var source = start
                for position in 0..<count {
                    for byte in 0..<width { buffer[position * width + byte] = raw[source * width + byte] }
                    var axis = shape.count - 1
                    while axis >= 0 {
                        index[axis] += 1
                        source += strides[axis]
                        if index[axis] < shape[axis] { break }
                        source -= strides[axis] * shape[axis]
                        index[axis] = 0
                        axis -= 1
                    }
                }
            }
            filled = count * width
        }
        return Constant(element: element, shape: shape, bytes: .owned(gathered))
    }
}
