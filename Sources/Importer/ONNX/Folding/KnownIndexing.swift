import GraphIR

// Rearranges tensors that are known while a graph is converted. Axes are counted from 0.
extension KnownTensor {
    /// Row-major strides of a shape.
    static func strides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in stride(from: shape.count - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        return strides
    }

    /// A tensor of `shape`, whose element at an index is this one's at `position` of that index. Nil: too large.
    func indexed(_ shape: [Int], _ position: ([Int]) -> Int) -> KnownTensor? {
        guard let count = checkedElementCount(shape), count <= ONNXLimits.knownElements else { return nil }
        var index = [Int](repeating: 0, count: shape.count)
        var result: [KnownElement] = []
        result.reserveCapacity(count)
        for _ in 0..<count {
            result.append(elements[position(index)])
            for axis in shape.indices.reversed() {
                index[axis] += 1
                if index[axis] < shape[axis] { break }
                index[axis] = 0
            }
        }
        return KnownTensor(element: element, shape: shape, elements: result)
    }

    func broadcast(to shape: [Int]) -> KnownTensor? {
        let strides = Self.strides(self.shape)
        let missing = shape.count - self.shape.count
        guard missing >= 0 else { return nil }
        return indexed(shape) { index in
            zip(self.shape.indices, strides).reduce(0) { sum, axis in
                sum + (self.shape[axis.0] == 1 ? 0 : index[missing + axis.0] * axis.1)
            }
        }
    }

    func transposed(_ permutation: [Int]) -> KnownTensor? {
        let strides = Self.strides(shape)
        return indexed(permutation.map { shape[$0] }) { index in
            zip(permutation, index).reduce(0) { $0 + strides[$1.0] * $1.1 }
        }
    }

    func reshaped(_ shape: [Int]) -> KnownTensor { KnownTensor(element: element, shape: shape, elements: elements) }

    /// `count` indices of an axis from `start` in steps of `step`.
    func sliced(axis: Int, start: Int, step: Int, count: Int) -> KnownTensor? {
        var sides = shape
        sides[axis] = count
        let strides = Self.strides(shape)
        return indexed(sides) { index in
            index.indices.reduce(0) { $0 + strides[$1] * ($1 == axis ? start + step * index[$1] : index[$1]) }
        }
    }

    static func concatenated(_ tensors: [KnownTensor], axis: Int) -> KnownTensor? {
        guard var sides = tensors.first?.shape, let element = tensors.first?.element else { return nil }
        sides[axis] = tensors.reduce(0) { $0 + $1.shape[axis] }
        let outer = sides[..<axis].reduce(1, *)
        var elements: [KnownElement] = []
        for row in 0..<outer {
            for tensor in tensors {
                let width = tensor.shape[axis...].reduce(1, *)
                elements += tensor.elements[(row * width)..<((row + 1) * width)]
            }
        }
        return KnownTensor(element: element, shape: sides, elements: elements)
    }

    /// The shape to which two broadcast; nil where they do not.
    static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
        let rank = max(a.count, b.count)
        var shape: [Int] = []
        for axis in 0..<rank {
            let x = axis < rank - a.count ? 1 : a[axis - (rank - a.count)]
            let y = axis < rank - b.count ? 1 : b[axis - (rank - b.count)]
            guard x == y || x == 1 || y == 1 else { return nil }
            shape.append(x == 1 ? y : x)
        }
        return shape
    }
}
