import GraphIR

/// Removes operations that give their operand unchanged, and lets whoever reads the result read the operand.
///
///     %a = convolution(%x, %w)                  %a = convolution(%x, %w)
///     %b = dropout(%a) { rate = 0.1 }     =>    return %a
///     return %b
///
/// Such operations are: dropout, which does nothing when a network is used rather than trained; identity; a concatenation of one
/// operand; padding by nothing; a cast to the type that the operand has; a reshape, an expansion or a tiling to the shape that
/// the operand has; a transpose that keeps the order of the axes; a slice of the whole operand.
public let eliminateIdentities = Pass(
    name: "eliminate-identities", summary: "remove dropout, identity and other operations that change nothing"
) { (editor, _, changes) in
    for slot in editor.slots {
        guard let node = editor.node(slot), node.operation.returnsOperand(of: node) else { continue }
        let (operand, result) = (node.inputs[0], node.outputs[0])
        guard editor.type(of: operand) == editor.type(of: result) else { continue }
        guard changes.permit("'\(node.name)' (\(node.operation.mnemonic)) removed") else { return }
        editor.erase(slot)
        editor.replaceUses(of: result, with: operand)
    }
}

extension Operation {
    /// Whether the result is the only operand, bit for bit, provided that both have the same type.
    fileprivate func returnsOperand(of node: Node) -> Bool {
        switch self {
        case .dropout, .identity: true
        case .concatenation: node.inputs.count == 1
        case .padding(let padding): padding.amounts.allSatisfy { $0.before == 0 && $0.after == 0 }
        case .cast, .reshape, .expansion, .tiling: true
        case .transpose(let transpose): transpose.permutation == Array(transpose.permutation.indices)
        case .slice(let slice): slice.axes.allSatisfy { $0.start == 0 && $0.step == 1 }
        // These compute something. Some of it may change nothing for all numbers but a few: adding 0 turns -0 into 0.
        case .constant, .convolution, .transposedConvolution, .pooling, .poolingPositions, .globalPooling, .batchNormalization,
            .elementwise, .binary, .comparison, .logical, .selection, .resize, .matrixMultiplication, .softmax, .gather,
            .reduction, .argumentMaximum, .normalization, .quantization, .dequantization, .call:
            false
        }
    }
}
