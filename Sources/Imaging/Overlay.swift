extension Photograph {
    /// The photograph with the vessels painted in green, each pixel as opaque as its probability.
    ///
    /// Green stands out because a retina is red and orange.
    ///
    /// - Precondition: `map` has one channel and the photograph's size.
    public func overlaid(with map: Raster) -> Photograph {
        Photograph(height: height, width: width, samples: (0..<height).flatMap { overlaid(row: $0, with: map) })
    }

    /// The samples of one row of ``overlaid(with:)``.
    public func overlaid(row: Int, with map: Raster) -> [UInt8] {
        precondition(map.channels == 1 && map.height == height && map.width == width, "the map has another size")
        let colour: [Float] = [0, 255, 0]
        var result = Array(samples[3 * row * width..<3 * (row + 1) * width])
        for column in 0..<width {
            let probability = map.values[row * width + column]
            let opacity = probability.isNaN ? 0 : min(max(probability, 0), 1)
            for channel in 0..<3 {
                let sample = Float(result[3 * column + channel])
                result[3 * column + channel] = UInt8((sample + opacity * (colour[channel] - sample)).rounded())
            }
        }
        return result
    }
}
