import GraphIR

/// Folds batch normalization into the weights beside it, so that it costs nothing any more. At inference it is a multiplication and an
/// addition for each channel, and the operation next to it multiplies and adds anyway. Behind a convolution, a transposed
/// convolution or a product with a constant matrix:
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
/// Arithmetic with one constant for each channel, or one for all, is such a map too. ONNX models have it as a bias, as the scale
/// behind a normalization, or as the mean and deviation of the input.
///
///     %c = convolution(%x, %w)                         %y = convolution(%x, %w·a, %k·a)
///     %s = add(%c, %k)                           =>    return %y
///     %y = multiply(%s, %a)
///     return %y
///
/// Conditions: the value between the two operations has this one reader and is no output, and all weights are constants.
/// In front of a convolution the fold is right only where that pads nothing, or where offset − mean·a is zero: a zero that is padded does not pass
/// the normalization. A normalization with an activation behind it folds only into the operation before it, and only if
/// that has no activation yet; it takes over this one. The new weights are computed in Double and rounded once; where one of them would
/// not be finite nothing is folded.
public let foldBatchNormalization = Pass(
    name: "fold-batch-normalization", summary: "fold batch normalization and arithmetic on channels into the weights beside them"
) { (editor, constants, changes) in
    // Each fold makes new weights. A file may ask for a thousand folds of one large kernel, which would fill the memory.
    var remainingBytes = (64 << 20) + 8 * constants.ids.reduce(0) { $0 + constants[$1].bytes.count }
    for slot in editor.slots {
        guard let node = editor.node(slot), let map = editor.channelMap(of: node, constants),
            let fold = editor.foldBackwards(slot, map, constants) ?? editor.foldForwards(slot, map, constants),
            fold.weights.areFinite, fold.weights.byteCount <= remainingBytes
        else { continue }
        guard changes.permit("'\(node.name)' folded into '\(fold.node.name)'") else { return }
        remainingBytes -= fold.weights.byteCount
        editor.apply(fold, erasing: slot, &constants)
    }
}

/// What a node is that maps each channel of one of its operands by a·x + b.
private struct ChannelMap {
    var operand: ValueID
    var affine: ChannelAffine
    /// The function behind the map, if the node has one.
    var activation: ElementwiseFunction?
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
    /// The map that a node is; nil where it is another operation or its other operands are no constants.
    fileprivate func channelMap(of node: Node, _ table: ConstantTable) -> ChannelMap? {
        switch FusionTarget(node.operation) {
        case .batchNormalization(let normalization):
            let vectors = node.inputs.dropFirst().compactMap { constant($0) }.map { table[$0].floats }
            guard vectors.count == 4 else { return nil }
            let affine = ChannelAffine(
                scale: vectors[0], offset: vectors[1], mean: vectors[2], variance: vectors[3], epsilon: normalization.epsilon)
            return ChannelMap(operand: node.inputs[0], affine: affine, activation: normalization.activation)
        case .binary(let binary):
            guard let position = node.inputs.firstIndex(where: { constant($0) != nil }), let id = constant(node.inputs[position])
            else { return nil }
            let operand = node.inputs[1 - position]
            let type = type(of: operand)
            guard constant(operand) == nil, type.element == .float32, type == self.type(of: node.outputs[0]),
                let channels = type.shape.last?.constant, let numbers = table[id].perChannel(channels),
                let affine = ChannelAffine(binary.kind, numbers, constantIsFirst: position == 0)
            else { return nil }
            return ChannelMap(operand: operand, affine: affine, activation: binary.activation)
        case .convolution, .transposedConvolution, .matrixMultiplication, .concatenation, .pooling, nil:
            return nil
        }
    }

