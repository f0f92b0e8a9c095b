import GraphIR

/// An order of axes as ``GraphIR/Transpose`` has it: axis i of the result is axis `axes[i]` of the operand.
struct Permutation: Hashable {
    let axes: [Int]

    init(_ axes: [Int]) { self.axes = axes }

    static func identity(_ rank: Int) -> Permutation { Permutation(Array(0..<rank)) }

    var isIdentity: Bool { axes.indices.allSatisfy { axes[$0] == $0 } }

    var inverse: Permutation {
        var result = axes
        for (index, axis) in axes.enumerated() { result[axis] = index }
        return Permutation(result)
    }

    /// This reordering, then another.
    func then(_ next: Permutation) -> Permutation { Permutation(next.axes.map { axes[$0] }) }

    /// What stands for each axis in the new order.
    func callAsFunction<Element>(_ elements: [Element]) -> [Element] { axes.map { elements[$0] } }

    /// Where an axis of the operand is in the result.
    func position(of axis: Int) -> Int { axes.firstIndex(of: axis) ?? axis }

    /// The order in which the axes that stay are when some of the operand's are removed.
    func removing(_ removed: Set<Int>) -> Permutation {
        let kept = axes.indices.filter { !removed.contains($0) }
        return Permutation(axes.filter { !removed.contains($0) }.map { axis in kept.firstIndex(of: axis) ?? 0 })
    }

    /// Whether the elements of a tensor stay in their places in memory: only axes of one element change places.
    func keepsElements(of shape: [Dimension]) -> Bool {
        let moved = axes.filter { shape[$0] != 1 }
        return zip(moved, moved.dropFirst()).allSatisfy { $0 < $1 }
    }
}
