import GraphIR

/// One direction of a recurrent layer: its weights and what it does in a step.
struct RecurrentCell {
    enum Kind {
        /// h ← f(W·x + R·h + b)
        case plain
        /// The gated recurrent unit (Cho et al. 2014), with the gates z, r and h.
        case gated
        /// The long short-term memory (Hochreiter and Schmidhuber 1997), with the gates i, o, f and c.
        case longShortTerm
    }
    let kind: Kind
    let direction: Int
    /// Elements of a state.
    let size: Int
    /// Of all gates, from the input.
    private let input: Projection
    /// The same from the state; of a GRU z and r together, and h.
    private let recurrent: [Projection]
    /// What the memory adds to the gates i, o and f of an LSTM, `[H]` each.
    private let peepholes: [ONNXValue]
    private let functions: [RecurrentFunction]
    private let clip: Float?
    /// Whether the forget gate of an LSTM is 1 − i.
    private let couplesGates: Bool
    /// Whether a GRU multiplies with the reset gate behind the product with the weights.
    private let resetsLate: Bool

    init(
        _ conversion: inout ONNXConversion, _ call: ONNXCall, _ kind: Kind, direction: Int, functions: [RecurrentFunction]
    ) throws(ONNXError) {
        self.kind = kind
        self.direction = direction
        self.functions = functions
        let stateOperand = try call.required(2)
        try call.requireRank(stateOperand, 3, "recurrence weights")
        let size = try call.number(stateOperand.shape[2], "a state of")
        self.size = size
        let rows = Dimension(kind.gates * size)
        func weights(_ index: Int) throws(ONNXError) -> ONNXValue {
            let operand = try call.required(index)
            guard operand.rank == 3, operand.shape[1] == rows else {
                throw .corrupt(nil, "weights \(operand.type)", accepted: "[directions, \(rows), elements]")
            }
            return try conversion.transpose(try conversion.row(operand, direction, "weights", call), [1, 0], call)
        }
        let both = try call.operand(3).map { bias throws(ONNXError) in try conversion.row(bias, direction, "a bias", call) }
        if let both, both.shape != [rows * 2] { throw .corrupt(nil, "a bias \(both.type)", accepted: "\(rows * 2) elements") }
        input = Projection(
            weights: try weights(1), bias: try both.map { both throws(ONNXError) in try conversion.gates(both, 0, kind.gates, size, call) })
        let recurrentWeights = try weights(2)
        var projections: [Projection] = []
        for (first, count) in kind == .gated ? [(0, 2), (2, 1)] : [(0, kind.gates)] {
            projections.append(
                Projection(
                    weights: try conversion.gates(recurrentWeights, first, count, size, call),
                    bias: try both.map { both throws(ONNXError) in try conversion.gates(both, kind.gates + first, count, size, call) }))
        }
        recurrent = projections
        var parts: [ONNXValue] = []
        if let operand = call.operand(7) {
            let all = try conversion.row(operand, direction, "peepholes", call)
            guard all.shape == [Dimension(3 * size)] else { throw .corrupt(nil, "peepholes \(all.type)", accepted: "\(3 * size) elements") }
            for index in 0..<3 { parts.append(try conversion.gates(all, index, 1, size, call)) }
        }
        peepholes = parts
        clip = try call.float("clip")
        couplesGates = try call.flag("input_forget", default: false)
        resetsLate = try call.flag("linear_before_reset", default: false)
        if let declared = try call.int("hidden_size"), declared != size {
            throw .corrupt(nil, attribute: "hidden_size", "\(declared)", accepted: "\(size), as the weights have")
        }
    }
}

extension RecurrentCell {
    /// x·weights + bias
    fileprivate struct Projection {
        /// `[elements, gates·H]`
        let weights: ONNXValue
        /// `[gates·H]`; nil stands for zeros.
        let bias: ONNXValue?

        func callAsFunction(
            _ conversion: inout ONNXConversion, _ value: ONNXValue, _ call: ONNXCall
        ) throws(ONNXError) -> ONNXValue {
            let product = try conversion.multiplyMatrices(value, weights, call)
            guard let bias else { return product }
            return try conversion.binary(.add, product, bias, call)
        }
    }
}

extension RecurrentCell.Kind {
    var gates: Int {
        switch self {
        case .plain: 1
        case .gated: 3
        case .longShortTerm: 4
        }
    }

    /// Names of the functions of one direction.
    var defaultFunctions: [String] {
        switch self {
        case .plain: ["Tanh"]
        case .gated: ["Sigmoid", "Tanh"]
        case .longShortTerm: ["Sigmoid", "Tanh", "Tanh"]
        }
    }
}

