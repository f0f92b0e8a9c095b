import Imaging
import Optimizer

/// One pass over the whole photograph.
struct WholeImage {
    let predictor: MapPredictor

    /// - Returns: a map of the picture's size, and what had to be done to the picture, for the user.
    func map(of picture: Raster) throws -> (map: Raster, note: String) {
        if let frame = predictor.frame { return try seen(picture, as: frame) }
        let size = PictureSize(height: picture.height, width: picture.width)
        guard let target = predictor.size(for: size) else {
            throw CommandFailure(.unsupported, "\(predictor.path): takes no picture of \(size) pixels")
        }
        if target.pads { return try padded(picture, to: target.size) }
        let resized = picture.resized(height: target.size.height, width: target.size.width)
        let map = try predictor.predict(resized).resized(height: size.height, width: size.width)
        return (map, "resized to the \(predictor.kind)'s \(target.size) and the map back")
    }

    /// By a plan for a camera's frames: outside of the part that it crops to the map is zero.
    private func seen(_ picture: Raster, as frame: FrameEntry) throws -> (map: Raster, note: String) {
        let isFrame = picture.height == frame.frame.height && picture.width == frame.frame.width
        let pixels = isFrame ? picture : picture.resized(height: frame.frame.height, width: frame.frame.width)
        let part = frame.crop ?? FrameEntry.Crop(frame.frame, left: 0, top: 0)
        let map = try predictor.predict(pixels).resized(height: part.size.height, width: part.size.width)
        let whole = map.placed(top: part.top, left: part.left, height: frame.frame.height, width: frame.frame.width)
        let note = isFrame ? "as a frame" : "resized to the camera's \(frame.frame) and the map back"
        return (whole.resized(height: picture.height, width: picture.width), note)
    }

    private func padded(_ picture: Raster, to target: PictureSize) throws -> (map: Raster, note: String) {
        let map = try predictor.predict(picture.padded(height: target.height, width: target.width))
        let isExact = target == PictureSize(height: picture.height, width: picture.width)
        return (map.cropped(height: picture.height, width: picture.width), isExact ? "" : "padded to \(target)")
    }
}
