extension Operation {
    /// The operation's name in messages and in the textual form: the mnemonic, or the function of an element-wise
    /// operation.
    public var keyword: String {
        switch self {
        case .elementwise(let operation): operation.function.name
        case .binary(let operation): operation.kind.rawValue
        default: mnemonic
        }
    }

    /// What stands behind the operands; attributes that have their usual value are left out.
    var attributesText: String { attributes.joined(separator: " ") }

    private var attributes: [String] {
        switch self {
        case .constant, .identity, .call: []
        case .convolution(let operation): operation.attributes
        case .transposedConvolution(let operation): operation.attributes
        case .pooling(let operation):
            [operation.kind.rawValue] + operation.window.attributes + (operation.countsPadding ? ["counting-padding"] : [])
        case .globalPooling(let operation): [operation.kind.rawValue]
        case .batchNormalization(let operation): ["epsilon \(spelling(operation.epsilon))"] + then(operation.activation)
        case .elementwise(let operation): operation.function.parameters.map { "\($0.name) \(spelling($0.value))" }
        case .binary(let operation): then(operation.activation)
        case .concatenation(let operation): ["axis \(operation.axis)"]
        case .padding(let operation): operation.attributes
        case .resize(let operation): operation.attributes
        case .reshape(let operation): ["to [\(operation.sides.map(\.text).joined(separator: ", "))]"]
        case .transpose(let operation): ["permutation [\(operation.permutation.map { "\($0)" }.joined(separator: ", "))]"]
        case .matrixMultiplication(let operation): (operation.hasBias ? ["bias"] : []) + then(operation.activation)
        case .softmax(let operation): ["axis \(operation.axis)"] + (operation.logarithm ? ["logarithm"] : [])
        case .cast, .comparison, .logical, .selection, .slice, .gather, .reduction, .argumentMaximum, .expansion, .tiling,
            .normalization, .quantization, .dequantization, .poolingPositions, .resampling:
            tensorAttributes
        case .dropout(let operation): ["rate \(spelling(operation.rate))"]
        }
    }
}

private func then(_ function: ElementwiseFunction?) -> [String] {
    guard let function else { return [] }
    return ["then \(function.name)"] + function.parameters.map { "\($0.name) \(spelling($0.value))" }
}

extension Window {
    var attributes: [String] {
        var texts = ["window \(size)"]
        if strides != .one { texts.append("strides \(strides)") }
        if dilations != .one { texts.append("dilations \(dilations)") }
        switch padding {
        case .none: break
        case .explicit(let top, let left, let bottom, let right):
            texts.append("padding top \(top) left \(left) bottom \(bottom) right \(right)")
        case .same: texts.append("padding same")
        case .sameLower: texts.append("padding same-lower")
        }
        if roundsUp { texts.append("rounding-up") }
        return texts
    }
}

extension Convolution {
    fileprivate var attributes: [String] {
        var texts = sourceCount == 1 ? [] : ["sources \(sourceCount)"]
        texts += window.attributes
        if groups != 1 { texts.append("groups \(groups)") }
        if hasBias { texts.append("bias") }
        texts += then(activation)
        if let pooling { texts.append("then pool \(pooling.size)" + (pooling.keepsUnpooled ? " keeping-unpooled" : "")) }
        return texts
    }
}

extension TransposedConvolution {
    fileprivate var attributes: [String] {
        var texts = window.attributes
        if outputPadding != Spatial(0, 0) { texts.append("output-padding \(outputPadding)") }
        if groups != 1 { texts.append("groups \(groups)") }
        if hasBias { texts.append("bias") }
        return texts + then(activation)
    }
}

extension Padding {
    fileprivate var attributes: [String] {
        let mode =
            switch mode {
            case .constant(let value): "constant \(spelling(value))"
            case .edge: "edge"
            case .reflect: "reflect"
            case .wrap: "wrap"
            }
        return [mode, "amounts [\(amounts.map { "\($0.before) \($0.after)" }.joined(separator: ", "))]"]
    }
}

extension Resize {
    fileprivate var attributes: [String] {
        var texts = [interpolation.rawValue]
        switch target {
        case .factors(let factors): texts.append("factors \(factors)")
        case .size(let size): texts.append("size \(size)")
        }
        if coordinates != .halfPixel { texts.append("coordinates \(kebabCase(coordinates.rawValue))") }
        if rounding != .floor { texts.append("rounding \(kebabCase(rounding.rawValue))") }
        return texts
    }
}

extension Reshape.Side {
    /// A dimension, `=` for a copied side, `?` for the inferred one.
    fileprivate var text: String {
        switch self {
        case .dimension(let dimension): dimension.description
        case .copied: "="
        case .inferred: "?"
        }
    }
}
