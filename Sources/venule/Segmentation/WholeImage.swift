import Imaging
import Optimizer

/// One pass over the whole photograph.
struct WholeImage {
    let predictor: MapPredictor

    /// - Returns: a map of the picture's size, and what had to be done to the picture, for the user.
    func map(of picture: Picture) throws -> (map: Raster, note: String) {
        if let frame = predictor.frame { return try seen(picture, as: frame) }
        let size = picture.size
        guard let target = predictor.size(for: size) else {
            throw CommandFailure(.unsupported, "\(predictor.path): takes no picture of \(size) pixels")
        }
        if target.pads { return try padded(picture, to: target.size) }
        let map = try predictor.predict(picture.resized(to: target.size)).resized(height: size.height, width: size.width)
        return (map, "resized to the \(predictor.kind)'s \(target.size) and the map back")
    }

    /// By a plan for a camera's frames: outside of the part that it crops to the map is zero.
    private func seen(_ picture: Picture, as frame: CameraFrame) throws -> (map: Raster, note: String) {
        let size = PictureSize(height: frame.frame.height, width: frame.frame.width)
        let part = frame.crop ?? CameraFrame.Crop(frame.frame, left: 0, top: 0)
        let map = try predictor.predict(picture.resized(to: size)).resized(height: part.size.height, width: part.size.width)
        let whole = map.placed(top: part.top, left: part.left, height: frame.frame.height, width: frame.frame.width)
        let note = picture.size == size ? "as a frame" : "resized to the camera's \(frame.frame) and the map back"
        return (whole.resized(height: picture.height, width: picture.width), note)
    }

    private func padded(_ picture: Picture, to target: PictureSize) throws -> (map: Raster, note: String) {
        let map = try predictor.predict(picture.padded(to: target))
        let note = target == picture.size ? "" : "padded to \(target)"
        return (map.cropped(height: picture.height, width: picture.width), note)
    }
}
