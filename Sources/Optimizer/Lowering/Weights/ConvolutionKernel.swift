import GraphIR
import PlanFormat

/// The kernel of an ungrouped convolution, which is packed only when its algorithm is settled.
struct ConvolutionKernel: Sendable {
    /// In the graph's order, `[kh, kw, Ci, Co]`.
    var constant: Constant
    /// Of each source; in all `Ci`.
    var sourceChannels: [Int]
    var algorithm = ConvolutionAlgorithm.direct
    /// How the packed weights are stored.
    var weights = WeightType.float32
    /// The largest magnitude of a finite weight; known where the packed weights have 16 bits.
    var largest: Float = 0

    var byteCount: Int { byteCount(for: algorithm) }

    func byteCount(for algorithm: ConvolutionAlgorithm) -> Int {
        let shape = constant.shape
        let positions = algorithm.tile.map { ($0 + 2) * ($0 + 2) } ?? shape[0] * shape[1]
        let blocks = (shape[3] + PlanValue.lanes - 1) / PlanValue.lanes
        return blocks * PlanValue.lanes * weights.byteCount * positions * shape[2]
    }

    /// Whether no transformed weight is beyond the type in which it is stored.
    func canStore(_ algorithm: ConvolutionAlgorithm) -> Bool {
        guard let tile = algorithm.tile else { return true }
        return !weights.isBeyond(largest * Float(WinogradWeights.growth(tile: tile)))
    }

    func packed() -> [Float] {
        if let tile = algorithm.tile { return WinogradWeights.packed(constant.floats, shape: constant.shape, tile: tile) }
        return WeightPacking.direct(constant.floats, shape: constant.shape, sourceChannels: sourceChannels)
    }
}
