import GraphIR

extension ONNXOperator {
    static let controlFlow: [ONNXOperator] = [
        ONNXOperator("If", ["then_branch", "else_branch"], branch),
        ONNXOperator("Loop", ["body"], 2...Int.max, loop),
        ONNXOperator(
            "Scan",
            [
                "body", "directions", "num_scan_inputs", "scan_input_axes", "scan_input_directions", "scan_output_axes",
                "scan_output_directions",
            ], 1...Int.max, scan),
    ]
}

/// The nodes of the branch that is taken replace the If.
private func branch(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    guard let condition = try call.required(0).known?.integers?.first else {
        throw .unsupported(nil, attribute: "cond", "a condition that is computed when the model runs", accepted: "a constant one")
    }
    let graph = try call.graph(condition != 0 ? "then_branch" : "else_branch")
    return try conversion.inline(graph, inputs: [], call)
}

/// A loop whose number of turns is known becomes a function that is called as often, so that its weights are shared. If the
/// body needs the number of its turn as a constant, for instance to take a part of a tensor, its nodes are repeated instead.
private func loop(_ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
    let body = try call.graph("body")
    let carriedCount = call.operands.count - 2
    guard body.inputs.count == carriedCount + 2, body.outputs.count >= carriedCount + 1 else {
        throw .corrupt(
            nil, attribute: "body", "\(body.inputs.count) inputs and \(body.outputs.count) outputs",
            accepted: "\(carriedCount + 2) inputs and at least \(carriedCount + 1) outputs")
    }
    var turns = try call.integers(0, "M")?.first
    if call.operand(1) != nil {
        guard let goesOn = try call.integers(1, "cond")?.first else { throw .corrupt(nil, "no condition", accepted: "one") }
        if goesOn == 0 { turns = 0 }
    }
    var carried: [ONNXValue] = []
    for index in 0..<carriedCount { carried.append(try call.required(index + 2)) }
    let untouched = conversion
    do throws(ONNXError) {
        if let turns, turns > 1, let results = try conversion.callRepeatedly(body, turns, carried, call) { return results }
    } catch {
        // What the function cannot express the repeated nodes may; they report what they cannot.
    }
    // The attempt counts, or loops inside each other would be tried without a bound.
    let effort = conversion.effort
    conversion = untouched
    conversion.effort = effort
    return try conversion.repeatNodes(body, turns, carried, call)
}

extension ONNXConversion {
    /// Converts the nodes of a graph in a scope of its own, within the function that is being built.
    mutating func inline(_ graph: ONNXGraph, inputs: [ONNXValue], _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
        try deepen(call)
        scopes.append(ONNXScope())
        defer {
            scopes.removeLast()
            depth -= 1
        }
        try bindInitializers(graph, place: call.name)
        for (input, value) in zip(graph.inputs, inputs) { bind(input.name, to: value) }
        try convert(graph.nodes)
        return try results(graph.outputs.map(\.name), call)
    }

    /// What names stand for that a graph or a function gives as its results.
    fileprivate func results(_ names: [String], _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
        var values: [ONNXValue] = []
        for name in names {
            guard let value = lookUp(name) else {
                throw .corrupt(nil, "the output '\(name)', which nothing makes", accepted: "a value of the graph")
            }
            values.append(value)
        }
        return values
    }

    private mutating func deepen(_ call: ONNXCall) throws(ONNXError) {
        guard depth < ONNXLimits.conversionDepth else {
            throw .unsupported(
                nil, "functions or graphs inside each other, \(depth) deep",
                accepted: "at most \(ONNXLimits.conversionDepth), none in itself")
        }
        depth += 1
    }
}

// MARK: Loops
extension ONNXConversion {
    static let mostTurns = 4096

