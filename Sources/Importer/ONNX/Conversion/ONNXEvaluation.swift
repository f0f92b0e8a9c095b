import GraphIR
import Reference

// Operators of which no folding function knows, on constants.
extension ONNXConversion {
    /// What an operator makes of a node. Where all operands are small constants, the results are constants as well: a shape, a bound or
    /// a number of turns may depend on them.
    ///
    /// The operator appends its operations to a function of their own, which the reference evaluator computes. If it does not, for
    /// one of the reasons that ``evaluated(_:by:)`` has, they become operations of the model.
    mutating func convert(_ call: ONNXCall, by known: ONNXOperator) throws(ONNXError) -> [ONNXValue] {
        guard call.isOfSmallConstants else { return try known.convert(&self, call) }
        let (table, before) = (constants, effort)
        let (function, results) = try withFunction(named: call.name) { conversion throws(ONNXError) in
            try known.convert(&conversion, call)
        }
        let evaluated = evaluated(results, by: function)
        constants = table
        if let evaluated { return evaluated }
        effort = before
        return try known.convert(&self, call)
    }

    /// The results of an operator as constants. Nil where they or the steps to them are too large, and where an operation refuses
    /// its operands, which is said by whoever computes it later.
    private mutating func evaluated(_ results: [ONNXValue], by function: Function) -> [ONNXValue]? {
        var function = function
        for (index, result) in results.enumerated() {
            guard let id = result.functionValue else { continue }
            function.outputs.append(Output(name: "\(index)", value: id))
        }
        if function.outputs.isEmpty { return results }
        guard let work = evaluationWork(of: function), function.outputs.allSatisfy({ isSmall(function.type(of: $0.value)) }) else {
            return nil
        }
        effort.foldedElements += work
        let graph = Graph(main: function, constants: constants)
        guard let tensors = try? Evaluator(graph, arithmetic: .exactScalar).run([:]) else { return nil }
        return results.enumerated().map { index, result in
            guard let constant = tensors["\(index)"]?.constant else { return result }
            guard case .image = result.content else { return .constant(constant).with(precision: result.precision) }
            return .constant(constant.transposed(ONNXValue.channelsSecond)).with(precision: result.precision)
        }
    }

    /// Nil where a side is symbolic, where something is called, and where it is more than may be computed.
    private func evaluationWork(of function: Function) -> Int? {
        var work = 0
        for node in function.nodes {
            if case .constant = node.operation { continue }
            let types = [node.inputs, node.outputs].map { values in values.map { function.type(of: $0) } }
            guard let steps = node.operation.evaluationWork(operands: types[0], results: types[1]),
                steps <= ONNXLimits.foldedElements - effort.foldedElements - work
            else { return nil }
            work += steps
        }
        return work
    }

    private func isSmall(_ type: TensorType) -> Bool {
        type.staticShape.flatMap { checkedElementCount($0) }.map { $0 <= ONNXLimits.knownElements } ?? false
    }
}

extension ONNXCall {
    /// Whether there are operands, none of them is computed when the model runs or large, and no graph of an attribute reads others.
    fileprivate var isOfSmallConstants: Bool {
        guard !operands.isEmpty, node.capturedNames.isEmpty else { return false }
        return operands.allSatisfy { operand in
            guard let operand else { return true }
            return switch operand.content {
            case .constant(let constant): constant.elementCount <= ONNXLimits.knownElements
            case .known(let tensor): tensor.constant != nil
            default: false
            }
        }
    }
}

extension ONNXValue {
    /// The value of the function, whatever its order of axes.
    fileprivate var functionValue: ValueID? {
        switch content {
        case .computed(let id), .image(let id): id
        default: nil
        }
    }
}
