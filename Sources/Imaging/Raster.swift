import Files

/// A picture or a map of floats: `height` rows of `width` pixels of `channels` values, the channel innermost.
public struct Raster: Equatable, Sendable {
    public let height: Int
    public let width: Int
    public let channels: Int
    /// Row-major, `height * width * channels` values.
    public var values: [Float]

    /// - Precondition: `values` holds `height * width * channels` values.
    public init(height: Int, width: Int, channels: Int, values: [Float]) {
        precondition(values.count == height * width * channels, "the values do not fill the raster")
        self.height = height
        self.width = width
        self.channels = channels
        self.values = values
    }

    public init(height: Int, width: Int, channels: Int, repeating value: Float = 0) {
        self.init(
            height: height, width: width, channels: channels,
            values: [Float](repeating: value, count: height * width * channels))
    }

    public subscript(row: Int, column: Int, channel: Int) -> Float {
        get { values[(row * width + column) * channels + channel] }
        set { values[(row * width + column) * channels + channel] = newValue }
    }
}

extension Raster {
    /// The photograph's samples divided by 255, as the reference's `read_input` does.
    public init(_ photograph: Photograph) {
        let shares = Photograph.shares
        self.init(
            height: photograph.height, width: photograph.width, channels: 3, values: photograph.samples.map { shares[Int($0)] })
    }

    /// One channel of luminance, see ``Luminance``.
    ///
    /// - Precondition: three channels.
    public func luminance() -> Raster {
        precondition(channels == 3, "luminance needs red, green and blue")
        var grey = Raster(height: height, width: width, channels: 1)
        for pixel in 0..<height * width {
            grey.values[pixel] = Luminance.of(
                red: values[3 * pixel], green: values[3 * pixel + 1], blue: values[3 * pixel + 2])
        }
        return grey
    }

    /// The same picture with zeros below and to the right of it.
    ///
    /// - Precondition: the new size is no smaller.
    public func padded(height newHeight: Int, width newWidth: Int) -> Raster {
        precondition(newHeight >= height && newWidth >= width, "padding cannot shrink a picture")
        if newHeight == height && newWidth == width { return self }
        return placed(top: 0, left: 0, height: newHeight, width: newWidth)
    }

    /// The same picture inside a larger one, with zeros around it.
    ///
    /// - Precondition: it fits there.
    public func placed(top: Int, left: Int, height newHeight: Int, width newWidth: Int) -> Raster {
        precondition(top >= 0 && left >= 0 && top + height <= newHeight && left + width <= newWidth, "no place for the picture")
        var result = Raster(height: newHeight, width: newWidth, channels: channels)
        copyRows(into: &result, rows: height, columns: width, top: top, left: left)
        return result
    }

    /// The top left part of the picture.
    ///
    /// - Precondition: the new size is no larger.
    public func cropped(height newHeight: Int, width newWidth: Int) -> Raster {
        precondition(newHeight <= height && newWidth <= width, "cropping cannot enlarge a picture")
        if newHeight == height && newWidth == width { return self }
        var result = Raster(height: newHeight, width: newWidth, channels: channels)
        copyRows(into: &result, rows: newHeight, columns: newWidth)
        return result
    }

    private func copyRows(into target: inout Raster, rows: Int, columns: Int, top: Int = 0, left: Int = 0) {
        for row in 0..<rows {
            let source = row * width * channels
            let destination = ((row + top) * target.width + left) * channels
            target.values.replaceSubrange(
                destination..<destination + columns * channels, with: values[source..<source + columns * channels])
        }
    }

    /// The picture padded right and bottom with zeros until both sides are multiples of `multiple`.
    public func padded(toMultipleOf multiple: Int) -> Raster {
        padded(height: height.roundedUp(toMultipleOf: multiple), width: width.roundedUp(toMultipleOf: multiple))
    }

    /// The smallest and the largest value; a NaN counts for neither.
    public var range: ClosedRange<Float> {
        var low = Float.infinity
        var high = -Float.infinity
        for value in values {
            if value < low { low = value }
            if value > high { high = value }
        }
        return low <= high ? low...high : 0...0
    }

    /// The values scaled so that the smallest becomes 0 and the largest 1, as the reference does before it writes
    /// its PNG; a constant map stays as it is.
    public func stretched() -> Raster {
        let range = self.range
        return Raster(height: height, width: width, channels: channels, values: values.map(range.stretching))
    }
}

extension ClosedRange<Float> {
    /// The value on a scale on which this range is 0...1; the value itself where the range is a single one.
    public func stretching(_ value: Float) -> Float {
        let extent = upperBound - lowerBound
        return extent > 0 ? (value - lowerBound) / extent : value
    }
}

extension Photograph {
    /// What each sample is of 255.
    static let shares = (0...255).map { Float(Double($0) / 255) }

    /// The luminance of each pixel as ``Raster/luminance()`` has it, without the floats of the whole picture.
    ///
    /// - Parameter element: what becomes of a luminance from 0 to 1.
    public func luminance<Element>(_ element: (Float) -> Element) -> [Element] {
        let shares = Self.shares
        return (0..<height * width).map { pixel in
            let (red, green, blue) = (samples[3 * pixel], samples[3 * pixel + 1], samples[3 * pixel + 2])
            return element(Luminance.of(red: shares[Int(red)], green: shares[Int(green)], blue: shares[Int(blue)]))
        }
    }
}

extension Int {
    /// - Precondition: `self` is not negative, `multiple` is positive.
    public func roundedUp(toMultipleOf multiple: Int) -> Int {
        (self + multiple - 1) / multiple * multiple
    }
}
