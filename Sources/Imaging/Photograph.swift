import Files

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

extension Photograph {
    /// The luminance of each pixel as ``PictureRows/luminance()`` has it, without the floats of the whole picture.
    ///
    /// - Parameter element: what becomes of a luminance from 0 to 1.
    func luminance<Element>(_ element: (Float) -> Element) -> [Element] {
        let shares = Self.shares
        return (0..<height * width).map { pixel in
            let (red, green, blue) = (samples[3 * pixel], samples[3 * pixel + 1], samples[3 * pixel + 2])
            return element(Luminance.of(red: shares[Int(red)], green: shares[Int(green)], blue: shares[Int(blue)]))
        }
    }
}
