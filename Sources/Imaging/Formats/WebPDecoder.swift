import ImageCodecs

/// WebP files by libwebp: lossy and lossless, with and without alpha; of an animation the first frame in its place on the
/// canvas, which is transparent elsewhere. The orientation of the chunk EXIF is applied.
///
/// The library decodes pictures whole: four bytes a pixel.
final class WebPDecoder: PictureDecoder {
    let header: StoredHeader
    private let contents: FileContents
    private let handle: CodecHandle
    private let frame: venule_webp_header
    private var samples: [UInt8] = []
    private var nextRow = 0

    init(_ contents: FileContents) throws(DecodingFailure) {
        self.contents = contents
        let bytes = contents.bytes
        // Source: WebP Container Specification: the length counts from behind itself.
        let length = (0..<4).reduce(0) { $0 | Int(bytes[4 + $1]) << (8 * $1) }
        guard length <= bytes.count - 8 else {
            throw .damaged("it ends after \(bytes.count) bytes, its header announces \(length + 8)")
        }
        var frame = venule_webp_header()
        guard let webp = venule_webp_open(contents.start, contents.count, &frame) else {
            throw .damaged("its chunks cannot be read")
        }
        handle = try CodecHandle(webp) { venule_webp_close($0) }
        self.frame = frame
        var exifCount = 0
        let exif = venule_webp_exif(webp, &exifCount)
        header = StoredHeader(
            height: Int(frame.height), width: Int(frame.width),
            pixels: PixelForm(colour: .rgb, alpha: .straight, maximum: 255),
            orientation: exif.map { ExifBlock.orientation(in: UnsafeRawBufferPointer(start: $0, count: exifCount)) } ?? .upright)
    }

    func start() throws(DecodingFailure) {
        guard frame.left + frame.frame_width <= frame.width, frame.top + frame.frame_height <= frame.height else {
            throw .damaged("its first frame lies outside of its canvas")
        }
        samples = [UInt8](repeating: 0, count: 4 * Int(frame.frame_width) * Int(frame.frame_height))
        let status = samples.withUnsafeMutableBufferPointer {
            venule_webp_decode(handle.pointer, $0.baseAddress, $0.count, frame.frame_width)
        }
        // VP8_STATUS_OUT_OF_MEMORY.
        if status == 1 { throw .noMemory }
        guard status == 0 else { throw .damaged("its pixels cannot be decoded") }
    }

    func readRow(into row: inout [UInt16]) throws(DecodingFailure) {
        for index in row.indices { row[index] = 0 }
        let frameRow = nextRow - Int(frame.top)
        nextRow += 1
        guard frameRow >= 0, frameRow < Int(frame.frame_height) else { return }
        let count = 4 * Int(frame.frame_width)
        let left = 4 * Int(frame.left)
        for index in 0..<count { row[left + index] = UInt16(samples[frameRow * count + index]) }
    }
}
