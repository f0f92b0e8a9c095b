import Imaging
import Optimizer

/// One pass over the whole photograph.
struct WholeImage: SegmentationMethod {
    let predictor: MapPredictor
    var passes: Int { 1 }

    func run(_ picture: any PictureRows, into sinks: [any MapSink], label: String?) throws -> String {
        let size = PictureSize(picture)
        if let frame = predictor.frame { return try seen(picture, as: frame, into: sinks) }
        guard let target = predictor.size(for: size) else {
            throw CommandFailure(.unsupported, "\(predictor.path): takes no picture of \(size) pixels")
        }
        let runner = try predictor.runner(for: target.size)
        if target.pads {
            try runner.run(
                picture.placed(height: target.size.height, width: target.size.width),
                into: sinks.map { sink in
                    target.size.window(rows: 0..<size.height, columns: 0..<size.width, into: sink)
                })
            return target.size == size ? "" : "padded to \(target.size)"
        }
        try runner.run(
            picture.resized(height: target.size.height, width: target.size.width),
            into: sinks.map { target.size.resizing(to: size, into: $0) })
        return "resized to the \(predictor.kind)'s \(target.size) and the map back"
    }

    /// By a plan for a camera's frames: outside of the part that it crops to the map is zero.
    private func seen(_ picture: any PictureRows, as frame: CameraFrame, into sinks: [any MapSink]) throws -> String {
        let size = PictureSize(picture)
        let whole = PictureSize(frame.frame)
        let part = frame.crop ?? CameraFrame.Crop(frame.frame, left: 0, top: 0)
        let partSize = PictureSize(part.size)
        try predictor.runner(for: whole).run(
            picture.resized(height: whole.height, width: whole.width),
            into: sinks.map { sink in
                // From the end: the frame's map at the picture's size, of the part's map in its place, of the network's map.
                let placed = partSize.window(
                    rows: -part.top..<whole.height - part.top, columns: -part.left..<whole.width - part.left,
                    into: whole.resizing(to: size, into: sink))
                return PictureSize(frame.result).resizing(to: partSize, into: placed)
            })
        return size == whole ? "as a frame" : "resized to the camera's \(frame.frame) and the map back"
    }
}

extension PictureSize {
    init(_ picture: any PictureRows) { self.init(height: picture.height, width: picture.width) }
    init(_ size: CameraFrame.Size) { self.init(height: size.height, width: size.width) }

    /// What makes maps of another size of maps of this size.
    func resizing(to size: PictureSize, into sink: any MapSink) -> any MapSink {
        size == self ? sink : MapResizer(height: height, width: width, to: size.height, size.width, into: sink)
    }

    /// What takes a part of maps of this size, see `MapWindow`.
    func window(rows: Range<Int>, columns: Range<Int>, into sink: any MapSink) -> any MapSink {
        rows == 0..<height && columns == 0..<width
            ? sink : MapWindow(height: height, width: width, rows: rows, columns: columns, into: sink)
    }
}
