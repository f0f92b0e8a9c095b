import GraphIR

/// For each value of a function, what it is a transpose of, through any number of transposes.
struct TransposeSources {
    private var sources: [(value: ValueID, order: Permutation)?]

    /// - Parameter permit: is asked before a transpose is looked through that another one stands behind, or that changes
    ///   nothing; the sentence says what becomes of it.
    init(_ function: Function, permit: (String) -> Bool) {
        sources = Array(repeating: nil, count: function.values.count)
        for node in function.nodes {
            guard case .transpose(let transpose) = node.operation else { continue }
            var order = Permutation(transpose.permutation)
            var value = node.inputs[0]
            if let source = sources[value.index] {
                guard permit("'\(node.name)' (transpose) joined with the one before it") else { continue }
                (value, order) = (source.value, source.order.then(order))
            } else if order.isIdentity {
                guard permit("'\(node.name)' (transpose) removed") else { continue }
            }
            sources[node.outputs[0].index] = (value, order)
        }
    }

    /// The value and the order in which its axes have to be brought.
    func source(of value: ValueID, rank: Int) -> (value: ValueID, order: Permutation) {
        sources[value.index] ?? (value, .identity(rank))
    }

    /// Whether a value is made by a transpose that readers look through.
    func isTransparent(_ value: ValueID) -> Bool { sources[value.index] != nil }
}
