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
        precondition(newHeight > 0 && newWidth > 0 && height > 0 && width > 0, "a picture needs pixels")
        if newHeight == height && newWidth == width { return self }
        let vertical = ResamplingAxis(from: height, to: newHeight)
        let horizontal = ResamplingAxis(from: width, to: newWidth)
        var result = Raster(height: newHeight, width: newWidth, channels: channels)
        var line = [Double](repeating: 0, count: width * channels)
        for row in 0..<newHeight {
            combineRows(vertical.taps[row], into: &line)
            for column in 0..<newWidth {
                let taps = horizontal.taps[column]
                for channel in 0..<channels {
                    var sum = 0.0
                    for (offset, weight) in taps.weights.enumerated() {
                        sum += weight * line[(taps.first + offset) * channels + channel]
                    }
                    result[row, column, channel] = Float(sum)
                }
            }
        }
        return result
    }

    private func combineRows(_ taps: ResamplingAxis.Taps, into line: inout [Double]) {
        for index in line.indices { line[index] = 0 }
        for (offset, weight) in taps.weights.enumerated() where weight != 0 {
            let first = (taps.first + offset) * line.count
            for index in line.indices {
                line[index] += weight * Double(values[first + index])
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
