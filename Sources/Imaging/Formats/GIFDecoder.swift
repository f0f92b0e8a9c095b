import ImageCodecs

/// GIF files by giflib: the first frame, interlaced or not, in its place on the screen.
///
/// What the frame leaves of the screen is transparent where the frame has a transparent colour, else of the colour of index 0,
/// as Pillow has it.
final class GIFDecoder: PictureDecoder {
    let header: StoredHeader
    private let contents: FileContents
    private let handle: CodecHandle
    private let frame: venule_gif_header
    /// Red, green, blue and opacity of each index.
    private let colours: [[UInt16]]
    /// The frame's indices: one row, or all of an interlaced frame.
    private var indices: [UInt8] = []
    private var nextRow = 0

    init(_ contents: FileContents) throws(DecodingFailure) {
        self.contents = contents
        guard let gif = venule_gif_open(contents.start, contents.count) else { throw .damaged("its header cannot be read") }
        handle = try CodecHandle(gif) { venule_gif_close($0) }
        var frame = venule_gif_header()
        guard venule_gif_read_header(gif, &frame) else {
            throw .damaged("no frame can be read", String(cString: venule_gif_message(gif)))
        }
        self.frame = frame
        colours = Self.colours(of: frame)
        header = StoredHeader(
            height: max(Int(frame.screen_height), Int(frame.top + frame.height)),
            width: max(Int(frame.screen_width), Int(frame.left + frame.width)),
            pixels: PixelForm(colour: .rgb, alpha: .straight, maximum: 255))
    }

    func start() throws(DecodingFailure) {
        guard frame.width > 0, frame.height > 0 else { throw .damaged("its first frame has no pixels") }
        let width = Int(frame.width)
        indices = [UInt8](repeating: 0, count: width * (frame.is_interlaced ? Int(frame.height) : 1))
        guard frame.is_interlaced else { return }
        // Source: GIF89a specification, appendix E.
        for (first, step) in [(0, 8), (4, 8), (2, 4), (1, 2)] {
            for row in stride(from: first, to: Int(frame.height), by: step) { try readIndices(to: row * width) }
        }
    }

    func readRow(into row: inout [UInt16]) throws(DecodingFailure) {
        let background = frame.transparent >= 0 ? [0, 0, 0, 0] : colours.first ?? [0, 0, 0, 255]
        let frameRow = nextRow - Int(frame.top)
        nextRow += 1
        let isInside = frameRow >= 0 && frameRow < Int(frame.height)
        let columns = isInside ? Int(frame.left)..<Int(frame.left + frame.width) : 0..<0
        for column in 0..<header.width where !columns.contains(column) {
            for sample in 0..<4 { row[4 * column + sample] = background[sample] }
        }
        guard isInside else { return }
        if !frame.is_interlaced { try readIndices(to: 0) }
        let start = (frame.is_interlaced ? frameRow * Int(frame.width) : 0) - Int(frame.left)
        for column in columns {
            let index = Int(indices[start + column])
            guard index < colours.count else {
                throw .damaged("index \(index) is found in a palette of \(colours.count) colours")
            }
            for sample in 0..<4 { row[4 * column + sample] = colours[index][sample] }
        }
    }

    private func readIndices(to start: Int) throws(DecodingFailure) {
        let isDone = indices.withUnsafeMutableBufferPointer {
            venule_gif_read_indices(handle.pointer, $0.baseAddress! + start, CInt(frame.width))
        }
        guard isDone else {
            throw .damaged("its pixels cannot be decoded", String(cString: venule_gif_message(handle.pointer)))
        }
    }

    /// A file without a palette is grey, as Pillow has it.
    private static func colours(of frame: venule_gif_header) -> [[UInt16]] {
        var palette = frame.palette
        let stored = withUnsafeBytes(of: &palette) { Array($0.prefix(3 * Int(frame.colours))) }
        let samples = frame.colours > 0 ? stored : (0...255).flatMap { [UInt8](repeating: UInt8($0), count: 3) }
        return (0..<samples.count / 3).map { index in
            samples[3 * index..<3 * index + 3].map { UInt16($0) } + [index == Int(frame.transparent) ? 0 : 255]
        }
    }
}