    /// Repeats the body's nodes for each turn.
    fileprivate mutating func repeatNodes(
        _ body: ONNXGraph, _ turns: Int?, _ initial: [ONNXValue], _ call: ONNXCall
    ) throws(ONNXError) -> [ONNXValue] {
        var carried = initial
        var scans = [[ONNXValue]](repeating: [], count: body.outputs.count - 1 - initial.count)
        var turn = 0
        while turn < turns ?? Int.max {
            guard turn < Self.mostTurns else {
                throw .unsupported(nil, "more than \(Self.mostTurns) turns", accepted: "at most as many, known when the model is read")
            }
            let count = problems.count
            let results = try inline(
                body, inputs: [.constant(integer: turn, element: .int64), .constant(integer: 1, element: .bool)] + carried, call)
            // Every turn would report the same.
            if problems.count > count || results.contains(where: \.isMissing) { return [] }
            carried = Array(results[1..<(1 + initial.count)])
            for (index, value) in results[(1 + initial.count)...].enumerated() { scans[index].append(value) }
            guard let goesOn = results[0].known?.integers?.first else {
                throw .unsupported(
                    nil, attribute: "body", "a condition that is computed when the model runs", accepted: "a constant one")
            }
            turn += 1
            if goesOn == 0 { break }
        }
        return carried + (try joined(scans, call))
    }

    /// Each scan output of all turns, one behind the other along a new first axis.
    private mutating func joined(_ scans: [[ONNXValue]], _ call: ONNXCall) throws(ONNXError) -> [ONNXValue] {
        var results: [ONNXValue] = []
        for (index, values) in scans.enumerated() {
            guard !values.isEmpty else {
                throw .unsupported(nil, "the scan output \(index) of a loop without a turn", accepted: "at least one turn")
            }
            results.append(try stack(values, axis: 0, "body", call))
        }
        return results
    }

    /// Makes a function of the body and calls it for each turn.
    ///
    /// - Returns: nil where the body's condition is not always true, or where a turn changes the type of what it carries.
    fileprivate mutating func callRepeatedly(
        _ body: ONNXGraph, _ turns: Int, _ initial: [ONNXValue], _ call: ONNXCall
    ) throws(ONNXError) -> [ONNXValue]? {
        guard turns <= Self.mostTurns else { return nil }
        let captured = Array(Set(body.capturedNames)).sorted().compactMap { name in
            lookUp(name).flatMap { value in value.constant == nil && value.known == nil ? (name, value) : nil }
        }
        let needsTurn =
            body.nodes.contains { ($0.inputs + $0.capturedNames).contains(body.inputs[0].name) }
            || body.outputs.contains { $0.name == body.inputs[0].name }
        let name = functionName("\(call.name)_body")
        let problemCount = problems.count
        let nodeCount = effort.nodes
        var goesOn: Int?
        var outputs: [ONNXValue] = []
        try deepen(call)
        let (function, _) = try withFunction(named: name) { conversion throws(ONNXError) in
            conversion.scopes.append(ONNXScope())
            defer { conversion.scopes.removeLast() }
            conversion.bind(body.inputs[1].name, to: .constant(integer: 1, element: .bool))
            for (input, value) in zip(body.inputs[2...], initial) { conversion.declare(input.name, like: value) }
            if needsTurn {
                conversion.bind(
                    body.inputs[0].name,
                    to: ONNXValue(
                        .computed(conversion.builder.input(body.inputs[0].name, TensorType(.int64, []))), TensorType(.int64, [])))
            }
            for (name, value) in captured { conversion.declare(name, like: value) }
            try conversion.bindInitializers(body, place: call.name)
            try conversion.convert(body.nodes)
            let results = try conversion.results(body.outputs.map(\.name), call)
            goesOn = results[0].known?.integers?.first
            for (output, value) in zip(body.outputs, results).dropFirst() where !value.isMissing {
                let id = value.rank == 4 ? try conversion.image(value, call) : try conversion.value(value, call)
                conversion.builder.output(output.name, id)
                outputs.append(value)
            }
        }
        depth -= 1
        guard problems.count == problemCount, goesOn == 1, outputs.count == body.outputs.count - 1,
            zip(outputs, initial).allSatisfy({ $0.type == $1.type })
        else { return nil }
        // Each turn repeats the body's nodes once its calls are expanded.
        effort.nodes += (effort.nodes - nodeCount) * (turns - 1)
        guard effort.nodes <= ONNXLimits.convertedNodes else { return nil }
        finished.append(function)
        builder.functions = finished
        return try calls(of: name, turns, initial, captured.map(\.1), needsTurn: needsTurn, outputs: outputs, call)
    }

