extension PlanOperation {
    /// Multiply-accumulates of one image, one for each element where there are none. Those of a convolution do not depend on
    /// its algorithm.
    public func work(in values: [PlanValue]) -> Int { Int(clamping: multiplyAccumulates(in: values)) }

    /// What one image costs, in multiply-accumulates: those, and what a kernel and the runtime do besides.
    package func cost(in values: [PlanValue]) -> Int64 {
        var cost = multiplyAccumulates(in: values)
        if case .convolution(let p) = kernel, let tile = p.algorithm.tile { cost = winogradWork(tile: tile, p, in: values) }
        if case .transposedConvolution(let p) = kernel {
            // Every result pixel looks at every position of the kernel, though few meet a source pixel.
            let result = values[results[0].index]
            cost = cost.saturating(plus: product(result.height, result.width, result.blocks, p.kernelHeight, p.kernelWidth))
        }
        for id in results {
            let value = values[id.index]
            let cleared = product(value.height, value.blocks, value.leftHalo + value.rightHalo, PlanValue.lanes)
            cost = cost.saturating(plus: cleared)
        }
        return cost
    }

    private func multiplyAccumulates(in values: [PlanValue]) -> Int64 {
        func elements(_ id: PlanValueID) -> Int64 {
            if let plain = values[id.index].plain { return Int64(clamping: plain.elementCount) }
            return product(values[id.index].height, values[id.index].width, values[id.index].channels)
        }
        switch kernel {
        case .convolution(let p):
            let channels = sources.reduce(0) { $0 + values[$1.index].channels } / p.groups
            return product(
                p.imageHeight, p.imageWidth, values[results[0].index].channels, p.kernelHeight, p.kernelWidth, channels)
        case .transposedConvolution(let p):
            let source = values[sources[0].index]
            return product(
                source.height, source.width, source.channels, p.kernelHeight, p.kernelWidth, values[results[0].index].channels)
        case .pooling(let p):
            return elements(results[0]).saturating(times: product(p.kernelHeight, p.kernelWidth))
        case .resampling(let p):
            return elements(results[0]).saturating(times: Int64(p.taps))
        case .output, .unblocking:
            return elements(sources[0]).saturating(times: Int64(sources.count))
        case .globalPooling:
            return elements(sources[0])
        case .plain(let plain):
            return plain.work(plainOperands(in: values))
        case .plainInput:
            return elements(results[0])
        case .plainOutput:
            return elements(sources[0])
        case .input, .resize, .elementwise, .binary, .concatenation, .padding, .scaleShift, .softmax, .blocking:
            return elements(results[0])
        }
    }
}

extension PlanOperation {
    /// The tensors of an operation on plain values, which all of its operands are and of which the result is one.
    func plainOperands(in values: [PlanValue]) -> PlainOperands {
        let nothing = PlainTensor(.float32, [])
        return PlainOperands(
            sources: sources.map { values[$0.index].plain ?? nothing }, result: values[results[0].index].plain ?? nothing)
    }
}

/// The product of numbers that are not negative, or the largest Int64 where that overflows.
private func product(_ factors: Int...) -> Int64 {
    var product: Int64 = 1
    for factor in factors { product = product.saturating(times: Int64(factor)) }
    return product
}
