extension PlanOperation {
    /// Bytes that each of the operation's constants must have, in their order.
    public func constantByteCounts(in values: [PlanValue]) -> [Int] {
        let lanes = PlanValue.lanes
        switch kernel {
        case .convolution(let p):
            let blocks = values[results[0].index].blocks
            let positions = p.kernelHeight * p.kernelWidth
            let channels = sources.reduce(0) { $0 + values[$1.index].channels }
            let weights: Int
            switch p.algorithm {
            case .direct: weights = blocks * positions * channels * lanes
            case .grouped: weights = blocks * positions * (channels / p.groups) * lanes
            case .depthwise: weights = blocks * positions * lanes
            }
            return [weights * 4, blocks * lanes * 4]
        case .transposedConvolution(let p):
            let blocks = values[results[0].index].blocks
            let channels = values[sources[0].index].channels
            return [blocks * p.kernelHeight * p.kernelWidth * channels * lanes * 4, blocks * lanes * 4]
        case .scaleShift:
            let bytes = values[results[0].index].blocks * lanes * 4
            return [bytes, bytes]
        case .input, .output, .pooling, .globalPooling, .resize, .elementwise, .binary, .concatenation, .padding, .softmax:
            return []
        }
    }

    /// Multiply-accumulates of one image, one for each element where there are none.
    public func work(in values: [PlanValue]) -> Int {
        func elements(_ id: PlanValueID) -> Int { values[id.index].height * values[id.index].width * values[id.index].channels }
        switch kernel {
        case .convolution(let p):
            let channels = sources.reduce(0) { $0 + values[$1.index].channels } / p.groups
            let pixels = p.imageHeight * p.imageWidth
            return saturatingProduct(pixels, values[results[0].index].channels, p.kernelHeight * p.kernelWidth * channels)
        case .transposedConvolution(let p):
            let source = values[sources[0].index]
            return saturatingProduct(
                source.height * source.width, source.channels, p.kernelHeight * p.kernelWidth * values[results[0].index].channels)
        case .pooling(let p):
            return saturatingProduct(elements(results[0]), p.kernelHeight, p.kernelWidth)
        case .output, .globalPooling:
            return elements(sources[0])
        default:
            return elements(results[0])
        }
    }
}

/// a·b·c, or the largest Int where that overflows.
private func saturatingProduct(_ a: Int, _ b: Int, _ c: Int) -> Int {
    let (first, overflowed) = a.multipliedReportingOverflow(by: b)
    let (second, overflowedAgain) = first.multipliedReportingOverflow(by: c)
    return overflowed || overflowedAgain ? Int.max : second
}
