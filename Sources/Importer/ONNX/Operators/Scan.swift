import GraphIR

/// The body is repeated for each element of the scanned inputs along their axis, whose length has to be known; what it gives for each
/// is joined. In version 8 the first axis of everything is a batch, each element of which is scanned by itself.
func scan(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let body = try call.graph("body")
    var values: [ONNXValue] = []
    for index in (call.version < 9 ? 1 : 0)..<max(call.operands.count, 1) { values.append(try call.required(index)) }
    let scanned = try call.count("num_scan_inputs")
    guard values.count >= scanned, body.inputs.count == values.count, body.outputs.count >= values.count - scanned else {
        throw .corrupt(
            nil, attribute: "body", "\(body.inputs.count) inputs and \(body.outputs.count) outputs for \(values.count) operands",
            accepted: "an input for each, and an output for each state")
    }
    let states = Array(values[..<(values.count - scanned)])
    let inputs = Array(values[states.count...])
    if call.version >= 9 {
        let order = try ONNXScanOrder(call, inputs: inputs.count, outputs: body.outputs.count - states.count)
        return try conversion.scan(body, states: states, inputs: inputs, order, call)
    }
    let order = try ONNXScanOrder(
        axes: [Int](repeating: 0, count: inputs.count), isReversed: call.flags("directions", inputs.count),
        outputAxes: [Int](repeating: 0, count: body.outputs.count - states.count),
        isPrepending: [Bool](repeating: false, count: body.outputs.count - states.count))
    return try conversion.scanBatch(body, states: states, inputs: inputs, order, call)
}

/// Along which axes and in which direction a Scan goes.
private struct ONNXScanOrder {
    var axes: [Int]
    var isReversed: [Bool]
    var outputAxes: [Int]
    var isPrepending: [Bool]

    init(axes: [Int], isReversed: [Bool], outputAxes: [Int], isPrepending: [Bool]) {
        self.axes = axes
        self.isReversed = isReversed
        self.outputAxes = outputAxes
        self.isPrepending = isPrepending
    }

    init(_ call: ONNXCall, inputs: Int, outputs: Int) throws(ONNXError) {
        axes = try call.list("scan_input_axes", inputs)
        isReversed = try call.flags("scan_input_directions", inputs)
        outputAxes = try call.list("scan_output_axes", outputs)
        isPrepending = try call.flags("scan_output_directions", outputs)
    }
}

extension ONNXCall {
    /// Numbers of a list that is 0 everywhere where it is left out.
    fileprivate func list(_ name: String, _ count: Int) throws(ONNXError) -> [Int] {
        let list = try ints(name) ?? [Int](repeating: 0, count: count)
        guard list.count == count else { throw .corrupt(nil, attribute: name, "\(list.count) numbers", accepted: "\(count)") }
        return list
    }

    fileprivate func flags(_ name: String, _ count: Int) throws(ONNXError) -> [Bool] { try list(name, count).map { $0 != 0 } }
}

extension ONNXConversion {
    /// - Returns: the last states, then the joined outputs.
    fileprivate mutating func scan(
        _ body: ONNXGraph, states: [ONNXValue], inputs: [ONNXValue], _ order: ONNXScanOrder, _ call: ONNXCall
    ) throws(ONNXError) -> [ONNXValue] {
        var axes: [Int] = []
        for (input, axis) in zip(inputs, order.axes) { axes.append(try call.axis(axis, rank: input.rank, "scan_input_axes")) }
        let turns = try call.number(inputs[0].shape[axes[0]], "a number of turns")
        for (input, axis) in zip(inputs, axes) where input.shape[axis] != Dimension(turns) {
            throw .corrupt(nil, "scanned inputs of \(turns) and \(input.shape[axis]) elements", accepted: "as many of each")
        }
        guard turns <= Self.mostTurns else {
            throw .unsupported(nil, "\(turns) turns", accepted: "at most \(Self.mostTurns)")
        }
        var carried = states
        var outputs = [[ONNXValue]](repeating: [], count: body.outputs.count - states.count)
        for turn in 0..<turns {
            var operands = carried
            for (index, input) in inputs.enumerated() {
                let place = order.isReversed[index] ? turns - 1 - turn : turn
                operands.append(try part(input, axis: axes[index], index: place, call).with(precision: input.precision))
            }
            let count = problems.count
            let results = try inline(body, inputs: operands, call)
            // Every turn would report the same.
            if problems.count > count || results.contains(where: \.isMissing) { return [] }
            carried = Array(results[..<states.count])
            for (index, result) in results[states.count...].enumerated() { outputs[index].append(result) }
        }
        var joined: [ONNXValue] = []
        for (index, values) in outputs.enumerated() {
            let ordered = order.isPrepending[index] ? values.reversed() : values
            joined.append(try stack(ordered, axis: order.outputAxes[index], "scan_output_axes", call))
        }
        return carried + joined
    }

    /// Scans each element of a batch and joins what comes out.
    fileprivate mutating func scanBatch(
        _ body: ONNXGraph, states: [ONNXValue], inputs: [ONNXValue], _ order: ONNXScanOrder, _ call: ONNXCall
    ) throws(ONNXError) -> [ONNXValue] {
        guard let first = inputs.first, first.rank >= 2 else {
            throw .corrupt(nil, "a scanned input without a batch and a sequence", accepted: "2 axes or more")
        }
        if let lengths = call.operand(0) {
            guard let known = lengths.known?.integers, known.allSatisfy({ Dimension($0) == first.shape[1] }) else {
                throw .unsupported(nil, attribute: "sequence_lens", "lengths of their own", accepted: "\(first.shape[1]) each, or none")
            }
        }
        let batch = try call.number(first.shape[0], "a batch of")
        var results: [[ONNXValue]] = []
        for sample in 0..<batch {
            var parts: [ONNXValue] = []
            for value in states + inputs {
                guard value.rank > 0, value.shape[0] == first.shape[0] else {
                    throw .corrupt(nil, "an operand \(value.type) in a batch of \(batch)", accepted: "as many elements in each")
                }
                parts.append(try part(value, axis: 0, index: sample, call).with(precision: value.precision))
            }
            let result = try scan(
                body, states: Array(parts[..<states.count]), inputs: Array(parts[states.count...]), order, call)
            if result.isEmpty { return [] }
            results.append(result)
        }
        var joined: [ONNXValue] = []
        for index in body.outputs.indices { joined.append(try stack(results.map { $0[index] }, axis: 0, "scan_output_axes", call)) }
        return joined
    }
}
