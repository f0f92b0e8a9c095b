import GraphIR

extension ONNXOperator {
    static let recurrences: [ONNXOperator] = [
        recurrence("RNN", .plain, [], 3...6), recurrence("GRU", .gated, ["linear_before_reset"], 3...6),
        recurrence("LSTM", .longShortTerm, ["input_forget"], 3...8),
    ]

    private static func recurrence(
        _ name: String, _ kind: RecurrentCell.Kind, _ own: Set<String>, _ operands: ClosedRange<Int>
    ) -> ONNXOperator {
        let shared: Set<String> = [
            "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size", "layout", "output_sequence",
        ]
        return ONNXOperator(name, shared.union(own), operands) { conversion, call throws(ONNXError) in
            try recurrentLayer(&conversion, call, kind)
        }
    }
}

/// A recurrent layer over `[L, N, I]`, or with `layout` 1 `[N, L, I]`, whose steps are repeated, so that their number has to be known.
///
/// Gives the states of all steps `[L, directions, N, H]` and the last ones `[directions, N, H]`, an LSTM also the last cells; with
/// `layout` 1 the samples come first.
private func recurrentLayer(
    _ conversion: inout ONNXConversion, _ call: ONNXCall, _ kind: RecurrentCell.Kind
) throws(ONNXError) -> [ONNXValue] {
    let isSampleFirst = try call.int("layout", default: 0) != 0
    var input = try call.required(0)
    try call.requireRank(input, 3, "a sequence")
    if isSampleFirst { input = try conversion.transpose(input, [1, 0, 2], call) }
    let directions: [Bool]
    switch try call.choice("direction", default: "forward", ["forward", "reverse", "bidirectional"]) {
    case "forward": directions = [false]
    case "reverse": directions = [true]
    default: directions = [false, true]
    }
    var functions = try RecurrentFunctions(call, kind, directions: directions.count)
    var runs: [RecurrentRun] = []
    for (direction, isReversed) in directions.enumerated() {
        let cell = try RecurrentCell(&conversion, call, kind, direction: direction, functions: functions.next(kind.defaultFunctions.count))
        runs.append(try conversion.run(cell, over: input, isReversed: isReversed, isSampleFirst: isSampleFirst, call))
    }
    /// `[N, H]` of each direction as `[directions, N, H]`.
    func last(_ values: [ONNXValue]) throws(ONNXError) -> ONNXValue {
        let stacked = try conversion.stack(values, axis: 0, "layout", call)
        return isSampleFirst ? try conversion.transpose(stacked, [1, 0, 2], call) : stacked
    }
    var sequence = ONNXValue.missing
    if call.wants(0) {
        sequence = try conversion.stack(runs.map(\.states), axis: 1, "layout", call)
        if isSampleFirst { sequence = try conversion.transpose(sequence, [2, 0, 1, 3], call) }
    }
    var results = [sequence, try last(runs.map(\.state))]
    let cells = runs.compactMap(\.cell)
    if !cells.isEmpty { results.append(try last(cells)) }
    return results
}

/// What a cell makes of a sequence in one direction.
private struct RecurrentRun {
    /// `[L, N, H]`, in the order of the sequence.
    var states: ONNXValue
    /// `[N, H]`
    var state: ONNXValue
    /// The same of an LSTM.
    var cell: ONNXValue?
}

extension ONNXConversion {
    fileprivate mutating func run(
        _ cell: RecurrentCell, over input: ONNXValue, isReversed: Bool, isSampleFirst: Bool, _ call: ONNXCall
    ) throws(ONNXError) -> RecurrentRun {
        let steps = try call.number(input.shape[0], "a number of steps")
        guard (1...Self.mostTurns).contains(steps) else {
            throw .unsupported(nil, "\(steps) steps", accepted: "1 to \(Self.mostTurns)")
        }
        let shape = [input.shape[1], Dimension(cell.size)]
        var state = try initialState(5, cell, shape, isSampleFirst, call)
        var memory = cell.kind == .longShortTerm ? try initialState(6, cell, shape, isSampleFirst, call) : nil
        // Of all steps at once; what depends on the state is added step by step.
        let projected = try cell.project(&self, input, call)
        let lengths = try sequenceLengths(steps, call)
        var states: [ONNXValue] = []
        for turn in 0..<steps {
            let step = isReversed ? steps - 1 - turn : turn
            var (next, nextMemory) = try cell.step(&self, try part(projected, axis: 0, index: step, call), state, memory, call)
            var given = next
            if let lengths {
                // Behind its end a sequence keeps its state and gives zeros.
                let goesOn = try compare(.greater, lengths, .constant(integer: step, element: lengths.type.element), call)
                given = try select(goesOn, next, .constant(0), call)
                next = try select(goesOn, next, state, call)
                if let new = nextMemory, let old = memory { nextMemory = try select(goesOn, new, old, call) }
            }
            state = next
            memory = nextMemory
            states.append(given)
        }
        return RecurrentRun(
            states: try stack(isReversed ? states.reversed() : states, axis: 0, "layout", call), state: state, cell: memory)
    }

    /// `[N, H]` of the cell's direction; zeros where there is none.
    private mutating func initialState(
        _ operand: Int, _ cell: RecurrentCell, _ shape: [Dimension], _ isSampleFirst: Bool, _ call: ONNXCall
    ) throws(ONNXError) -> ONNXValue {
        guard let given = call.operand(operand) else { return try zeros(shape, call) }
        try call.requireRank(given, 3, "an initial state")
        let state = try part(given, axis: isSampleFirst ? 1 : 0, index: cell.direction, call)
        guard state.shape == shape else { throw .corrupt(nil, "an initial state \(state.type)", accepted: "\(TensorType(shape))") }
        return state
    }

    /// The lengths of the sequences as `[N, 1]`; nil where all are known to have every step.
    private mutating func sequenceLengths(_ steps: Int, _ call: ONNXCall) throws(ONNXError) -> ONNXValue? {
        guard let lengths = call.operand(4) else { return nil }
        if let known = lengths.known?.integers, known.allSatisfy({ $0 >= steps }) { return nil }
        try call.requireRank(lengths, 1, "sequence_lens")
        return try reshape(lengths, to: lengths.shape + [1], call)
    }
}
