import GraphIR

/// Computes once what the graph computes twice: nodes with the same operation and the same operands.
///
///     %a = relu(%x)                             %a = relu(%x)
///     %b = relu(%x)                       =>    %c = add(%a, %a)
///     %c = add(%a, %b)                          return %c
///     return %c
///
/// Sums and products count as the same in either order of their operands, since they are in floating point too.
public let eliminateCommonSubexpressions = Pass(
    name: "eliminate-common-subexpressions", summary: "compute once what the graph computes several times"
) { (editor, _, changes) in
    var known: [Expression: Node] = [:]
    for slot in editor.slots {
        guard let node = editor.node(slot) else { continue }
        let expression = Expression(node)
        guard let first = known[expression] else {
            known[expression] = node
            continue
        }
        guard changes.permit("'\(node.name)' is the same as '\(first.name)'") else { return }
        editor.erase(slot)
        for (output, value) in zip(node.outputs, first.outputs) { editor.replaceUses(of: output, with: value) }
    }
}

/// What a node computes; equal ones have equal results.
private struct Expression: Hashable {
    let operation: Operation
    let operands: [ValueID]

    init(_ node: Node) {
        operation = node.operation
        operands = node.operation.isCommutative ? node.inputs.sorted() : node.inputs
    }
}

extension Operation {
    fileprivate var isCommutative: Bool {
        guard case .binary(let binary) = self else { return false }
        return binary.kind == .add || binary.kind == .multiply
    }
}
