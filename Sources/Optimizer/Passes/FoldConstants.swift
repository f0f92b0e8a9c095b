import GraphIR
import Reference

/// Computes what depends on constants only.
///
///     %a = constant #0                          %t = constant #1
///     %t = transpose(%a) { 1, 0 }         =>    %y = matrix-multiplication(%x, %t)
///     %y = matrix-multiplication(%x, %t)        return %y
///     return %y
///
/// By the reference's scalar arithmetic, which gives the same bits on every machine, so that plans do not depend on
/// where they are compiled. A result that is much larger than its operands is left to the device: a plan would have to carry it.
public let foldConstants = Pass(
    name: "fold-constants", summary: "compute what depends on constants only"
) { (editor, constants, changes) throws(PassError) in
    for slot in editor.slots {
        guard let node = editor.node(slot), let operands = editor.constantOperands(of: node, constants) else { continue }
        guard let results = try evaluated(node, operands, in: editor.functionName) else { continue }
        guard changes.permit("'\(node.name)' (\(node.operation.mnemonic)) computed") else { return }
        editor.erase(slot)
        for (output, result) in zip(node.outputs, results) {
            let id = constants.insert(result.constant)
            editor.append(Node(.constant(ConstantOperation(id)), inputs: [], outputs: [output], name: node.name))
        }
        editor.eraseUnused(node.inputs)
    }
}

/// Bytes by which the results may be larger than the operands.
private let largestGrowth = 1 << 20

/// The results; nil where the reference does not compute on such operands, which is no error of the model's.
private func evaluated(_ node: Node, _ operands: [Tensor], in function: String) throws(PassError) -> [Tensor]? {
    do throws(EvaluationError) {
        return try evaluate(node.operation, operands: operands, arithmetic: .exactScalar)
    } catch {
        switch error.kind {
        case .unsupportedElement, .tooLarge: return nil
        case .inputs, .invalidOperation:
            throw PassError(pass: "fold-constants", place: "node '\(node.name)' of function '\(function)'", reason: error.message)
        }
    }
}

extension FunctionEditor {
    /// The operands as tensors; nil where one is no constant, and for nodes that are not to be computed by themselves.
    fileprivate func constantOperands(of node: Node, _ table: ConstantTable) -> [Tensor]? {
        switch node.operation {
        case .constant, .call: return nil
        default: break
        }
        let ids = node.inputs.compactMap { constant($0) }
        guard !ids.isEmpty, ids.count == node.inputs.count, growth(of: node) <= largestGrowth else { return nil }
        return ids.map { Tensor(table[$0]) }
    }

    /// Bytes of the results less those of the operands; beyond all limits where a side is symbolic.
    private func growth(of node: Node) -> Int {
        let (results, operands) = (bytes(of: node.outputs), bytes(of: node.inputs))
        guard let results, let operands else { return .max }
        return results - operands
    }

    /// In a verified graph this does not overflow: types are bounded.
    private func bytes(of values: [ValueID]) -> Int? {
        var sum = 0
        for value in values {
            guard let shape = type(of: value).staticShape else { return nil }
            sum += shape.reduce(type(of: value).element.byteCount, *)
        }
        return sum
    }
}
