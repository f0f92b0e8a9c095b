import ArgumentParser
import Imaging

/// What a value of a map has to reach to be a vessel's.
enum MapThreshold: ExpressibleByArgument, Equatable {
    case value(Float)
    /// Found in each map by itself, by Otsu's method.
    case otsu

    /// What counts as vessel where nothing else is asked for.
    static let standard = MapThreshold.value(0.5)

    init?(argument: String) {
        if argument.lowercased() == "otsu" {
            self = .otsu
            return
        }
        guard let value = Float(argument), value.isFinite else { return nil }
        self = .value(value)
    }

    static var allValueStrings: [String] { [] }
}

extension MapThreshold {
    /// The least value of a vessel in one map.
    ///
    /// - Parameter field: the pixels that count; nil for all.
    /// - Returns: nil where none counts, and where Otsu's method meets what is no number.
    func bound(for map: Raster, in field: Mask?) -> Float? {
        switch self {
        case .value(let value): return value
        case .otsu:
            let values = field.map { field in map.values.indices.lazy.filter { field.isSet[$0] }.map { map.values[$0] } } ?? map.values
            // What is above Otsu's level is bright, so that the next number is the least of it.
            return OtsuThreshold.of(values)?.nextUp
        }
    }
}

extension Raster {
    /// The share of the values that are no smaller than a bound, of those that count; 0 without a bound and where none counts.
    ///
    /// - Parameter field: the pixels that count; nil for all.
    func share(reaching bound: Float?, in field: Mask?) -> Double {
        let total = field?.area ?? values.count
        guard let bound, total > 0 else { return 0 }
        let count = values.indices.count { values[$0] >= bound && field?.isSet[$0] ?? true }
        return Double(count) / Double(total)
    }
}
