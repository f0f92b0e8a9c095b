/// Walks through the positions of a shape in row-major order, the last axis fastest, and keeps, for each of several tensors, the
/// offset of its element at the current position.
public struct StridedWalk {
    @usableFromInline let shape: [Int]
    /// For each tensor a stride for each axis; 0 where the tensor is stretched.
    @usableFromInline let strides: [[Int]]
    /// The current position along each axis.
    public var index: [Int]
    /// For each tensor the offset of the current element, in elements.
    public var offsets: [Int]

    /// - Parameters:
    ///   - strides: for each tensor a stride, in elements, along each axis of the shape.
    ///   - starts: where each tensor's first element lies; 0 of all where it is empty.
    public init(shape: [Int], strides: [[Int]], starts: [Int] = []) {
        self.shape = shape
        self.strides = strides
        index = [Int](repeating: 0, count: shape.count)
        offsets = starts.isEmpty ? [Int](repeating: 0, count: strides.count) : starts
    }

    /// Goes on to the next element; from the last one back to the first.
    @inlinable
    public mutating func advance() {
        for axis in shape.indices.reversed() {
            index[axis] += 1
            for tensor in strides.indices { offsets[tensor] += strides[tensor][axis] }
            if index[axis] < shape[axis] { return }
            for tensor in strides.indices { offsets[tensor] -= strides[tensor][axis] * shape[axis] }
            index[axis] = 0
        }
    }
}

/// Elements between neighbours along each axis of a row-major tensor. Without elements it has none that mean anything, though
/// its sides may be such that their product overflows.
public func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] &* shape[axis + 1] }
    return strides
}

/// Strides that read a tensor of `shape` as if it had the shape `target`: 0 along the axes that are stretched or missing.
public func broadcastStrides(_ shape: [Int], to target: [Int]) -> [Int] {
    let own = rowMajorStrides(shape)
    let missing = target.count - shape.count
    return target.indices.map { axis in
        axis < missing || shape[axis - missing] == 1 ? 0 : own[axis - missing]
    }
}

/// The offset of each element of a shape, in row-major order, in a tensor with these strides.
public func stridedOffsets(_ shape: [Int], _ strides: [Int], start: Int = 0) -> [Int] {
    guard !shape.contains(0) else { return [] }
    var walk = StridedWalk(shape: shape, strides: [strides], starts: [start])
    return (0..<shape.reduce(1, *)).map { _ in
        defer { walk.advance() }
        return walk.offsets[0]
    }
}
