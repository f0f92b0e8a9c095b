import GraphIR

/// Lets convolutions read the operands of a concatenation along the channels directly, as several sources. A convolution adds up
/// what each source contributes, so the concatenation need not be made, and nothing is copied.
///
///     %j = concatenation(%a, %b) { axis = 3 }         %c = convolution(%a, %b, %w) { sources = 2 }
///     %c = convolution(%j, %w)                  =>    return %c
///     return %c
///
/// This is done only where the concatenation is not needed for anything else: it is no output of the function, and each of its
/// readers is a convolution with one group that reads it as an image (not as kernel or bias). A reader that is itself a
/// concatenation along the same axis takes over the operands too:
///
///     %j = concatenation(%a, %b) { axis = 3 }         %k = concatenation(%a, %b, %c) { axis = 3 }
///     %k = concatenation(%j, %c) { axis = 3 }   =>    return %k
///     return %k
public let absorbConcatenation = Pass(
    name: "absorb-concatenation", summary: "let convolutions read the operands of a concatenation as several sources"
) { (editor, _, changes) in
    for slot in editor.slots {
        guard let node = editor.node(slot), case .concatenation(let concatenation) = node.operation else { continue }
        let joined = node.outputs[0]
        let users = editor.users(of: joined)
        // A part without channels is no image, which sources have to be.
        guard !editor.isOutput(joined), !users.isEmpty, node.inputs.allSatisfy({ !editor.type(of: $0).shape.contains(0) }),
            users.allSatisfy({ editor.node($0)?.canTakeOver(node, of: concatenation, editor.type(of: joined)) ?? false })
        else { continue }
        guard changes.permit("'\(node.name)' absorbed by its \(users.count) reader(s)") else { return }
        for user in users { editor.substitute(joined, by: node.inputs, in: user) }
        editor.erase(slot)
    }
}

/// The most operands that a reader gets. A few nested concatenations of one value with itself would otherwise become a list that
/// does not fit in memory.
private let mostOperands = 1024

extension Node {
    /// Whether this node may read the operands of the concatenation `producer` in place of its result.
    fileprivate func canTakeOver(_ producer: Node, of concatenation: Concatenation, _ type: TensorType) -> Bool {
        let joined = producer.outputs[0]
        let operandCount = inputs.count + inputs.count { $0 == joined } * (producer.inputs.count - 1)
        guard operandCount <= mostOperands else { return false }
        switch FusionTarget(operation) {
        case .convolution(let convolution):
            let isChannelAxis = type.rank == 4 && concatenation.axis == 3
            return isChannelAxis && convolution.groups == 1 && !inputs[convolution.sourceCount...].contains(joined)
        case .concatenation(let outer):
            return outer.axis == concatenation.axis
        case .transposedConvolution, .matrixMultiplication, .batchNormalization, .binary, .pooling, nil:
            return false
        }
    }
}

extension FunctionEditor {
    fileprivate mutating func substitute(_ joined: ValueID, by operands: [ValueID], in slot: Int) {
        guard var user = node(slot) else { return }
        let added = user.inputs.filter { $0 == joined }.count * (operands.count - 1)
        user.inputs = user.inputs.flatMap { $0 == joined ? operands : [$0] }
        if case .convolution(var convolution) = user.operation {
            convolution.sourceCount += added
            user.operation = .convolution(convolution)
        }
        replace(slot, with: user)
    }
}
