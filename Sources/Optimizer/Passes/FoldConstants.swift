import GraphIR
import Reference

/// Computes what depends on constants only, and puts the results in its place as constants.
///
///     %a = constant #0                          %t = constant #1
///     %t = transpose(%a) { 1, 0 }         =>    %y = matrix-multiplication(%x, %t)
///     %y = matrix-multiplication(%x, %t)        return %y
///     return %y
///
/// The reference evaluator's scalar arithmetic computes them, which gives the same bits on every machine, so that a plan does not
/// depend on where it is compiled. A result that is much larger than its operands is left to the device, because the plan would
/// have to carry it. The work of a run of the pass and the memory for its results are bounded, because each node of a file may ask
/// for much of both.
public let foldConstants = Pass(
    name: "fold-constants", summary: "compute what depends on constants only"
) { (editor, constants, changes) throws(PassError) in
    var folding = ConstantFolding(constants)
    for slot in editor.slots {
        guard let node = editor.node(slot), folding.admits(node, editor), let operands = folding.operands(of: node, editor),
            let results = try evaluated(node, operands, in: editor.functionName)
        else { continue }
        guard changes.permit("'\(node.name)' (\(node.operation.mnemonic)) computed") else { break }
        editor.erase(slot)
        editor.eraseUnused(node.inputs)
        folding.keep(results, of: node)
        for value in node.inputs + node.outputs where editor.isUnused(value) { folding.drop(value) }
    }
    for (value, result, name) in folding.kept {
        let id = constants.insert(result.constant)
        editor.append(Node(.constant(ConstantOperation(id)), inputs: [], outputs: [value], name: name))
    }
}

/// How many elements the results of a node may have more than its operands. The bound is not one of bytes: weights that are stored as
/// bytes have to become floats, or no convolution could use them.
private let largestGrowth = 1 << 18
/// Bytes of results that are held at once: this, and eight times the bytes of the model's constants.
private let largestHoldings = 64 << 20
/// Work of one run, as ``GraphIR/Operation/evaluationWork(operands:results:)`` counts it: this, and so much for each element of the
/// model's constants. It takes a fraction of a second.
private let mostWork = 1 << 26
private let mostWorkForAnElement = 32

/// The results of a node. Nil where the reference evaluator does not compute on such operands, which is no error of the model's.
private func evaluated(_ node: Node, _ operands: [Tensor], in function: String) throws(PassError) -> [Tensor]? {
    do throws(EvaluationError) {
        return try evaluate(node.operation, operands: operands, arithmetic: .exactScalar)
    } catch {
        switch error.kind {
        case .unsupportedElement, .tooLarge, .symbolic, .outOfRange: return nil
        case .inputs, .invalidOperation:
            throw PassError(pass: "fold-constants", place: "node '\(node.name)' of function '\(function)'", reason: error.message)
        }
    }
}

/// What has been computed in one function. The results enter the table of constants at the end; those that were only steps on the
/// way to other results are dropped before.
private struct ConstantFolding {
    private let table: ConstantTable
    private var results: [ValueID: (tensor: Tensor, name: String)] = [:]
    private var remainingBytes: Int
    private var remainingWork: Int

    init(_ table: ConstantTable) {
        self.table = table
        remainingBytes = largestHoldings + 8 * table.ids.reduce(0) { $0 + table[$1].bytes.count }
        remainingWork = mostWork + mostWorkForAnElement * table.ids.reduce(0) { $0 + table[$1].elementCount }
    }

    /// Whether the node is to be computed: its operands are constants, and the bounds allow it. The work of a call is not known, so
    /// calls are not computed.
    mutating func admits(_ node: Node, _ editor: FunctionEditor) -> Bool {
        let areConstant = node.inputs.allSatisfy { results[$0] != nil || editor.constant($0) != nil }
        guard areConstant, !node.inputs.isEmpty else { return false }
        let (operandTypes, resultTypes) = (node.inputs.map { editor.type(of: $0) }, node.outputs.map { editor.type(of: $0) })
        guard let operands = size(of: operandTypes), let results = size(of: resultTypes),
            let work = node.operation.evaluationWork(operands: operandTypes, results: resultTypes)
        else { return false }
        guard results.elements - operands.elements <= largestGrowth, results.bytes <= remainingBytes, work <= remainingWork
        else { return false }
        remainingWork -= work
        return true
    }

    func operands(of node: Node, _ editor: FunctionEditor) -> [Tensor]? {
        let operands = node.inputs.compactMap { results[$0]?.tensor ?? editor.constant($0).map { Tensor(table[$0]) } }
        return operands.count == node.inputs.count ? operands : nil
    }

    mutating func keep(_ tensors: [Tensor], of node: Node) {
        for (output, tensor) in zip(node.outputs, tensors) {
            results[output] = (tensor, node.name)
            remainingBytes -= tensor.elementCount * tensor.element.byteCount
        }
    }

    mutating func drop(_ value: ValueID) {
        guard let (tensor, _) = results.removeValue(forKey: value) else { return }
        remainingBytes += tensor.elementCount * tensor.element.byteCount
    }

    /// In the order of the values, so that the table does not depend on a dictionary's.
    var kept: [(value: ValueID, tensor: Tensor, name: String)] {
        results.sorted { $0.key < $1.key }.map { ($0.key, $0.value.tensor, $0.value.name) }
    }

    /// Elements and bytes of tensors; nil where a side is symbolic. In a verified graph this does not overflow, since types are bounded.
    private func size(of types: [TensorType]) -> (elements: Int, bytes: Int)? {
        var (elements, bytes) = (0, 0)
        for type in types {
            guard let shape = type.staticShape else { return nil }
            let count = shape.reduce(1, *)
            elements += count
            bytes += count * type.element.byteCount
        }
        return (elements, bytes)
    }
}
