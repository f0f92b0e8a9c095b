import GraphIR

// MARK: Operations on tensors of any kind. Where an operation jumps, the whole is continuous or reads the input alone: passes
// that round would otherwise make differences of any size.
extension RandomGraphs {
    mutating func addTensorOperation(to image: Image) throws {
        switch random.integer(0...8) {
        case 0: try addChannelGate(of: image)
        case 1: try addThreshold(to: image)
        case 2: try addFlip(of: image)
        case 3: try addChannelShuffle(of: image)
        case 4: try addNormalization(of: image)
        case 5: try addChannelMaximum(of: image)
        case 6: try addTransposedSoftmax(of: image)
        case 7: try addQuantizedInput()
        default: try addChannelResampling(of: image)
        }
    }

    private mutating func node(_ operation: Operation, _ operands: ValueID..., name: String) throws -> ValueID {
        try builder.append(operation, operands, name: name)[0]
    }

    /// Squeeze and excite: each channel times a function of its mean.
    private mutating func addChannelGate(of image: Image) throws {
        let kind = random.pick([Reduction.Kind.mean, .maximum, .minimum])
        let mean = try node(.reduction(Reduction(kind, axes: [1, 2], keepsAxes: true)), image.value, name: "squeezed")
        let gate = try node(.elementwise(Elementwise(.sigmoid)), mean, name: "gate")
        try add(.binary(Binary(.multiply)), [image], like: image, name: "gated", constants: [gate])
    }

    /// The larger of an image and a constant, by selection or by the difference times whether it is positive.
    private mutating func addThreshold(to image: Image) throws {
        let limit = constant([random.pick([1, image.channels])])
        let isAbove = try node(.comparison(Comparison(.greater)), image.value, limit, name: "above")
        if random.chance(oneIn: 2) {
            let isBelow = try node(.logical(Logical(.not)), isAbove, name: "below")
            let chosen = try node(.selection(Selection()), isBelow, limit, image.value, name: "chosen")
            images.append(Image(value: chosen, channels: image.channels, level: image.level))
        } else {
            let mask = try node(.cast(Cast(to: .float32)), isAbove, name: "mask")
            let difference = try node(.binary(Binary(.subtract)), image.value, limit, name: "difference")
            let positive = try node(.binary(Binary(.multiply)), difference, mask, name: "positive")
            images.append(Image(value: positive, channels: image.channels, level: image.level))
        }
    }

    /// Rows or columns backwards.
    private mutating func addFlip(of image: Image) throws {
        let shape = builder.type(of: image.value).shape
        let flipped = random.integer(1...2)
        let ranges = shape.enumerated().map { axis, side in
            axis == flipped ? Slice.Axis(start: side - 1, step: -1, count: side) : Slice.Axis(count: side)
        }
        try add(.slice(Slice(ranges)), [image], like: image, name: "flipped")
    }

    /// Channels in another order, some twice: by their indices, or by a slice of two copies.
    private mutating func addChannelShuffle(of image: Image) throws {
        if random.chance(oneIn: 2) {
            let indices = (0..<image.channels).map { _ in Int64(random.integer(-image.channels...(image.channels - 1))) }
            let bytes = indices.flatMap { index in (0..<8).map { UInt8(truncatingIfNeeded: index >> ($0 * 8)) } }
            let table = Constant(element: .int64, shape: [image.channels], bytes: .owned(bytes))
            let operand = builder.constant(table, into: &constants, name: "indices")
            try add(.gather(Gather(axis: 3)), [image], like: image, name: "shuffled", constants: [operand])
        } else {
            let copies = try node(.tiling(Tiling([1, 1, 1, 2])), image.value, name: "copies")
            let sides = builder.type(of: copies).shape
            var ranges = sides.map { Slice.Axis(count: $0) }
            ranges[3] = Slice.Axis(start: Dimension(image.channels - 1), count: Dimension(image.channels))
            let turned = try node(.slice(Slice(ranges)), copies, name: "turned")
            images.append(Image(value: turned, channels: image.channels, level: image.level))
        }
    }

