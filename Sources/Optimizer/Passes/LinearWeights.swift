import GraphIR

/// A map of the channels of a tensor: y = factor·x + shift, with a factor and a shift for each channel.
struct ChannelAffine {
    var factors: [Double]
    var shifts: [Double]

    var count: Int { factors.count }

    /// Batch normalization at inference: factor = scale / √(variance + epsilon), shift = offset − mean·factor.
    init(scale: [Float], offset: [Float], mean: [Float], variance: [Float], epsilon: Float) {
        factors = scale.indices.map { Double(scale[$0]) / (Double(variance[$0]) + Double(epsilon)).squareRoot() }
        shifts = []
        for channel in scale.indices { shifts.append(Double(offset[channel]) - Double(mean[channel]) * factors[channel]) }
    }

    /// Arithmetic of a tensor and one number for each channel. Nil where that is no such map, as a quotient k / x or a power is none.
    /// - Parameter constantIsFirst: whether the numbers are the first operand, as in k − x.
    init?(_ kind: Binary.Kind, _ numbers: [Float], constantIsFirst: Bool) {
        let numbers = numbers.map(Double.init)
        let (ones, zeros) = (numbers.map { _ in 1.0 }, numbers.map { _ in 0.0 })
        switch kind {
        case .add: (factors, shifts) = (ones, numbers)
        case .subtract: (factors, shifts) = constantIsFirst ? (ones.map(-), numbers) : (ones, numbers.map(-))
        case .multiply: (factors, shifts) = (numbers, zeros)
        case .divide where !constantIsFirst: (factors, shifts) = (numbers.map { 1 / $0 }, zeros)
        case .divide, .power, .minimum, .maximum, .prelu, .modulo, .remainder, .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRight:
            return nil
        }
    }
}

/// Kernel and bias of a convolution, a transposed convolution or a matrix product while other operations are folded into them, in
/// Double, so that they are rounded only once.
struct LinearWeights {
    /// The shape of the kernel.
    let shape: [Int]
    private(set) var kernel: [Double]
    private(set) var bias: [Double]

    init(kernel: Constant, bias: Constant?, outputs: Int) {
        shape = kernel.shape
        self.kernel = kernel.floats.map(Double.init)
        self.bias = bias?.floats.map(Double.init) ?? Array(repeating: 0, count: outputs)
    }

    /// Lets the operation apply a map to its result.
    /// - Parameter channel: the output channel that an element of the kernel, given by its index, contributes to.
    mutating func scaleOutputs(_ affine: ChannelAffine, channel: (Int) -> Int) {
        for index in kernel.indices { kernel[index] *= affine.factors[channel(index)] }
        for index in bias.indices { bias[index] = bias[index] * affine.factors[index] + affine.shifts[index] }
    }

    /// Lets a convolution, whose kernel is `[kh, kw, Ci / groups, Co]`, apply a map to its input channels from `firstChannel` on, as many
    /// as the map has.
    mutating func scaleInputs(_ affine: ChannelAffine, firstChannel: Int, groups: Int) {
        let (perGroup, outputs) = (shape[2], shape[3])
        for index in kernel.indices {
            let output = index % outputs
            let group = output / (outputs / groups)
            let channel = group * perGroup + index / outputs % perGroup - firstChannel
            guard affine.factors.indices.contains(channel) else { continue }
            bias[output] += kernel[index] * affine.shifts[channel]
            kernel[index] *= affine.factors[channel]
        }
    }

    /// Bytes of kernel and bias as constants.
    var byteCount: Int { (kernel.count + bias.count) * 4 }
    var areFinite: Bool { (kernel + bias).allSatisfy { Float($0).isFinite } }
    var kernelConstant: Constant { Constant(kernel.map { Float($0) }, shape: shape) }
    var biasConstant: Constant { Constant(bias.map { Float($0) }, shape: [bias.count]) }
}
