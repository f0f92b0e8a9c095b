import GraphIR

/// Moves an element-wise function into the operation that makes its operand: convolution, transposed convolution,
/// batch normalization, arithmetic of two operands, matrix multiplication.
///
///     %a = convolution(%x, %w, %b)              %r = convolution(%x, %w, %b) { activation = relu }
///     %r = relu(%a)                       =>    return %r
///     return %r
///
/// This is done only where the function is the only reader of that operand and the operand is no output, because the operand is gone
/// afterwards. A convolution with a fused pooling takes no activation any more: it applies an activation before it
/// pools, while the function in the graph stands behind the pooling.
public let fuseActivation = Pass(
    name: "fuse-activation", summary: "compute element-wise functions in the operation before them"
) { (editor, _, changes) in
    for slot in editor.slots {
        guard let node = editor.node(slot), case .elementwise(let elementwise) = node.operation,
            editor.soleUser(of: node.inputs[0]) == slot, let producerSlot = editor.producer(of: node.inputs[0]),
            var producer = editor.node(producerSlot),
            let fused = producer.operation.fusing(elementwise.function)
        else { continue }
        guard changes.permit("'\(node.name)' fused into '\(producer.name)'") else { return }
        producer.operation = fused
        producer.outputs = node.outputs
        editor.erase(slot)
        editor.replace(producerSlot, with: producer)
    }
}

extension Operation {
    /// The same operation with a function behind it; nil where it has one already or takes none.
    fileprivate func fusing(_ function: ElementwiseFunction) -> Operation? {
        switch FusionTarget(self) {
        case .convolution(var operation) where operation.activation == nil && operation.pooling == nil:
            operation.activation = function
            return .convolution(operation)
        case .transposedConvolution(var operation) where operation.activation == nil:
            operation.activation = function
            return .transposedConvolution(operation)
        case .batchNormalization(var operation) where operation.activation == nil:
            operation.activation = function
            return .batchNormalization(operation)
        case .binary(var operation) where operation.activation == nil:
            operation.activation = function
            return .binary(operation)
        case .matrixMultiplication(var operation) where operation.activation == nil:
            operation.activation = function
            return .matrixMultiplication(operation)
        case .convolution, .transposedConvolution, .batchNormalization, .binary, .matrixMultiplication, .concatenation, .pooling, nil:
            return nil
        }
    }
}
