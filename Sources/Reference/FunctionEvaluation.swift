import GraphIR

/// The values of one function during one evaluation. Each is dropped after its last use.
struct FunctionEvaluation {
    private let function: Function
    private var tensors: [Tensor?]
    /// For each value, by its index, the number of the last node that reads it. For outputs it is the number of nodes, and for
    /// a value that no node reads it is −1.
    private let lastUses: [Int]
    /// What the function's symbols stand for in this evaluation.
    let symbols: [String: Dimension]

    init(_ function: Function, _ arguments: consuming [Tensor]) throws(EvaluationError) {
        self.function = function
        tensors = [Tensor?](repeating: nil, count: function.values.count)
        symbols = try solveSymbols(function, arguments)
        var lastUses = [Int](repeating: -1, count: function.values.count)
        for (index, node) in function.nodes.enumerated() {
            for input in node.inputs where lastUses.indices.contains(input.index) { lastUses[input.index] = index }
        }
        for output in function.outputs where lastUses.indices.contains(output.value.index) {
            lastUses[output.value.index] = function.nodes.count
        }
        self.lastUses = lastUses
        for (input, argument) in zip(function.inputs, arguments) where lastUses[input.index] >= 0 {
            tensors[input.index] = argument
        }
    }

    /// The operands of a node. Those that no later node reads are freed.
    mutating func takeOperands(of index: Int) throws(EvaluationError) -> [Tensor] {
        var operands: [Tensor] = []
        for input in function.nodes[index].inputs { operands.append(try tensor(input)) }
        for input in function.nodes[index].inputs where lastUses[input.index] == index { tensors[input.index] = nil }
        return operands
    }

    mutating func store(_ results: [Tensor], of index: Int) {
        for (output, tensor) in zip(function.nodes[index].outputs, results) where lastUses[output.index] >= 0 {
            tensors[output.index] = tensor
        }
    }

    mutating func takeOutputs() throws(EvaluationError) -> [Tensor] {
        var results: [Tensor] = []
        for output in function.outputs { results.append(try tensor(output.value)) }
        tensors = []
        return results
    }

    private func tensor(_ value: ValueID) throws(EvaluationError) -> Tensor {
        guard tensors.indices.contains(value.index), let tensor = tensors[value.index] else {
            throw EvaluationError(.invalidOperation, "value \(value.index) is read before it is made")
        }
        return tensor
    }
}

/// Finds the values of a function's symbols from the shapes of the arguments. Throws if an argument does not have the declared
/// type.
private func solveSymbols(_ function: Function, _ arguments: [Tensor]) throws(EvaluationError) -> [String: Dimension] {
    do throws(GraphError) {
        return try function.symbols(forInputs: arguments.map(\.type))
    } catch {
        throw EvaluationError(.inputs, error.message)
    }
}
