import ImageCodecs

/// JPEG 2000 files by OpenJPEG, with and without boxes: 1 to 31 bits, grey, colour, CMYK, sYCC, palettes, alpha.
///
/// A file with boxes says which component is alpha. Of a bare codestream, which cannot, and of a file that says nothing, the
/// second of two and the fourth of four components is, as Pillow has it.
final class JPEG2000Decoder: PictureDecoder {
    private(set) var header: StoredHeader
    private let contents: FileContents
    private let picture: JPEG2000Picture
    /// Colours first, then alpha.
    private var components: [JPEG2000Picture.Component] = []
    private var isYCC = false
    private var nextRow = 0

    init(_ contents: FileContents, pixelLimit: Int) throws(DecodingFailure) {
        self.contents = contents
        picture = try JPEG2000Picture(
            UnsafeBufferPointer(start: contents.start, count: contents.count), pixelLimit: pixelLimit)
        // The components' meaning is known only once all is decoded.
        header = StoredHeader(
            height: picture.height, width: picture.width, pixels: PixelForm(colour: .rgb, alpha: .straight, maximum: 255))
    }

    func start() throws(DecodingFailure) {
        try picture.decode()
        let form = try choose()
        header.pixels = form
    }

    private func choose() throws(DecodingFailure) -> PixelForm {
        var colours = picture.components.filter { $0.alpha == 0 }
        var alpha = picture.components.first { $0.alpha == 1 || $0.alpha == 2 }
        let isSilent = colours.count == picture.components.count
        if isSilent, colours.count == 2 || colours.count == 4 && picture.colours != VENULE_JPEG2000_CMYK { alpha = colours.removeLast() }
        let colour: PixelForm.Colour
        switch colours.count {
        case 1: colour = .grey
        case 3 where picture.colours != VENULE_JPEG2000_OTHER: colour = .rgb
        case 4 where picture.colours == VENULE_JPEG2000_CMYK && alpha == nil: colour = .cmyk
        default: throw .unsupported("JPEG 2000 of \(picture.components.count) components in a colour space of its own")
        }
        isYCC = colour == .rgb && picture.colours == VENULE_JPEG2000_YCC
        components = colours + (alpha.map { [$0] } ?? [])
        return PixelForm(
            colour: colour, alpha: alpha == nil ? .none : alpha?.alpha == 2 ? .premultiplied : .straight,
            maximum: JPEG2000Picture.maximum(of: components), isReduced: components.contains { $0.bits > 16 })
    }

    func readRow(into row: inout [UInt16]) throws(DecodingFailure) {
        let count = components.count
        let maximum = header.pixels.maximum
        for (offset, component) in components.enumerated() {
            let own = 1 << component.bits - 1
            for column in 0..<header.width {
                let sample = component.sample(row: nextRow, column: column)
                row[column * count + offset] = UInt16(own == maximum ? sample : (2 * sample * maximum + own) / (2 * own))
            }
        }
        if isYCC {
            for column in 0..<header.width { Self.convertToRGB(&row, at: column * count, maximum: maximum) }
        }
        nextRow += 1
    }

    /// Source: IEC 61966-2-1, amendment 1 (sYCC).
    private static func convertToRGB(_ row: inout [UInt16], at first: Int, maximum: Int) {
        let half = Double((maximum + 1) / 2)
        let luma = Double(row[first])
        let blue = Double(row[first + 1]) - half
        let red = Double(row[first + 2]) - half
        let colours = [luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue]
        for (offset, colour) in colours.enumerated() {
            row[first + offset] = UInt16(min(max(colour.rounded(), 0), Double(maximum)))
        }
    }
}
