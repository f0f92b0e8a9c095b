import GraphIR

/// Lets a convolution pool its own result, where the pooling behind it takes the maximum.
///
///     %c = convolution(%x, %w)                  %p = convolution(%x, %w) { pool = 2x2 }
///     %p = pooling max 2x2 / 2 (%c)       =>    return %p
///     return %p
///
/// Where someone else reads the image before the pooling, or where it is an output, the convolution gives both:
///
///     %c = convolution(%x, %w)                  %c, %p = convolution(%x, %w) { pool = 2x2, unpooled }
///     %p = pooling max 2x2 / 2 (%c)       =>    return %c, %p
///     return %c, %p
///
/// This is done only where the windows lie side by side without overlapping, nothing is padded, and windows that are incomplete at the border are
/// dropped. It runs behind `fuse-activation`, because pooling is the last thing that a convolution does to its result.
public let fusePooling = Pass(
    name: "fuse-pooling", summary: "compute max pooling in the convolution before it"
) { (editor, _, changes) in
    for slot in editor.slots {
        guard let node = editor.node(slot), case .pooling(let pooling) = node.operation,
            pooling.isPartition(of: editor.type(of: node.inputs[0])),
            let producerSlot = editor.producer(of: node.inputs[0]), var producer = editor.node(producerSlot),
            case .convolution(var convolution) = producer.operation, convolution.pooling == nil
        else { continue }
        guard changes.permit("'\(node.name)' fused into '\(producer.name)'") else { return }
        let unpooled = node.inputs[0]
        let keepsUnpooled = editor.soleUser(of: unpooled) != slot
        convolution.pooling = PoolingEpilogue(size: pooling.window.size, keepsUnpooled: keepsUnpooled)
        producer.operation = .convolution(convolution)
        producer.outputs = (keepsUnpooled ? [unpooled] : []) + node.outputs
        editor.erase(slot)
        editor.replace(producerSlot, with: producer)
    }
}

extension Pooling {
    /// Whether this is the maximum over windows that lie side by side and completely inside the image.
    fileprivate func isPartition(of image: TensorType) -> Bool {
        guard kind == .maximum, window.strides == window.size, window.dilations == .one, image.rank == 4 else { return false }
        guard window.symbolicEdges(of: image) == EdgeAmounts(top: 0, left: 0, bottom: 0, right: 0) else { return false }
        return !window.roundsUp || (image.shape[1].isMultiple(of: window.size.height) && image.shape[2].isMultiple(of: window.size.width))
    }
}
