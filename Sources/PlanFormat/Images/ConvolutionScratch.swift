extension ConvolutionParameters {
    /// A convolution with a fused pooling whose unpooled image is not kept holds the unpooled rows of one pooling window, for
    /// two blocks of output channels, in its scratch. Winograd's algorithms hold transformed tiles there. Behind that lies the
    /// panel of expanded weights.
    func scratchBytes(of operation: PlanOperation, in values: [PlanValue]) -> Int {
        let panel = panelBytes(of: operation, in: values)
        if let tile = algorithm.tile {
            return operation.winogradScratchBytes(tile: tile, self, in: values).saturating(plus: panel)
        }
        guard pools, !keepsUnpooled else { return panel }
        let rows = poolingHeight.saturating(times: imageWidth).saturating(times: 2 * PlanValue.lanes * 4)
        return rows.saturating(plus: panel)
    }

    /// Bytes of the panel into which a kernel expands weights of 16 bits: those that it uses at a time, for two blocks of
    /// output channels.
    private func panelBytes(of operation: PlanOperation, in values: [PlanValue]) -> Int {
        guard weights != .float32 else { return 0 }
        let lanesBytes = PlanValue.lanes * 4
        let blocks = min(values[operation.results[0].index].blocks, 2)
        let positions = kernelHeight.saturating(times: kernelWidth)
        let channels = operation.sourceChannels(in: values)
        switch algorithm {
        case .direct:
            // The weights of as many partial sums as the panel has room for, and of at least one.
            let block = min(channels, partialBlocks * PlanValue.lanes).saturating(times: positions)
            let all = channels.saturating(times: positions)
            let partial = block.saturating(times: lanesBytes * blocks)
            return min(all.saturating(times: lanesBytes * blocks), max(partial, Self.panelBytes))
        case .grouped: return positions.saturating(times: channels / groups).saturating(times: lanesBytes)
        case .depthwise: return positions.saturating(times: lanesBytes)
        case .winograd4x4, .winograd2x2: return min(channels, 8 * PlanValue.lanes) * lanesBytes * blocks
        }
    }

    /// Bytes of weights that a direct convolution expands at a time, unless a single partial sum needs more.
    static let panelBytes = 40 << 10

    /// Blocks of input channels in a partial sum of a direct convolution (Documentation/Numerics.md).
    var partialBlocks: Int { max(1, 144 / kernelHeight.saturating(times: kernelWidth).saturating(times: PlanValue.lanes)) }
}