    /// The map in `slot` folded into the operation that makes its operand; nil where that cannot be.
    fileprivate func foldBackwards(
        _ slot: Int, _ map: ChannelMap, _ table: ConstantTable
    ) -> Fold? {
        guard let mapped = node(slot), soleUser(of: map.operand) == slot,
            let producerSlot = producer(of: map.operand), var linear = node(producerSlot),
            let kernelPosition = linear.operation.kernelPosition,
            var weights = weights(of: linear, kernelPosition, table)
        else { return nil }
        let affine = map.affine
        switch FusionTarget(linear.operation) {
        case .convolution(var convolution) where convolution.activation == nil && convolution.pooling == nil:
            weights.scaleOutputs(affine) { $0 % affine.count }
            convolution.activation = map.activation
            convolution.hasBias = true
            linear.operation = .convolution(convolution)
        case .transposedConvolution(var convolution) where convolution.activation == nil:
            // [kh, kw, Co / groups, Ci]: the input channel tells the group.
            let (perGroup, inputs) = (weights.shape[2], weights.shape[3])
            let groups = convolution.groups
            weights.scaleOutputs(affine) { $0 % inputs / (inputs / groups) * perGroup + $0 / inputs % perGroup }
            convolution.activation = map.activation
            convolution.hasBias = true
            linear.operation = .transposedConvolution(convolution)
        case .matrixMultiplication(var product) where product.activation == nil && weights.shape.count == 2:
            weights.scaleOutputs(affine) { $0 % affine.count }
            product.activation = map.activation
            product.hasBias = true
            linear.operation = .matrixMultiplication(product)
        case .convolution, .transposedConvolution, .matrixMultiplication, .batchNormalization, .binary, .concatenation, .pooling, nil:
            return nil
        }
        linear.outputs = mapped.outputs
        return Fold(slot: producerSlot, node: linear, kernelPosition: kernelPosition, weights: weights)
    }

    /// The map in `slot` folded into the convolution that reads its result; nil where that cannot be.
    fileprivate func foldForwards(
        _ slot: Int, _ map: ChannelMap, _ table: ConstantTable
    ) -> Fold? {
        guard map.activation == nil, let mapped = node(slot),
            let userSlot = soleUser(of: mapped.outputs[0]), var linear = node(userSlot),
            case .convolution(var convolution) = linear.operation,
            let source = linear.inputs[..<convolution.sourceCount].firstIndex(of: mapped.outputs[0]),
            var weights = weights(of: linear, convolution.sourceCount, table)
        else { return nil }
        let noEdges = EdgeAmounts(top: 0, left: 0, bottom: 0, right: 0)
        let isUnpadded = convolution.window.symbolicEdges(of: type(of: linear.inputs[0])) == noEdges
        guard isUnpadded || map.affine.shifts.allSatisfy({ $0 == 0 }) else { return nil }
        let earlier = linear.inputs[..<source].compactMap { type(of: $0).shape[3].constant }
        guard earlier.count == source else { return nil }
        weights.scaleInputs(map.affine, firstChannel: earlier.reduce(0, +), groups: convolution.groups)
        convolution.hasBias = true
        linear.operation = .convolution(convolution)
        linear.inputs[source] = map.operand
        return Fold(slot: userSlot, node: linear, kernelPosition: convolution.sourceCount, weights: weights)
    }

    fileprivate mutating func apply(_ fold: Fold, erasing slot: Int, _ table: inout ConstantTable) {
        guard let mapped = node(slot), let old = node(fold.slot) else { return }
        var linear = fold.node
        let kernel = table.insert(fold.weights.kernelConstant)
        let bias = table.insert(fold.weights.biasConstant)
        linear.inputs = Array(linear.inputs[..<fold.kernelPosition])
        linear.inputs.append(addConstant(kernel, of: table, named: "\(linear.name).kernel"))
        linear.inputs.append(addConstant(bias, of: table, named: "\(linear.name).bias"))
        erase(slot)
        replace(fold.slot, with: linear)
        eraseUnused(mapped.inputs + old.inputs[fold.kernelPosition...])
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

extension Constant {
    /// Its numbers for each of a tensor's channels, the last axis; nil where it varies along another.
    fileprivate func perChannel(_ channels: Int) -> [Float]? {
        guard element == .float32, shape.dropLast().allSatisfy({ $0 == 1 }) else { return nil }
        switch shape.last ?? 1 {
        case channels: return floats
        case 1: return Array(repeating: floats[0], count: channels)
        default: return nil
        }
    }
}

extension Operation {
    /// Where the kernel is among the operands of a linear operation.
    fileprivate var kernelPosition: Int? {
        switch FusionTarget(self) {
        case .convolution(let convolution): convolution.sourceCount
        case .transposedConvolution, .matrixMultiplication: 1
        case .batchNormalization, .binary, .concatenation, .pooling, nil: nil
        }
    }

    fileprivate func outputChannels(_ kernelShape: [Int]) -> Int {
        if case .transposedConvolution(let convolution) = self { return kernelShape[2] * convolution.groups }
        return kernelShape[kernelShape.count - 1]
    }
}
