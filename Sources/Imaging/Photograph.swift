/// An 8-bit RGB picture as it should be looked at: `height` rows of `width` pixels of red, green, blue.
public struct Photograph: Equatable, Sendable {
    public let height: Int
    public let width: Int
    /// Row-major, three samples a pixel.
    public var samples: [UInt8]

    /// - Precondition: `samples` holds `3 * height * width` values.
    public init(height: Int, width: Int, samples: [UInt8]) {
        precondition(samples.count == 3 * height * width, "the samples do not fill the picture")
        self.height = height
        self.width = width
        self.samples = samples
    }
}
