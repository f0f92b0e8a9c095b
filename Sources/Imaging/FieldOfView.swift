/// The field of view of a fundus photograph: the bright disc, or what the frame leaves of it, in front of the camera's black
/// border.
///
/// A pixel's level is the largest of its red, green and blue, so that photographs of one colour (red-free, infrared) are treated
/// alike. Otsu's threshold divides the levels on the scale of their square roots: on the levels' own scale, where a bright and
/// a dark part of the retina are further apart than the dark part and the border, it would cut the retina. Of what is above it
/// the largest component is kept, neighbours by edges, so that specks of noise and text beside the disc are not; and its holes
/// are filled.
public enum FieldOfView {
    /// A border is darker than this share of the field, by the means of their levels. Dark and bright parts of a retina that fills
    /// the frame differ by less; a noisy border of black differs by more.
    private static let darkestShare = 1.0 / 3

    /// Takes linear time and, beside the photograph and the result, one byte a pixel and 16 for each run of neighbours in a row.
    ///
    /// - Returns: a mask of the photograph's size. All of it is set where the photograph has no dark border, nothing where it is
    ///   (nearly) black altogether: where fewer than 1 % of the pixels reach a level of 32.
    public static func find(in photograph: Photograph) -> Mask {
        let histogram = histogram(of: photograph)
        let pixels = histogram.reduce(0, +)
        let lit = histogram[PhotographAssembly.darkLevel...].reduce(0, +)
        guard pixels > 0, 100 * lit >= pixels, let threshold = threshold(of: histogram) else {
            return Mask(height: photograph.height, width: photograph.width, repeating: false)
        }
        var field = photograph.mask(above: threshold).largestComponent(neighbours: .edges)
        field = field.withHolesFilled()
        return hasBorder(photograph, field) ? field : Mask(height: photograph.height, width: photograph.width, repeating: true)
    }

    private static func histogram(of photograph: Photograph) -> [Int] {
        var histogram = [Int](repeating: 0, count: 256)
        photograph.withLevels { levels in
            for level in levels { histogram[Int(level)] += 1 }
        }
        return histogram
    }

    /// The last level that is dark.
    private static func threshold(of histogram: [Int]) -> Int? {
        let roots = histogram.indices.map { Int((255 * Double($0)).squareRoot().rounded()) }
        var rootHistogram = [Int](repeating: 0, count: 256)
        for (level, count) in histogram.enumerated() { rootHistogram[roots[level]] += count }
        return OtsuThreshold.of(histogram: rootHistogram).flatMap { root in roots.lastIndex { $0 <= root } }
    }

    private static func hasBorder(_ photograph: Photograph, _ field: Mask) -> Bool {
        var sums = (inside: 0, outside: 0)
        var area = 0
        photograph.withLevels { levels in
            for (level, isInside) in zip(levels, field.isSet) {
                if isInside {
                    sums.inside += Int(level)
                    area += 1
                } else {
                    sums.outside += Int(level)
                }
            }
        }
        let rest = field.isSet.count - area
        guard area > 0, rest > 0 else { return false }
        return Double(sums.outside) / Double(rest) < darkestShare * Double(sums.inside) / Double(area)
    }
}

extension Photograph {
    /// Pixels whose level is above a threshold.
    fileprivate func mask(above threshold: Int) -> Mask {
        withLevels { levels in Mask(height: height, width: width, isSet: levels.map { Int($0) > threshold }) }
    }

    /// Lends the largest sample of each pixel.
    fileprivate func withLevels<Result>(_ body: (PixelLevels) -> Result) -> Result {
        samples.withUnsafeBufferPointer { body(PixelLevels(samples: $0)) }
    }
}

/// The largest of the three samples of each pixel.
private struct PixelLevels: RandomAccessCollection {
    let samples: UnsafeBufferPointer<UInt8>

    var startIndex: Int { 0 }
    var endIndex: Int { samples.count / 3 }

    subscript(pixel: Int) -> UInt8 {
        Swift.max(samples[3 * pixel], samples[3 * pixel + 1], samples[3 * pixel + 2])
    }
}
