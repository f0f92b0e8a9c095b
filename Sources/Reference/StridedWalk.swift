/// Walks through the positions of a shape in row-major order and keeps, for each of several tensors, the offset of its element
/// at the current position.
struct StridedWalk {
    private let shape: [Int]
    /// For each tensor a stride for each axis; 0 where the tensor is stretched.
    private let strides: [[Int]]
    private var index: [Int]
    private(set) var offsets: [Int]

    init(shape: [Int], strides: [[Int]]) {
        self.shape = shape
        self.strides = strides
        index = [Int](repeating: 0, count: shape.count)
        offsets = [Int](repeating: 0, count: strides.count)
    }

    /// Goes on to the next element; from the last one back to the first.
    mutating func advance() {
        for axis in shape.indices.reversed() {
            index[axis] += 1
            for tensor in strides.indices { offsets[tensor] += strides[tensor][axis] }
            if index[axis] < shape[axis] { return }
            for tensor in strides.indices { offsets[tensor] -= strides[tensor][axis] * shape[axis] }
            index[axis] = 0
        }
    }
}

/// The offset of each element of a shape, in row-major order, in a tensor with these strides.
func stridedOffsets(_ shape: [Int], _ strides: [Int]) -> [Int] {
    var walk = StridedWalk(shape: shape, strides: [strides])
    return (0..<shape.reduce(1, *)).map { _ in
        defer { walk.advance() }
        return walk.offsets[0]
    }
}

/// For each axis, the distance in elements between neighbours of a row-major tensor.
func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
}

/// Strides that read a tensor of `shape` as if it had the shape `target`: 0 along the axes that are stretched or missing.
func broadcastStrides(_ shape: [Int], to target: [Int]) -> [Int] {
    let own = rowMajorStrides(shape)
    let missing = target.count - shape.count
    return target.indices.map { axis in
        axis < missing || shape[axis - missing] == 1 ? 0 : own[axis - missing]
    }
}
