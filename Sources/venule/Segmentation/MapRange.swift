import Imaging

/// How far the values of a map are probabilities.
struct MapRange: Hashable {
    /// All values.
    let count: Int
    /// Those below 0 or above 1 by more than `rounding`, infinities among them.
    let outside: Int
    let notNumbers: Int
    /// The smallest and the largest value that are numbers; nil where none is.
    let bounds: ClosedRange<Float>?

    /// What resizing and averaging may add to values from 0 to 1, with room to spare.
    static let rounding: Float = 1e-5

    init(_ map: Raster) {
        count = map.values.count
        notNumbers = map.values.count(where: \.isNaN)
        outside = map.values.count { $0 < -Self.rounding || $0 > 1 + Self.rounding }
        bounds = notNumbers < count ? map.range : nil
    }

    var isOfProbabilities: Bool { outside == 0 && notNumbers == 0 }
}
