import PlanFormat

extension CostModel {
    /// A weight that is expanded takes as long as so many products: a vector of them is read, converted and written.
    private static let productsPerExpansion = 4.0

    /// Seconds that expanding weights of 16 bits takes in one image: each item of a step expands those that it uses.
    func expansion(of operation: PlanOperation, rows: Int, steps: Int, in values: [PlanValue]) -> Double {
        guard operation.kernel.weights != .float32, let bytes = operation.constantByteCounts(in: values).first else { return 0 }
        let weights = Double(bytes / operation.kernel.weights.byteCount)
        let times: Double
        switch operation.kernel {
        case .convolution(let p):
            if let tile = p.algorithm.tile {
                let tiles = (p.imageWidth + tile - 1) / tile * ((rows + tile - 1) / tile)
                let chunk = operation.winogradChunkTiles(tile: tile, p, in: values)
                times = Double(steps * ((tiles + chunk - 1) / chunk))
            } else {
                // Kernels cut a step into items of at least so many pixels.
                times = Double(steps) * max(1, Double(rows * p.imageWidth) / 192)
            }
        case .transposedConvolution(let p):
            // A row of results meets every so many rows of the kernel.
            times = Double(values[operation.results[0].index].height) / Double(p.strideHeight)
        default: times = Double(operation.work(in: values)) / weights
        }
        return times * weights * Self.productsPerExpansion / table.multiplyAccumulatesPerSecond
    }
}
