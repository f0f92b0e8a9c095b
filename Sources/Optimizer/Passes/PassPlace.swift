/// A pass at its place in a pipeline, in which the same pass may stand twice.
public struct PassPlace: Hashable, Sendable, CustomStringConvertible {
    /// From 1.
    public var number: Int
    /// The pass's name.
    public var pass: String

    /// `07-fold-batch-normalization`, so that places sort by name as the passes run.
    public var description: String { "\(number < 10 ? "0" : "")\(number)-\(pass)" }

    /// All places of a pipeline, in its order.
    public static func places(in pipeline: [Pass]) -> [PassPlace] {
        pipeline.enumerated().map { PassPlace(number: $0 + 1, pass: $1.name) }
    }

    /// The places that a name means: those of a pass (`fold-batch-normalization`), the one of a number (`7`), the one that is
    /// written as ``description`` writes it (`07-fold-batch-normalization`), or every one (`all`).
    /// - Returns: none where nothing is called so.
    public static func places(named name: String, in pipeline: [Pass]) -> [PassPlace] {
        places(in: pipeline).filter { place in
            name == "all" || name == place.pass || name == place.description || Int(name) == place.number
        }
    }
}
