import FuzzSupport

@testable import PlanFormat

extension KernelParameters {
    /// Another kernel that takes and makes images, for one that does; nil for the others.
    static func random(insteadOf old: KernelParameters, _ random: inout Randomness) -> KernelParameters? {
        switch old {
        case .input, .output, .plainInput, .plainOutput, .blocking, .unblocking, .plain: return nil
        default: break
        }
        let kernel: KernelParameters =
            switch random.below(12) {
            case 0, 1, 2: .convolution(ConvolutionParameters())
            case 3: .transposedConvolution(TransposedConvolutionParameters())
            case 4: .pooling(PoolingParameters())
            case 5: .globalPooling(random.element(of: PoolingKind.allCases))
            case 6:
                .resize(
                    ResizeParameters(
                        .linear, rows: AxisSampling(scale: 1, offset: 0, divisor: 2), columns: AxisSampling(scale: 1, offset: 0, divisor: 2)
                    ))
            case 7: .binary(BinaryParameters(.add))
            case 8: .concatenation
            case 9: .padding(PaddingParameters(.constant, top: 1, left: 1))
            case 10: .resampling(ResamplingParameters(.rows, AxisSampling(scale: 2, offset: 0, divisor: 1), taps: 2))
            default: random.once(in: 2) ? .softmax : .scaleShift(.identity)
            }
        return kernel.changed(&random)
    }

    /// The same family with other parameters.
    func changed(_ random: inout Randomness) -> KernelParameters {
        switch self {
        case .convolution(var p):
            for _ in 0..<random.within(1...3) { p.change(&random) }
            return .convolution(p)
        case .transposedConvolution(var p):
            switch random.below(5) {
            case 0: (p.kernelHeight, p.kernelWidth) = (random.within(1...5), random.within(1...5))
            case 1: (p.strideHeight, p.strideWidth) = (random.within(1...4), random.within(1...4))
            case 2: (p.dilationHeight, p.dilationWidth) = (random.within(1...3), random.within(1...3))
            case 3: (p.paddingTop, p.paddingLeft) = (random.below(5), random.below(5))
            default: p.activation = .random(&random)
            }
            return .transposedConvolution(p)
        case .pooling(var p):
            switch random.below(5) {
            case 0: (p.kernelHeight, p.kernelWidth) = (random.within(1...5), random.within(1...5))
            case 1: (p.strideHeight, p.strideWidth) = (random.within(1...4), random.within(1...4))
            case 2: (p.dilationHeight, p.dilationWidth) = (random.within(1...3), random.within(1...3))
            case 3:
                (p.paddingTop, p.paddingLeft) = (random.below(4), random.below(4))
                (p.paddingBottom, p.paddingRight) = (random.below(4), random.below(4))
            default: (p.kind, p.countsPadding) = (random.element(of: PoolingKind.allCases), random.once(in: 2))
            }
            return .pooling(p)
        case .globalPooling: return .globalPooling(random.element(of: PoolingKind.allCases))
        case .resize(var p):
            if random.once(in: 3) { p.interpolation = random.element(of: ResizeParameters.Interpolation.allCases) }
            if random.once(in: 2) { p.rows = .random(&random) } else { p.columns = .random(&random) }
            return .resize(p)
        case .resampling(var p):
            switch random.below(3) {
            case 0: p.axis = random.element(of: ResamplingParameters.Axis.allCases)
            case 1: p.sampling = .random(&random)
            default: p.taps = random.within(1...6)
            }
            return .resampling(p)
        case .elementwise: return .elementwise(.random(&random))
        case .scaleShift: return .scaleShift(.random(&random))
        case .binary: return .binary(BinaryParameters(random.element(of: BinaryParameters.Kind.allCases), activation: .random(&random)))
        case .padding:
            return .padding(
                PaddingParameters(
                    random.element(of: PaddingParameters.Mode.allCases), value: random.float(), top: random.within(-3...6),
                    left: random.within(-3...6)))
        case .blocking(var strides):
            strides.change(&random)
            return .blocking(strides)
        case .unblocking(let strides):
            return .unblocking(ImageStrides(image: strides.image, row: strides.row, column: strides.channel, channel: strides.column))
        case .plain(let kernel): return .plain(kernel.changed(&random) ?? kernel)
        case .input(let entry, let image): return .input(entry: entry, image: max(0, image + random.within(-1...1)))
        case .output, .plainInput, .plainOutput, .concatenation, .softmax: return self
        }
    }
}

