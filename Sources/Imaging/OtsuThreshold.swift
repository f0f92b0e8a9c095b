/// The level that divides values into a dark and a bright class so that the variance between the two is largest: what is
/// above it is bright. `skimage.filters.threshold_otsu` finds the same; of several levels that are as good both take the lowest.
///
/// Source: N. Otsu: A Threshold Selection Method from Gray-Level Histograms. IEEE Transactions on Systems, Man, and
/// Cybernetics 9 (1979), equation 18.
public enum OtsuThreshold {
    /// The last level of the dark class.
    ///
    /// - Parameter histogram: how often each level from 0 on occurs.
    /// - Returns: nil where nothing is counted; the only level where there is one.
    public static func of(histogram: [Int]) -> Int? {
        index(of: histogram, centers: histogram.indices.map(Double.init))
    }

    /// Of a histogram of 256 bins between the smallest and the largest value, the centre of the last bin of the dark class. The
    /// bins are those of `numpy.histogram` for float32.
    ///
    /// - Returns: nil where there is no value or one that is not finite; the only value where all are the same.
    public static func of(_ values: [Float]) -> Float? {
        guard let first = values.first, values.allSatisfy(\.isFinite) else { return nil }
        let (low, high) = values.reduce((first, first)) { (min($0.0, $1), max($0.1, $1)) }
        let extent = high - low
        guard extent > 0 else { return first }
        guard extent.isFinite else { return nil }
        let step = extent / Float(binCount)
        // NumPy corrects the bin that a division gives by these, so that they alone decide.
        let edges = (0..<binCount).map { Float($0) * step + low } + [high]
        var histogram = [Int](repeating: 0, count: binCount)
        for value in values {
            var bin = min(Int((value - low) / extent * Float(binCount)), binCount - 1)
            if value < edges[bin] { bin -= 1 } else if bin < binCount - 1, value >= edges[bin + 1] { bin += 1 }
            histogram[bin] += 1
        }
        let centers = (0..<binCount).map { (edges[$0] + edges[$0 + 1]) / 2 }
        return index(of: histogram, centers: centers.map(Double.init)).map { centers[$0] }
    }

    private static let binCount = 256

    /// - Parameter centers: the value that each bin stands for, rising.
    private static func index(of histogram: [Int], centers: [Double]) -> Int? {
        let total = Double(histogram.reduce(0, +))
        let totalSum = zip(histogram, centers).reduce(0) { $0 + Double($1.0) * $1.1 }
        var (weight, sum) = (0.0, 0.0)
        var best: (index: Int, variance: Double)?
        for (index, count) in histogram.enumerated() where count > 0 {
            weight += Double(count)
            sum += Double(count) * centers[index]
            // An empty bin behind this one divides the values in the same way, so the first one stands for all of them.
            let rest = total - weight
            let difference = rest > 0 ? sum / weight - (totalSum - sum) / rest : 0
            let variance = weight * rest * difference * difference
            if best.map({ variance > $0.variance }) ?? true { best = (index, variance) }
        }
        return best?.index
    }
}
