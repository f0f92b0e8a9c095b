import GraphIR
import Shapes

extension OperationEvaluator {
    /// Reduces all elements along some axes to one number. Floats are added and multiplied in Double and rounded once, integers wrap
    /// around.
    func reduction(_ operation: Reduction, _ operand: Tensor, shape: [Int]) -> Tensor {
        let groups = operand.groups(along: operation.axes)
        let count = operation.axes.map { operand.shape[$0] }.reduce(1, *)
        guard operand.element == .float32 else {
            let results = operand.integers.reduced(operation.kind, operand.element, groups)
            let means = operation.kind == .mean ? results.map { operand.element.quotient($0, count) } : results
            return Tensor(integers: means.map { operand.element.wrapping($0) }, shape: shape, element: operand.element)
        }
        return Tensor(operand.floats.reduced(operation.kind, groups, count: count), shape: shape)
    }
}

/// Which group each element of a tensor belongs to.
struct Groups {
    var count: Int
    /// The number of the group of each element, in row-major order.
    var indices: [Int]
}

extension Tensor {
    /// The elements whose positions differ only along `axes` are one group. Groups are numbered in row-major order.
    func groups(along axes: [Int]) -> Groups {
        let kept = shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
        return Groups(count: kept.reduce(1, *), indices: stridedOffsets(shape, broadcastStrides(kept, to: shape)))
    }
}

extension [Float] {
    fileprivate func reduced(_ kind: Reduction.Kind, _ groups: Groups, count: Int) -> [Float] {
        switch kind {
        case .sum, .mean:
            var sums = [Double](repeating: 0, count: groups.count)
            for (element, group) in zip(self, groups.indices) { sums[group] += Double(element) }
            return sums.map { Float(kind == .mean ? $0 / Double(count) : $0) }
        case .product:
            var products = [Double](repeating: 1, count: groups.count)
            for (element, group) in zip(self, groups.indices) { products[group] *= Double(element) }
            return products.map { Float($0) }
        case .maximum, .minimum:
            var results = [Float](repeating: kind == .maximum ? -.infinity : .infinity, count: groups.count)
            for (element, group) in zip(self, groups.indices) {
                results[group] = kind == .maximum ? maximumOf(results[group], element) : minimumOf(results[group], element)
            }
            return results
        }
    }
}

extension [Int64] {
    /// The sums (also for the mean), the products, or the extrema.
    fileprivate func reduced(_ kind: Reduction.Kind, _ type: ElementType, _ groups: Groups) -> [Int64] {
        switch kind {
        case .sum, .mean:
            var sums = [Int64](repeating: 0, count: groups.count)
            for (element, group) in zip(self, groups.indices) { sums[group] = sums[group] &+ element }
            return sums
        case .product:
            var products = [Int64](repeating: 1, count: groups.count)
            for (element, group) in zip(self, groups.indices) { products[group] = products[group] &* element }
            return products
        case .maximum, .minimum:
            let limit = kind == .maximum ? type.lowest : type.highest
            var results = [Int64](repeating: limit, count: groups.count)
            for (element, group) in zip(self, groups.indices) {
                let extreme = results[group]
                let replaces = kind == .maximum ? type.isLess(extreme, element) : type.isLess(element, extreme)
                if replaces { results[group] = element }
            }
            return results
        }
    }
}

extension ElementType {
    /// A sum of integers divided by their number, cut towards zero; 0 of none. Sums of u64 have no sign.
    fileprivate func quotient(_ sum: Int64, _ count: Int) -> Int64 {
        if count == 0 { return 0 }
        return self == .uint64 ? Int64(bitPattern: UInt64(bitPattern: sum) / UInt64(count)) : sum / Int64(count)
    }
}
