extension Photograph {
    /// The photograph with the vessels painted in green, each pixel as opaque as its probability.
    ///
    /// Green stands out because a retina is red and orange.
    ///
    /// - Precondition: `map` has one channel and the photograph's size.
    public func overlaid(with map: Raster) -> Photograph {
        precondition(map.channels == 1 && map.height == height && map.width == width, "the map has another size")
        let colour: [Float] = [0, 255, 0]
        var result = self
        for pixel in 0..<height * width {
            let probability = map.values[pixel]
            let opacity = probability.isNaN ? 0 : min(max(probability, 0), 1)
            for channel in 0..<3 {
                let sample = Float(samples[3 * pixel + channel])
                result.samples[3 * pixel + channel] = UInt8((sample + opacity * (colour[channel] - sample)).rounded())
            }
        }
        return result
    }
}
