import Glibc

extension Raster {
    /// The picture at another size, as scikit-image's `resize(image, shape)` with its default arguments computes it
    /// (the reference's protocol calls nothing else): a Gaussian blur along each axis that shrinks, then linear
    /// interpolation between pixel centres, both mirrored at the border without repeating the edge.
    ///
    /// The two are linear and separable, so each axis needs one list of weights for each target position; sums are formed
    /// in double precision. Source: `skimage/transform/_warps.py` of scikit-image 0.17 for the parameters.
    ///
    /// - Precondition: both sides are positive.
    public func resized(height newHeight: Int, width newWidth: Int) -> Raster {
        if newHeight == height && newWidth == width { return self }
        let rows = RasterRows(self).resized(height: newHeight, width: newWidth)
        var result = Raster(height: newHeight, width: newWidth, channels: channels)
        for row in 0..<newHeight {
            rows.read(row: row, columns: 0..<newWidth, into: &result.values, at: row * newWidth * channels)
        }
        return result
    }
}

/// A picture at another size, of which as many rows are held as one of the result is made of.
final class ResizedRows: PictureRows {
    private let picture: any PictureRows
    private var resampler: RowResampler
    let height: Int
    let width: Int

    init(_ picture: any PictureRows, height: Int, width: Int) {
        self.picture = picture
        self.height = height
        self.width = width
        resampler = RowResampler(
            height: picture.height, width: picture.width, channels: picture.channels, to: height, width)
    }

    var channels: Int { picture.channels }

    func read(row: Int, columns: Range<Int>, into values: inout [Float], at start: Int) {
        for source in resampler.sources(of: row) where !resampler.holds(source) {
            resampler.hold(source) { picture.read(row: source, into: &$0) }
        }
        resampler.make(row, columns, into: &values, at: start)
    }
}

/// Makes rows of a resized picture of rows of the picture, and holds those that the next ones may need.
struct RowResampler {
    private let vertical: ResamplingAxis
    private let horizontal: ResamplingAxis
    private let channels: Int
    /// The last rows of the picture, each in the place that its number has modulo their count.
    private var held: [(row: Int, values: [Float])]
    /// The weighted sum of the rows that a row of the result is made of.
    private var line: [Double]

    /// - Precondition: all sides are positive.
    init(height: Int, width: Int, channels: Int, to newHeight: Int, _ newWidth: Int) {
        precondition(newHeight > 0 && newWidth > 0 && height > 0 && width > 0, "a picture needs pixels")
        vertical = ResamplingAxis(from: height, to: newHeight)
        horizontal = ResamplingAxis(from: width, to: newWidth)
        self.channels = channels
        held = Array(repeating: (row: -1, values: []), count: vertical.rowsHeld)
        line = [Double](repeating: 0, count: width * channels)
    }

    /// The rows of the picture that a row of the result is made of.
    func sources(of row: Int) -> Range<Int> {
        let taps = vertical.taps[row]
        return taps.first..<taps.first + taps.weights.count
    }

    func holds(_ row: Int) -> Bool { held[row % held.count].row == row }

    /// - Parameter fill: makes the values of the picture's row.
    mutating func hold(_ row: Int, fill: (inout [Float]) -> Void) {
        let place = row % held.count
        fill(&held[place].values)
        held[place].row = row
    }

    /// Makes columns of a row of the result; all of them if none are given.
    ///
    /// - Precondition: its sources are held.
    mutating func make(_ row: Int, _ columns: Range<Int>? = nil, into values: inout [Float], at start: Int) {
        combine(vertical.taps[row])
        var target = start
        line.withUnsafeBufferPointer { line in
            for column in columns ?? 0..<horizontal.taps.count {
                let taps = horizontal.taps[column]
                for channel in 0..<channels {
                    var sum = 0.0
                    var source = taps.first * channels + channel
                    for weight in taps.weights {
                        sum += weight * line[source]
                        source += channels
                    }
                    values[target] = Float(sum)
                    target += 1
                }
            }
        }
    }

    private mutating func combine(_ taps: ResamplingAxis.Taps) {
        line.withUnsafeMutableBufferPointer { line in
            for index in line.indices { line[index] = 0 }
            for (offset, weight) in taps.weights.enumerated() where weight != 0 {
                let source = taps.first + offset
                let row = held[source % held.count]
                precondition(row.row == source, "a row that is needed is not held")
                row.values.withUnsafeBufferPointer { values in
                    for index in line.indices { line[index] += weight * Double(values[index]) }
                }
            }
        }
    }
}

/// For each target position along one axis, the source positions it is made of.
struct ResamplingAxis {
    struct Taps {
        /// The first source position; the others follow it.
        var first: Int
        var weights: [Double]
    }

    let taps: [Taps]

    /// How many positions are held by who goes through the source once, and makes each target, in order, as soon as all that it
    /// is made of has been seen.
    var rowsHeld: Int {
        var seen = 0
        return taps.reduce(1) { most, taps in
            seen = max(seen, taps.first + taps.weights.count)
            return max(most, seen - taps.first)
        }
    }

    init(from sourceCount: Int, to targetCount: Int) {
        let factor = Double(sourceCount) / Double(targetCount)
        let kernel = Self.blurKernel(deviation: max(0, (factor - 1) / 2))
        let radius = kernel.count / 2
        taps = (0..<targetCount).map { target in
            let position = factor * (Double(target) + 0.5) - 0.5
            let lower = Int(position.rounded(.down))
            let fraction = position - Double(lower)
            var weights: [Int: Double] = [:]
            for (neighbour, share) in [(lower, 1 - fraction), (lower + 1, fraction)] where share != 0 {
                let centre = Self.mirrored(neighbour, count: sourceCount)
                for (index, weight) in kernel.enumerated() {
                    weights[Self.mirrored(centre + index - radius, count: sourceCount), default: 0] += share * weight
                }
            }
            let first = weights.keys.min() ?? 0
            let last = weights.keys.max() ?? 0
            return Taps(first: first, weights: (first...last).map { weights[$0] ?? 0 })
        }
    }

    /// The normalised Gaussian that `scipy.ndimage.gaussian_filter` uses: cut off at four standard deviations.
    private static func blurKernel(deviation: Double) -> [Double] {
        let radius = Int(4 * deviation + 0.5)
        guard radius > 0 else { return [1] }
        let weights = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (deviation * deviation)) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// The position inside 0..<count that mirroring at the first and last position leads to.
    private static func mirrored(_ position: Int, count: Int) -> Int {
        guard count > 1 else { return 0 }
        let period = 2 * (count - 1)
        let remainder = ((position % period) + period) % period
        return remainder < count ? remainder : period - remainder
    }
}