extension ONNXConversion {
    /// The part of an operand that belongs to a direction.
    fileprivate mutating func row(
        _ value: ONNXValue, _ direction: Int, _ role: String, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        guard let count = value.shape.first?.constant, direction < count else {
            throw .corrupt(nil, "\(role) \(value.type)", accepted: "a first axis with an element for each direction")
        }
        return try part(value, axis: 0, index: direction, call)
    }

    /// A range of the gates along the last axis.
    fileprivate mutating func gates(
        _ value: ONNXValue, _ first: Int, _ count: Int, _ size: Int, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let range = Slice.Axis(start: Dimension(first * size), count: Dimension(count * size))
        return value.shape.last == range.count ? value : try slice(value, [value.rank - 1: range], call)
    }
}

// MARK: Steps
extension RecurrentCell {
    /// What a sequence `[L, N, I]` adds to the gates of each step: `[L, N, gates·H]`.
    func project(_ conversion: inout ONNXConversion, _ sequence: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        try input(&conversion, sequence, call)
    }

    /// The next state and memory, each `[N, H]`.
    ///
    /// - Parameter projected: what the step's input adds to the gates, `[N, gates·H]`.
    func step(
        _ conversion: inout ONNXConversion, _ projected: ONNXValue, _ state: ONNXValue, _ memory: ONNXValue?, _ call: ONNXCall
    ) throws(ONNXError) -> (state: ONNXValue, memory: ONNXValue?) {
        if kind == .gated { return (try gatedStep(&conversion, projected, state, call), nil) }
        let sums = try conversion.binary(.add, projected, try recurrent[0](&conversion, state, call), call)
        guard let memory else { return (try apply(0, sums, &conversion, call), nil) }
        return try longShortTermStep(&conversion, sums, memory, call)
    }

    /// z = f(…), r = f(…), h' = g(W·x + R·(r⊙h) + b), h ← (1 − z)⊙h' + z⊙h
    private func gatedStep(
        _ conversion: inout ONNXConversion, _ projected: ONNXValue, _ state: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        let sums = try conversion.binary(
            .add, try conversion.gates(projected, 0, 2, size, call), try recurrent[0](&conversion, state, call), call)
        let update = try apply(0, try conversion.gates(sums, 0, 1, size, call), &conversion, call)
        let reset = try apply(0, try conversion.gates(sums, 1, 1, size, call), &conversion, call)
        let seen: ONNXValue
        if resetsLate {
            seen = try conversion.binary(.multiply, reset, try recurrent[1](&conversion, state, call), call)
        } else {
            seen = try recurrent[1](&conversion, try conversion.binary(.multiply, reset, state, call), call)
        }
        let sum = try conversion.binary(.add, try conversion.gates(projected, 2, 1, size, call), seen, call)
        let new = try apply(1, sum, &conversion, call)
        let rest = try conversion.binary(.subtract, .constant(1), update, call)
        return try conversion.binary(
            .add, try conversion.binary(.multiply, rest, new, call), try conversion.binary(.multiply, update, state, call), call)
    }

    /// C ← f⊙C + i⊙c, h ← o⊙h(C), with i, f and o of f(… + P⊙C)
    private func longShortTermStep(
        _ conversion: inout ONNXConversion, _ sums: ONNXValue, _ memory: ONNXValue, _ call: ONNXCall
    ) throws(ONNXError) -> (state: ONNXValue, memory: ONNXValue?) {
        func gate(_ index: Int, seeing memory: ONNXValue?) throws(ONNXError) -> ONNXValue {
            var sum = try conversion.gates(sums, index, 1, size, call)
            if let memory, peepholes.indices.contains(index) {
                sum = try conversion.binary(.add, sum, try conversion.binary(.multiply, peepholes[index], memory, call), call)
            }
            return try apply(index == 3 ? 1 : 0, sum, &conversion, call)
        }
        let input = try gate(0, seeing: memory)
        let forget =
            try couplesGates
            ? conversion.binary(.subtract, .constant(1), input, call) : gate(2, seeing: memory)
        let candidate = try gate(3, seeing: nil)
        let next = try conversion.binary(
            .add, try conversion.binary(.multiply, forget, memory, call), try conversion.binary(.multiply, input, candidate, call), call)
        let output = try gate(1, seeing: next)
        return (try conversion.binary(.multiply, output, try apply(2, next, &conversion, call), call), next)
    }

    /// A function of a sum, which is cut to ±clip.
    private func apply(
        _ function: Int, _ sum: ONNXValue, _ conversion: inout ONNXConversion, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        var sum = sum
        if let clip, clip > 0 { sum = try conversion.elementwise(.clip(minimum: -clip, maximum: clip), sum, call) }
        return try functions[function].apply(sum, &conversion, call)
    }
}
