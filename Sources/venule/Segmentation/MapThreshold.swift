import ArgumentParser
import Imaging

/// What a value of a map has to reach to be a vessel's.
enum MapThreshold: ExpressibleByArgument, Equatable {
    case value(Float)

    /// What counts as vessel where nothing else is asked for.
    static let standard = MapThreshold.value(0.5)

    init?(argument: String) {
        guard let value = Float(argument), value.isFinite else { return nil }
        self = .value(value)
    }

    static var allValueStrings: [String] { [] }
}

extension MapThreshold {
    /// The least value of a vessel in one map.
    ///
    /// - Returns: nil where all values of the map are one, so that nothing parts them.
    func bound(for map: Raster) -> Float? {
        switch self {
        case .value(let value): value
        }
    }
}

extension Raster {
    /// The share of the values that are no smaller than a bound; 0 without one.
    func share(reaching bound: Float?) -> Double {
        guard let bound, !values.isEmpty else { return 0 }
        return Double(values.count { $0 >= bound }) / Double(values.count)
    }
}
