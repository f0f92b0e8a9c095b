import GraphIR
import Reference
import Shapes

extension Constant {
    /// The same elements with the axes reordered: axis i of the result is axis `permutation[i]` of the constant.
    func transposed(_ permutation: [Int]) -> Constant {
        let strides = rowMajorStrides(shape)
        return gathering(shape: permutation.map { shape[$0] }, strides: permutation.map { strides[$0] }, start: 0)
    }

    /// The elements under another shape of the same size.
    func reshaped(_ shape: [Int]) -> Constant { Constant(element: element, shape: shape, bytes: bytes) }

    /// The part at one index of an axis, without that axis.
    func part(axis: Int, index: Int) -> Constant {
        var strides = rowMajorStrides(shape)
        var rest = shape
        rest.remove(at: axis)
        let start = index * strides[axis]
        strides.remove(at: axis)
        return gathering(shape: rest, strides: strides, start: start)
    }

    /// A float32 constant with every element changed.
    func mapped(_ change: (Float) -> Float) -> Constant { Constant(floats.map(change), shape: shape) }

    /// The elements of a constant of integers or truth values; those of u64 as patterns of 64 bits.
    var integers: [Int] { Tensor(self).integers.map { Int($0) } }

    /// The elements at `start` and every combination of `strides` below `shape`, in row-major order.
    private func gathering(shape: [Int], strides: [Int], start: Int) -> Constant {
        let width = element.byteCount
        let count = shape.reduce(1, *)
        let gathered = [UInt8](unsafeUninitializedCapacity: count * width) { buffer, filled in
            bytes.withUnsafeBytes { raw in
                var walk = StridedWalk(shape: shape, strides: [strides], starts: [start])
                for position in 0..<count {
                    let source = walk.offsets[0]
                    for byte in 0..<width { buffer[position * width + byte] = raw[source * width + byte] }
                    walk.advance()
                }
            }
            filled = count * width
        }
        return Constant(element: element, shape: shape, bytes: .owned(gathered))
    }
}
