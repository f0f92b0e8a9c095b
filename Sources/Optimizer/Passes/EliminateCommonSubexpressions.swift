import GraphIR

/// Computes once what the graph computes several times: of nodes with the same operation and the same operands all but the first
/// go, and their readers read the first one's results.
///
///     %a = relu(%x)                             %a = relu(%x)
///     %b = relu(%x)                       =>    %c = add(%a, %a)
///     %c = add(%a, %b)                          return %c
///     return %c
///
/// Sums and products count as the same in either order of their operands: in floating point a + b and b + a have the same bits too.
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

/// What a node computes. Nodes with equal expressions have equal results.
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
        return switch binary.kind {
        case .add, .multiply, .bitAnd, .bitOr, .bitXor: true
        // A minimum or a maximum of 0 and -0, or of NaN and a number, is the second operand, whichever that is.
        case .subtract, .divide, .power, .minimum, .maximum, .prelu, .modulo, .remainder, .shiftLeft, .shiftRight: false
        }
    }
}
