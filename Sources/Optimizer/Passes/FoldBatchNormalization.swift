import GraphIR

/// Folds batch normalization into the weights of its neighbour. Behind a convolution, a transposed convolution or a
/// product with a constant matrix:
///
///     %c = convolution(%x, %w, %b)                     %y = convolution(%x, %w·a, (%b − mean)·a + offset)
///     %y = batch-normalization(%c, …)            =>    return %y
///     return %y                                        with a = scale / √(variance + epsilon)
///
/// and in front of a convolution:
///
///     %y = batch-normalization(%x, …)                  %c = convolution(%x, %w·a, %b + Σ %w·(offset − mean·a))
///     %c = convolution(%y, %w, %b)               =>    return %c
///     return %c
///
/// Only where the value between the two has this one reader and is no output, and all weights are constants. In front
/// of a convolution only where nothing is padded, or offset − mean·a is zero: a zero that is padded is not normalized.
/// A normalization with an activation folds only backwards, and into an operation that has none; the operation takes over the
/// activation. The arithmetic is in Double and rounds once; where a weight would not be finite nothing is folded.
public let foldBatchNormalization = Pass(
    name: "fold-batch-normalization", summary: "fold batch normalization into the weights of convolutions"
) { (editor, constants, changes) in
    for slot in editor.slots {
        guard let node = editor.node(slot), case .batchNormalization(let normalization) = node.operation,
            let affine = editor.affineMap(of: normalization, node, constants),
            let fold = editor.foldBackwards(slot, normalization, affine, constants)
                ?? editor.foldForwards(slot, normalization, affine, constants),
            fold.weights.areFinite
        else { continue }
        guard changes.permit("'\(node.name)' folded into '\(fold.node.name)'") else { return }
        editor.apply(fold, erasing: slot, &constants)
    }
}

/// What replaces a linear operation when a normalization is folded into it.
private struct Fold {
    var slot: Int
    /// With its new operation, inputs and outputs, except for kernel and bias.
    var node: Node
    /// Position of the kernel among the inputs; the bias follows.
    var kernelPosition: Int
    var weights: LinearWeights
}

extension FunctionEditor {
    /// The normalization as y = a·x + b for each channel; nil where its operands are no constants.
    fileprivate func affineMap(of normalization: BatchNormalization, _ node: Node, _ table: ConstantTable) -> ChannelAffine? {
        let vectors = node.inputs.dropFirst().compactMap { constant($0) }.map { table[$0].floats }
        guard vectors.count == 4 else { return nil }
        return ChannelAffine(
            scale: vectors[0], offset: vectors[1], mean: vectors[2], variance: vectors[3], epsilon: normalization.epsilon)
    }

    fileprivate func foldBackwards(
        _ slot: Int, _ normalization: BatchNormalization, _ affine: ChannelAffine, _ table: ConstantTable
    ) -> Fold? {
        guard let normalized = node(slot), soleUser(of: normalized.inputs[0]) == slot,
            let producerSlot = producer(of: normalized.inputs[0]), var linear = node(producerSlot),
            let kernelPosition = linear.operation.kernelPosition,
            var weights = weights(of: linear, kernelPosition, table)
        else { return nil }
        switch linear.operation {
        case .convolution(var convolution) where convolution.activation == nil && convolution.pooling == nil:
            weights.scaleOutputs(affine) { $0 % affine.count }
            convolution.activation = normalization.activation
            convolution.hasBias = true
            linear.operation = .convolution(convolution)
        case .transposedConvolution(var convolution) where convolution.activation == nil:
            // [kh, kw, Co / groups, Ci]: the input channel tells the group.
            let (perGroup, inputs) = (weights.shape[2], weights.shape[3])
            let groups = convolution.groups
            weights.scaleOutputs(affine) { $0 % inputs / (inputs / groups) * perGroup + $0 / inputs % perGroup }
            convolution.activation = normalization.activation
            convolution.hasBias = true
            linear.operation = .transposedConvolution(convolution)
        case .matrixMultiplication(var product) where product.activation == nil && weights.shape.count == 2:
            weights.scaleOutputs(affine) { $0 % affine.count }
            product.activation = normalization.activation
            product.hasBias = true
            linear.operation = .matrixMultiplication(product)
        default:
            return nil
        }
        linear.outputs = normalized.outputs
        return Fold(slot: producerSlot, node: linear, kernelPosition: kernelPosition, weights: weights)
    }