    private mutating func addNormalization(of image: Image) throws {
        let axes = random.pick([[1, 2], [3], [1, 2, 3]])
        // An epsilon that keeps small deviations from making differences large.
        try add(.normalization(Normalization(axes: axes, epsilon: 0.25)), [image], like: image, name: "normalized")
        try addConstantArithmetic(to: images[images.count - 1])
    }

    /// The largest channel of each pixel by its index, in every channel.
    private mutating func addChannelMaximum(of image: Image) throws {
        let index = try node(.argumentMaximum(ArgumentMaximum(axis: 3, keepsAxis: true)), image.value, name: "index")
        let bytes = (0..<image.channels).flatMap { channel in (0..<8).map { $0 == 0 ? UInt8(channel) : 0 } }
        let numbers = builder.constant(
            Constant(element: .int64, shape: [image.channels], bytes: .owned(bytes)), into: &constants, name: "numbers")
        let isLargest = try node(.comparison(Comparison(.equal)), index, numbers, name: "largest")
        let zero = builder.constant(Constant([0], shape: [1]), into: &constants, name: "zero")
        let kept = try node(.selection(Selection()), isLargest, image.value, zero, name: "kept")
        let maximum = try node(.reduction(Reduction(.sum, axes: [3], keepsAxes: true)), kept, name: "maximum")
        let expanded = try node(.expansion(Expansion(to: [Dimension(image.channels)])), maximum, name: "expanded")
        images.append(Image(value: expanded, channels: image.channels, level: image.level))
    }

    /// Softmax over the channels with the axes in the order of other frameworks.
    private mutating func addTransposedSoftmax(of image: Image) throws {
        let turned = try node(.transpose(Transpose([0, 3, 1, 2])), image.value, name: "turned")
        let odds = try node(.softmax(Softmax(axis: 1)), turned, name: "odds")
        let back = try node(.transpose(Transpose([0, 2, 3, 1])), odds, name: "back")
        images.append(Image(value: back, channels: image.channels, level: image.level))
    }

    /// The input in bytes and back, the weights from bytes, and where the input's maxima are.
    private mutating func addQuantizedInput() throws {
        let input = ValueID(0)
        let channels = builder.type(of: input).shape[3].constant ?? 1
        let scales = constant([channels], from: 0.01, to: 0.02)
        let bytes = try node(.quantization(Quantization(axis: 3, to: .int8)), input, scales, name: "bytes")
        let floats = try node(.dequantization(Dequantization(axis: 3)), bytes, scales, name: "floats")
        let step = constant([], from: 0.01, to: 0.02)
        let offset = constant([channels])
        let offsetBytes = try node(.quantization(Quantization(to: .uint8)), offset, step, name: "offset.bytes")
        let offsetFloats = try node(.dequantization(Dequantization()), offsetBytes, step, name: "offset.floats")
        let sum = try node(.binary(Binary(.add)), floats, offsetFloats, name: "sum")
        images.append(Image(value: sum, channels: channels, level: 0))
        guard random.chance(oneIn: 2) else { return }
        let window = Window(size: Spatial(2, 2), strides: Spatial(2, 2))
        let positions = try node(.poolingPositions(PoolingPositions(window: window)), bytes, name: "positions")
        let distances = try node(.cast(Cast(to: .float32)), positions, name: "distances")
        let shrinking = builder.constant(Constant([0x1p-10], shape: [1]), into: &constants, name: "shrinking")
        let scaled = try node(.binary(Binary(.multiply)), distances, shrinking, name: "scaled")
        images.append(Image(value: scaled, channels: channels, level: 1))
    }

    private mutating func addChannelResampling(of image: Image) throws {
        let size = random.integer(1...5)
        let interpolation = random.pick([Resize.Interpolation.linear, .cubic(coefficient: -0.5), .nearest(.roundPreferFloor)])
        let scale = Float(size) / Float(image.channels)
        let axis = Resize.Axis(3, .size(size, scale: scale), interpolation: interpolation)
        let resampled = Image(value: image.value, channels: size, level: image.level)
        try add(.resize(Resize([axis])), [image], like: resampled, name: "resampled")
    }
}
