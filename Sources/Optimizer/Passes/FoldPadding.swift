import GraphIR

/// Lets convolutions add the zeros around an image themselves, which an operation before them has added: the amounts move into
/// the convolution's window, whose padding costs nothing.
///
///     %p = padding 0 (0,0)(1,1)(1,1)(0,0) (%x)         %c = convolution(%x, %w) { padding = 1,1,1,1 }
///     %c = convolution(%p, %w)                   =>    return %c
///     return %c
///
/// Average pooling does so too, and has to count the zeros as elements of its windows then:
///
///     %p = padding 0 (0,0)(1,1)(1,1)(0,0) (%x)         %a = pooling average(%x) { padding = 1,1,1,1, counted }
///     %a = pooling average(%p)                   =>    return %a
///     return %a
///
/// This is done only where every reader can do it and the padded image is no output, because otherwise the padded image would be made
/// anyway. Only rows and columns of (positive) zeros are moved; padding of the batch or the channels, other values, and negative
/// amounts, which cut something off, stay.
public let foldPadding = Pass(
    name: "fold-padding", summary: "let convolutions and average pooling add the zeros around their images"
) { (editor, _, changes) in
    for slot in editor.slots {
        guard let node = editor.node(slot), case .padding(let padding) = node.operation, let edges = padding.zeroEdges else {
            continue
        }
        let padded = node.outputs[0]
        let users = editor.users(of: padded)
        guard !editor.isOutput(padded), !users.isEmpty else { continue }
        let rewritten = users.compactMap { editor.reading(node.inputs[0], insteadOf: padded, edges, slot: $0) }
        guard rewritten.count == users.count else { continue }
        guard changes.permit("'\(node.name)' folded into its \(users.count) reader(s)") else { return }
        for (user, replacement) in zip(users, rewritten) { editor.replace(user, with: replacement) }
        editor.erase(slot)
    }
}

extension Padding {
    /// The rows and columns of zeros that are added; nil when anything else is done. A negative zero is another value.
    fileprivate var zeroEdges: EdgeAmounts? {
        guard case .constant(let value) = mode, value.bitPattern == 0, amounts.count == 4 else { return nil }
        let (rows, columns) = (amounts[1], amounts[2])
        guard amounts[0] == Amount(0, 0), amounts[3] == Amount(0, 0),
            min(rows.before, rows.after, columns.before, columns.after) >= 0
        else { return nil }
        return EdgeAmounts(top: rows.before, left: columns.before, bottom: rows.after, right: columns.after)
    }
}

extension FunctionEditor {
    /// The node in `slot`, adding `edges` around `image` itself instead of reading the padded image; nil where it cannot.
    fileprivate func reading(_ image: ValueID, insteadOf padded: ValueID, _ edges: EdgeAmounts, slot: Int) -> Node? {
        guard var node = node(slot), node.inputs[0] == padded, !node.inputs.dropFirst().contains(padded),
            let operation = node.operation.adding(edges, around: type(of: padded))
        else { return nil }
        node.operation = operation
        node.inputs[0] = image
        // The operation's own rule decides whether it takes that much padding, and that the result is the same.
        let types = try? operation.resultTypes(operands: node.inputs.map { type(of: $0) }, callee: { _ in nil })
        return types == node.outputs.map { type(of: $0) } ? node : nil
    }
}

extension Operation {
    /// The same operation for the image without padding, to which it adds `edges` itself; nil where it cannot.
    /// - Parameter padded: the type of the image with padding, which it reads now.
    fileprivate func adding(_ edges: EdgeAmounts, around padded: TensorType) -> Operation? {
        switch FusionTarget(self) {
        case .convolution(var convolution) where convolution.sourceCount == 1:
            guard let own = convolution.window.symbolicEdges(of: padded) else { return nil }
            convolution.window.padding = .explicit(own + edges)
            return .convolution(convolution)
        case .pooling(var pooling) where pooling.kind == .average && !pooling.window.roundsUp:
            guard let own = pooling.window.symbolicEdges(of: padded) else { return nil }
            // Its own padding and the new one are either both counted or not.
            guard pooling.countsPadding || own == EdgeAmounts(top: 0, left: 0, bottom: 0, right: 0) else { return nil }
            pooling.window.padding = .explicit(own + edges)
            pooling.countsPadding = true
            return .pooling(pooling)
        case .convolution, .pooling, .transposedConvolution, .matrixMultiplication, .batchNormalization, .binary, .concatenation, nil:
            return nil
        }
    }
}

extension EdgeAmounts {
    fileprivate static func + (lhs: EdgeAmounts, rhs: EdgeAmounts) -> EdgeAmounts {
        EdgeAmounts(
            top: lhs.top + rhs.top, left: lhs.left + rhs.left, bottom: lhs.bottom + rhs.bottom, right: lhs.right + rhs.right)
    }
}

extension WindowPadding {
    fileprivate static func explicit(_ edges: EdgeAmounts) -> WindowPadding {
        .explicit(top: edges.top, left: edges.left, bottom: edges.bottom, right: edges.right)
    }
}
