import Imaging

/// One pass over the whole photograph.
struct WholeImage {
    let predictor: MapPredictor

    /// - Returns: a map of the picture's size, and what had to be done to the picture, for the user.
    func map(of picture: Raster) throws -> (map: Raster, note: String) {
        let size = PictureSize(height: picture.height, width: picture.width)
        guard let target = predictor.size(for: size) else {
            throw CommandFailure(.unsupported, "\(predictor.path): takes no picture of \(size) pixels")
        }
        if target.pads { return try padded(picture, to: target.size) }
        let resized = picture.resized(height: target.size.height, width: target.size.width)
        let map = try predictor.predict(resized).resized(height: size.height, width: size.width)
        return (map, "resized to the \(predictor.kind)'s \(target.size) and the map back")
    }

    private func padded(_ picture: Raster, to target: PictureSize) throws -> (map: Raster, note: String) {
        let map = try predictor.predict(picture.padded(height: target.height, width: target.width))
        let isExact = target == PictureSize(height: picture.height, width: picture.width)
        return (map.cropped(height: picture.height, width: picture.width), isExact ? "" : "padded to \(target)")
    }
}