    fileprivate func foldForwards(
        _ slot: Int, _ normalization: BatchNormalization, _ affine: ChannelAffine, _ table: ConstantTable
    ) -> Fold? {
        guard normalization.activation == nil, let normalized = node(slot),
            let userSlot = soleUser(of: normalized.outputs[0]), var linear = node(userSlot),
            case .convolution(var convolution) = linear.operation,
            let source = linear.inputs[..<convolution.sourceCount].firstIndex(of: normalized.outputs[0]),
            var weights = weights(of: linear, convolution.sourceCount, table)
        else { return nil }
        let noEdges = EdgeAmounts(top: 0, left: 0, bottom: 0, right: 0)
        let isUnpadded = convolution.window.symbolicEdges(of: type(of: linear.inputs[0])) == noEdges
        guard isUnpadded || affine.shifts.allSatisfy({ $0 == 0 }) else { return nil }
        let earlier = linear.inputs[..<source].compactMap { type(of: $0).shape[3].constant }
        guard earlier.count == source else { return nil }
        weights.scaleInputs(affine, firstChannel: earlier.reduce(0, +), groups: convolution.groups)
        convolution.hasBias = true
        linear.operation = .convolution(convolution)
        linear.inputs[source] = normalized.inputs[0]
        return Fold(slot: userSlot, node: linear, kernelPosition: convolution.sourceCount, weights: weights)
    }

    fileprivate mutating func apply(_ fold: Fold, erasing slot: Int, _ table: inout ConstantTable) {
        guard let normalized = node(slot), let old = node(fold.slot) else { return }
        var linear = fold.node
        let kernel = table.insert(fold.weights.kernelConstant)
        let bias = table.insert(fold.weights.biasConstant)
        linear.inputs = Array(linear.inputs[..<fold.kernelPosition])
        linear.inputs.append(addConstant(kernel, of: table, named: "\(linear.name).kernel"))
        linear.inputs.append(addConstant(bias, of: table, named: "\(linear.name).bias"))
        erase(slot)
        replace(fold.slot, with: linear)
        eraseUnused(normalized.inputs + old.inputs[fold.kernelPosition...])
    }

    /// Kernel and bias of a linear operation; nil where they are no constants.
    private func weights(of linear: Node, _ kernelPosition: Int, _ table: ConstantTable) -> LinearWeights? {
        guard let kernel = constant(linear.inputs[kernelPosition]) else { return nil }
        guard linear.inputs.count > kernelPosition + 1 else {
            return LinearWeights(kernel: table[kernel], bias: nil, outputs: linear.operation.outputChannels(table[kernel].shape))
        }
        guard let bias = constant(linear.inputs[kernelPosition + 1]) else { return nil }
        return LinearWeights(kernel: table[kernel], bias: table[bias], outputs: table[bias].elementCount)
    }
}

extension Operation {
    /// Where the kernel is among the operands of a linear operation.
    fileprivate var kernelPosition: Int? {
        switch self {
        case .convolution(let convolution): convolution.sourceCount
        case .transposedConvolution, .matrixMultiplication: 1
        default: nil
        }
    }

    fileprivate func outputChannels(_ kernelShape: [Int]) -> Int {
        if case .transposedConvolution(let convolution) = self { return kernelShape[2] * convolution.groups }
        return kernelShape[kernelShape.count - 1]
    }
}
