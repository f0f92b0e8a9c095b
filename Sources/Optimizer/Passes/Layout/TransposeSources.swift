import GraphIR

/// Tells for each value of a function which other value it is a transpose of, through any number of transposes.
struct TransposeSources {
    private var sources: [(value: ValueID, order: Permutation)?]

    /// - Parameter permit: is asked before a transpose is joined with one before it, or removed because it changes nothing. It is given a
    ///   sentence that says so.
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

    /// What a value is a transpose of, and into which order the axes of that have to be brought to give the value; the value itself
    /// where no transpose makes it.
    func source(of value: ValueID, rank: Int) -> (value: ValueID, order: Permutation) {
        sources[value.index] ?? (value, .identity(rank))
    }

    /// Whether a value is made by a transpose that its readers look through.
    func isTransparent(_ value: ValueID) -> Bool { sources[value.index] != nil }
}
