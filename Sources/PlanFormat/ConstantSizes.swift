extension PlanOperation {
    /// Bytes that each of the operation's constants must have, in their order; Int.max where that overflows.
    public func constantByteCounts(in values: [PlanValue]) -> [Int] {
        let lanes = PlanValue.lanes
        switch kernel {
        case .convolution(let p):
            let blocks = values[results[0].index].blocks
            let lanesOfKernel = blocks * lanes * p.weights.byteCount
            let kernel = p.kernelHeight.saturating(times: p.kernelWidth)
            let positions = p.algorithm.tile.map { ($0 + 2) * ($0 + 2) } ?? kernel
            let channels = sources.reduce(0) { $0 + values[$1.index].channels }
            let perPosition =
                switch p.algorithm {
                case .direct, .winograd4x4, .winograd2x2: channels
                case .grouped: channels / p.groups
                case .depthwise: 1
                }
            return [lanesOfKernel.saturating(times: positions).saturating(times: perPosition), blocks * lanes * 4]
        case .transposedConvolution(let p):
            let outputs = values[results[0].index].blocks * lanes
            let positions = p.kernelHeight.saturating(times: p.kernelWidth)
            let channels = values[sources[0].index].channels
            return [(outputs * p.weights.byteCount).saturating(times: positions).saturating(times: channels), outputs * 4]
        case .scaleShift:
            let bytes = values[results[0].index].blocks * lanes * 4
            return [bytes, bytes]
        case .resampling(let p):
            let result = values[results[0].index]
            return [(p.axis == .rows ? result.height : result.width).saturating(times: p.taps).saturating(times: 4)]
        case .plain(let plain):
            return plain.constantByteCounts(plainOperands(in: values))
        case .input, .output, .pooling, .globalPooling, .resize, .elementwise, .binary, .concatenation, .padding, .softmax,
            .plainInput, .plainOutput, .blocking, .unblocking:
            return []
        }
    }
}