extension ConvolutionParameters {
    fileprivate mutating func change(_ random: inout Randomness) {
        switch random.below(9) {
        case 0: (kernelHeight, kernelWidth) = (random.within(1...5), random.within(1...5))
        case 1: (strideHeight, strideWidth) = (random.within(1...3), random.within(1...3))
        case 2: (dilationHeight, dilationWidth) = (random.within(1...3), random.within(1...3))
        case 3: (paddingTop, paddingLeft) = (random.below(5), random.below(5))
        case 4: (imageHeight, imageWidth) = (random.within(1...16), random.within(1...40))
        case 5: activation = .random(&random)
        case 6: (poolingHeight, poolingWidth) = (random.within(1...3), random.within(1...4))
        case 7: groups = random.within(1...20)
        default: algorithm = random.element(of: ConvolutionAlgorithm.allCases)
        }
    }
}

extension Activation {
    fileprivate static func random(_ random: inout Randomness) -> Activation {
        Activation(random.element(of: Function.allCases), random.float(), random.float(), random.float())
    }
}

extension AxisSampling {
    fileprivate static func random(_ random: inout Randomness) -> AxisSampling {
        if random.once(in: 8) {
            let bound = FileLayout.largestSampling
            return AxisSampling(scale: random.within(0...bound), offset: random.within(-bound...bound), divisor: random.within(1...bound))
        }
        return AxisSampling(scale: random.within(0...5), offset: random.within(-6...6), divisor: random.within(1...6))
    }
}

extension ImageStrides {
    fileprivate mutating func change(_ random: inout Randomness) {
        switch random.below(4) {
        case 0: offset = random.below(8)
        case 1: row = random.below(40)
        case 2: column = random.below(20)
        default: channel = random.below(20)
        }
    }
}

extension PlainKernel {
    /// The same family with one word changed, where that can be read back.
    fileprivate func changed(_ random: inout Randomness) -> PlainKernel? {
        var words = self.words
        guard !words.isEmpty else { return nil }
        let index = random.below(words.count)
        words[index] = random.once(in: 3) ? random.word(near: words[index]) : UInt32(random.below(7))
        var reader = WordReader(words)
        return try? PlainKernel(family, reading: &reader)
    }

    /// The tensor that the result must be; nil where the old one will do.
    func fittingResult(_ sources: [PlainTensor], _ old: PlainTensor) -> PlainTensor? {
        func floats(_ sides: Int...) -> PlainTensor? { PlainTensor(.float32, sides) }
        switch self {
        case .elementwise, .softmax, .normalization, .scatter, .cumulative: return sources.first
        case .cast: return sources.first.map { PlainTensor(old.element, $0.shape) }
        case .arithmetic(let p): return PlainTensor(sources.first?.element ?? old.element, [p.loop.positions])
        case .comparison(let p): return PlainTensor(.bool, [p.loop.positions])
        case .logic(let p): return PlainTensor(.bool, [p.loop.positions])
        case .selection(let p): return PlainTensor(sources.last?.element ?? old.element, [p.loop.positions])
        case .copy(let p):
            let element = sources.first?.element ?? old.element
            if p.filler != nil { return PlainTensor(element, old.shape) }
            return PlainTensor(element, [p.parts.reduce(0) { $0.saturating(plus: $1.loop.positions) }])
        case .gather(let p):
            guard sources.count == 2 else { return nil }
            return PlainTensor(sources[0].element, p.line.sides(axis: sources[1].elementCount))
        case .reduction(let p): return PlainTensor(sources.first?.element ?? old.element, [p.axes.kept.positions])
        case .argumentMaximum(let p): return PlainTensor(.int64, p.line.sides(axis: 1))
        case .topPositions(let p): return PlainTensor(.int64, p.line.sides(axis: p.count))
        case .matrixMultiplication(let p): return floats(p.loop.positions, p.rows, p.columns)
        case .quantization(let p): return PlainTensor(sources.count > 2 ? sources[2].element : old.element, [p.loop.positions])
        case .dequantization(let p): return floats(p.loop.positions)
        case .resampling(let p): return floats(p.outer, p.output, p.inner)
        case .convolution(let p): return floats(p.window.images, p.window.resultHeight, p.window.resultWidth, p.filters)
        case .transposedConvolution(let p): return floats(p.window.images, p.window.resultHeight, p.window.resultWidth, p.filters)
        case .poolingPositions(let p):
            return PlainTensor(.int64, [p.window.images, p.window.resultHeight, p.window.resultWidth, p.window.channels])
        }
    }
}
