// What Winograd's algorithms F(m x m, 3x3) need that other convolutions do not. They cut the image of the result into tiles of
// m x m pixels, from row 0 and column 0 on, and transform each tile to (m + 2)² positions.

extension ConvolutionParameters {
    /// Whether the parameters are of a convolution that the algorithm with tiles of `tile` rows can compute.
    public func allowsTiles(of tile: Int) -> Bool {
        kernelHeight == 3 && kernelWidth == 3 && strideHeight == 1 && strideWidth == 1 && dilationHeight == 1
            && dilationWidth == 1 && groups == 1 && tile % poolingHeight == 0 && tile % poolingWidth == 0
    }

    /// Tiles of the whole image.
    func tiles(of tile: Int) -> Int {
        ((imageHeight + tile - 1) / tile).saturating(times: (imageWidth + tile - 1) / tile)
    }
}

extension PlanOperation {
    /// Bytes for the transformed input and the products of as many tiles as a kernel works on at a time.
    func winogradScratchBytes(tile: Int, _ p: ConvolutionParameters, in values: [PlanValue]) -> Int {
        let positionBytes = (tile + 2) * (tile + 2) * PlanValue.lanes * 4
        let inputBlocks = sources.reduce(0) { $0 + values[$1.index].blocks }
        let tiles = winogradChunkTiles(tile: tile, p, in: values)
        // The number of tiles of a position is filled up to an odd number.
        let perPosition = (inputBlocks.saturating(times: tiles) | 1).saturating(plus: 2 * tiles | 1)
        return perPosition.saturating(times: positionBytes)
    }

    /// How many tiles a kernel works on at a time: as many as fit into these bytes, together with two blocks of output
    /// channels.
    package func winogradChunkTiles(tile: Int, _ p: ConvolutionParameters, in values: [PlanValue]) -> Int {
        let positionBytes = (tile + 2) * (tile + 2) * PlanValue.lanes * 4
        let inputBlocks = sources.reduce(0) { $0 + values[$1.index].blocks }
        let fitting = (512 << 10) / positionBytes / (inputBlocks + 2)
        return min(max(fitting, 24), 96, p.tiles(of: tile))
    }

    /// Multiply-accumulates for one image: those of the products of tiles, and about four for each value that is transformed.
    func winogradWork(tile: Int, _ p: ConvolutionParameters, in values: [PlanValue]) -> Int64 {
        let result = values[results[0].index]
        let channels = sourceChannels(in: values)
        let blocks = sources.reduce(result.blocks) { $0 + values[$1.index].blocks }
        let products = Int64(channels).saturating(times: Int64(result.channels))
        let transforms = Int64(4 * PlanValue.lanes).saturating(times: Int64(blocks))
        let positions = Int64(p.tiles(of: tile)).saturating(times: Int64((tile + 2) * (tile + 2)))
        return products.saturating(plus: transforms).saturating(times: positions)
    }
}
