import GraphIR

/// Removes operations that give their operand unchanged, and lets whoever reads the result read the operand.
///
///     %a = convolution(%x, %w)                  %a = convolution(%x, %w)
///     %b = dropout(%a) { rate = 0.1 }     =>    return %a
///     return %b
///
/// Each operation says in its own file whether it does (`Operation.returnsOperandOfSameType`). Such operations are: dropout, which does nothing when a network is used rather than trained; identity; a concatenation of one
/// operand; padding by nothing; a cast to the type that the operand has; a reshape, an expansion or a tiling to the shape that
/// the operand has; a transpose that keeps the order of the axes; a slice of the whole operand.
public let eliminateIdentities = Pass(
    name: "eliminate-identities", summary: "remove dropout, identity and other operations that change nothing"
) { (editor, _, changes) in
    for slot in editor.slots {
        guard let node = editor.node(slot), node.operation.returnsOperandOfSameType(operandCount: node.inputs.count) else { continue }
        let (operand, result) = (node.inputs[0], node.outputs[0])
        guard editor.type(of: operand) == editor.type(of: result) else { continue }
        guard changes.permit("'\(node.name)' (\(node.operation.mnemonic)) removed") else { return }
        editor.erase(slot)
        editor.replaceUses(of: result, with: operand)
    }
}
