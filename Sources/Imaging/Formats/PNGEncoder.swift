import Glibc
import ImageCodecs

/// 8-bit PNG files by libpng.
enum PNGEncoder {
    /// - Parameters:
    ///   - samples: dense rows, `channels` a pixel: 1 grey, 3 RGB.
    /// - Returns: the file's bytes; nil where there is no memory, or more pixels on a side than the format has.
    static func encode(_ samples: [UInt8], height: Int, width: Int, channels: Int) -> [UInt8]? {
        precondition(samples.count == height * width * channels, "the samples do not fill the picture")
        guard let height = UInt32(exactly: height), let width = UInt32(exactly: width) else { return nil }
        var count = 0
        guard let bytes = venule_png_encode(samples, width, height, CInt(channels), &count) else { return nil }
        defer { free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
}
