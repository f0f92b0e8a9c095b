import Imaging

/// One pass over the whole photograph.
struct WholeImage {
    let predictor: MapPredictor

    /// - Returns: a map of the picture's size, and what had to be done to the picture, for the user.
    func map(of picture: Raster) throws -> (map: Raster, note: String) {
        let size = PictureSize(height: picture.height, width: picture.width)
        guard let target = predictor.fixedSize else {
            guard let target = predictor.size(holding: size) else {
                throw CommandFailure(.unsupported, "\(predictor.path): takes no picture of \(size) pixels")
            }
            return try padded(picture, to: target)
        }
        // A plan that was compiled for this picture's padded size; a network's pooling levels need no more than this.
        let margins = (target.height - size.height, target.width - size.width)
        if (0..<16).contains(margins.0) && (0..<16).contains(margins.1) { return try padded(picture, to: target) }
        let resized = picture.resized(height: target.height, width: target.width)
        let map = try predictor.predict(resized).resized(height: size.height, width: size.width)
        return (map, "resized to the plan's \(target) and the map back")
    }

    private func padded(_ picture: Raster, to target: PictureSize) throws -> (map: Raster, note: String) {
        let map = try predictor.predict(picture.padded(height: target.height, width: target.width))
        let isExact = target == PictureSize(height: picture.height, width: picture.width)
        return (map.cropped(height: picture.height, width: picture.width), isExact ? "" : "padded to \(target)")
    }
}
