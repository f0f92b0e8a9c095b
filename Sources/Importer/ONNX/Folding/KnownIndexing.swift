import GraphIR
import Shapes

// Rearranges tensors that are known while a graph is converted. Axes are counted from 0.
extension KnownTensor {
    /// A tensor of `shape`, whose element at an index is this one's at `start` and that index times the strides. Nil: too large.
    private func gathering(_ shape: [Int], strides: [Int], start: Int = 0) -> KnownTensor? {
        guard let count = checkedElementCount(shape), count <= ONNXLimits.knownElements else { return nil }
        return KnownTensor(
            element: element, shape: shape, elements: stridedOffsets(shape, strides, start: start).map { elements[$0] },
            precision: precision)
    }

    func broadcast(to shape: [Int]) -> KnownTensor? {
        guard shape.count >= self.shape.count else { return nil }
        return gathering(shape, strides: broadcastStrides(self.shape, to: shape))
    }

    func transposed(_ permutation: [Int]) -> KnownTensor? {
        let strides = rowMajorStrides(shape)
        return gathering(permutation.map { shape[$0] }, strides: permutation.map { strides[$0] })
    }

    /// The parts of an axis at `indices`, which stand for an axis each of `indexShape`.
    func gathering(axis: Int, indices: [Int], indexShape: [Int]) -> KnownTensor? {
        let result = shape[..<axis] + indexShape + shape[(axis + 1)...]
        guard let count = checkedElementCount(Array(result)), count <= ONNXLimits.knownElements else { return nil }
        guard count > 0 else { return KnownTensor(element: element, shape: Array(result), elements: [], precision: precision) }
        let inner = shape[(axis + 1)...].reduce(1, *)
        var gathered: [KnownElement] = []
        gathered.reserveCapacity(count)
        for block in 0..<shape[..<axis].reduce(1, *) {
            for index in indices {
                let first = (block * shape[axis] + index) * inner
                gathered += elements[first..<(first + inner)]
            }
        }
        return KnownTensor(element: element, shape: Array(result), elements: gathered, precision: precision)
    }

    func reshaped(_ shape: [Int]) -> KnownTensor { KnownTensor(element: element, shape: shape, elements: elements, precision: precision) }

    /// `count` indices of an axis from `start` in steps of `step`.
    func sliced(axis: Int, start: Int, step: Int, count: Int) -> KnownTensor? {
        var sides = shape
        sides[axis] = count
        var strides = rowMajorStrides(shape)
        let first = start * strides[axis]
        // A step past the only element may be any number.
        strides[axis] = count > 1 ? strides[axis] * step : 0
        return gathering(sides, strides: strides, start: first)
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
        return KnownTensor(element: element, shape: sides, elements: elements, precision: tensors[0].precision)
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
