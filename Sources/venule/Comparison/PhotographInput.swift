import Imaging
import PlanFormat
import Reference

/// A photograph as the only input of networks that make a map of it, prepared as `segment` does for a network of one size.
struct PhotographInput {
    let path: String
    let inputs: ComparedInputs
    private let photograph: Raster
    /// Whether zeros were put below and to the right of it; otherwise it was resized.
    private let isPadded: Bool

    /// - Parameter interface: whose input it is for.
    /// - Throws: `CommandFailure` for what is no picture, and for networks that do not take one of floats.
    init(_ path: String, for interface: Plan) throws {
        guard interface.inputs.count == 1, let entry = interface.inputs.first, entry.layout != .plain, entry.images * interface.batch == 1,
            entry.tensor.element == .float32, [1, 3].contains(entry.channels)
        else {
            let found = interface.inputs.map { "\($0.tensor.element.text) \(Format.shape(interface.shape(of: $0)))" }.joined(
                separator: ", ")
            throw CommandFailure(
                .usage,
                "\(path): a photograph is for networks with one input of one float32 picture with 3 channels, or 1; this is \(found)")
        }
        self.path = path
        let (read, warnings) = try ImageFile.readWithWarnings(path)
        for warning in warnings { Console.note("venule: \(path): warning: \(warning)") }
        photograph = Raster(read)
        let margins = [entry.height - photograph.height, entry.width - photograph.width]
        isPadded = margins.allSatisfy(PictureSize.margins.contains)
        var picture =
            isPadded
            ? photograph.padded(height: entry.height, width: entry.width) : photograph.resized(height: entry.height, width: entry.width)
        if entry.channels == 1 { picture = picture.luminance() }
        var tensor = Tensor(picture.values, shape: [1, picture.height, picture.width, picture.channels])
        if entry.layout == .nchw { tensor = tensor.reordered(Tensor.channelsSecond) }
        inputs = ComparedInputs([(entry.text, tensor)], description: path)
    }

    /// The map of the photograph's own size that an output is.
    ///
    /// - Returns: nil for what is no map: float32 of one channel, of the size that was asked for or of the photograph's.
    func map(of output: Tensor) -> Raster? {
        let sides = output.shape.filter { $0 != 1 }
        guard output.element == .float32, sides.count == 2 else { return nil }
        let map = Raster(height: sides[0], width: sides[1], channels: 1, values: output.floats)
        let (height, width) = (photograph.height, photograph.width)
        if (map.height, map.width) == (height, width) { return map }
        guard isPadded else { return map.resized(height: height, width: width) }
        return map.height >= height && map.width >= width ? map.cropped(height: height, width: width) : nil
    }
}
