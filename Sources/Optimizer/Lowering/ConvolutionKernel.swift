import PlanFormat

/// The kernel of an ungrouped convolution, which is packed only when its algorithm is settled.
struct ConvolutionKernel {
    /// In the graph's order, `[kh, kw, Ci, Co]`.
    var floats: [Float]
    var shape: [Int]
    /// Of each source; in all `Ci`.
    var sourceChannels: [Int]
    var algorithm = ConvolutionAlgorithm.direct

    var byteCount: Int { byteCount(for: algorithm) }

    func byteCount(for algorithm: ConvolutionAlgorithm) -> Int {
        let positions = algorithm.tile.map { ($0 + 2) * ($0 + 2) } ?? shape[0] * shape[1]
        let blocks = (shape[3] + PlanValue.lanes - 1) / PlanValue.lanes
        return blocks * PlanValue.lanes * 4 * positions * shape[2]
    }

    func packed() -> [Float] {
        if let tile = algorithm.tile { return WinogradWeights.packed(floats, shape: shape, tile: tile) }
        return WeightPacking.direct(floats, shape: shape, sourceChannels: sourceChannels)
    }
}