    private mutating func calls(
        of name: String, _ turns: Int, _ initial: [ONNXValue], _ captured: [ONNXValue], needsTurn: Bool, outputs: [ONNXValue],
        _ call: ONNXCall
    ) throws(ONNXError) -> [ONNXValue] {
        var fixed: [ValueID] = []
        for value in captured { fixed.append(value.rank == 4 ? try image(value, call) : try self.value(value, call)) }
        var carried = initial
        var scans = [[ONNXValue]](repeating: [], count: outputs.count - initial.count)
        for turn in 0..<turns {
            var operands: [ValueID] = []
            for value in carried { operands.append(value.rank == 4 ? try image(value, call) : try self.value(value, call)) }
            if needsTurn { operands.append(try self.value(.constant(integer: turn, element: .int64), call)) }
            let results: [ValueID]
            do throws(GraphError) {
                results = try builder.append(.call(Call(name)), operands + fixed, name: "\(call.name)_\(turn + 1)")
            } catch {
                throw .unsupported(nil, error.message)
            }
            let values = results.enumerated().map { index, id in
                (outputs[index].rank == 4 ? imageResult(id) : computed(id)).with(precision: outputs[index].precision)
            }
            carried = Array(values[..<initial.count])
            for (index, value) in values[initial.count...].enumerated() { scans[index].append(value) }
        }
        return carried + (try joined(scans, call))
    }

    /// Declares an input of the function that is being built; tensors of four axes are passed as images.
    private mutating func declare(_ name: String, like value: ONNXValue) {
        guard value.rank == 4 else {
            bind(name, to: ONNXValue(.computed(builder.input(name, value.type)), value.type, precision: value.precision))
            return
        }
        let type = TensorType(value.type.element, ONNXValue.channelsLast.map { value.shape[$0] })
        bind(name, to: ONNXValue(.image(builder.input(name, type)), value.type, precision: value.precision))
    }

    private func functionName(_ wanted: String) -> String {
        var name = wanted
        var suffix = 1
        while name == "main" || finished.contains(where: { $0.name == name }) {
            name = "\(wanted).\(suffix)"
            suffix += 1
        }
        return name
    }
}

// MARK: Model-local functions
extension ONNXConversion {
    func function(called node: ONNXNode) -> ONNXFunction? {
        functions[ONNXFunctionKey(domain: node.domain, name: node.operatorName, overload: node.overload)]
    }

    /// The function's nodes take the place of the node that calls it.
    mutating func inline(
        _ function: ONNXFunction, _ node: ONNXNode, _ operands: [ONNXValue?]
    ) throws(ONNXError) -> [ONNXValue] {
        let call = ONNXCall(node: node, operands: operands, version: 0)
        guard operands.count <= function.inputs.count else {
            throw .corrupt(nil, "\(operands.count) operands", accepted: "at most \(function.inputs.count)")
        }
        try deepen(call)
        let outerScopes = scopes
        let outerOpsets = opsets
        scopes = [ONNXScope()]
        opsets = function.opsets.isEmpty ? outerOpsets : function.opsets
        defer {
            scopes = outerScopes
            opsets = outerOpsets
            depth -= 1
        }
        for (name, operand) in zip(function.inputs, operands) {
            if let operand { bind(name, to: operand) }
        }
        var attributes: [String: ONNXAttribute.Value] = [:]
        for attribute in function.defaults + node.attributes { attributes[attribute.name] = attribute.value }
        // An operand that is left out is left out inside, too.
        let missing = Set(function.inputs.enumerated().filter { $0.offset >= operands.count || operands[$0.offset] == nil }.map(\.element))
        try convert(function.nodes.map { $0.specialized(attributes, missing: missing, prefix: node.name) })
        return try results(function.outputs, call)
    }
}

extension ONNXNode {
    /// The node of a function as it is for one caller.
    fileprivate func specialized(
        _ values: [String: ONNXAttribute.Value], missing: Set<String>, prefix: String
    ) -> ONNXNode {
        var node = self
        node.name = "\(prefix)/\(name)"
        node.inputs = inputs.map { missing.contains($0) ? "" : $0 }
        node.attributes = attributes.compactMap { attribute in
            switch attribute.value {
            case .reference(let name): return values[name].map { ONNXAttribute(name: attribute.name, value: $0) }
            case .graph(var graph):
                graph.nodes = graph.nodes.map { $0.specialized(values, missing: missing, prefix: prefix) }
                return ONNXAttribute(name: attribute.name, value: .graph(graph))
            default: return attribute
            }
        }
        return node
    }
}
