import GraphIR
import Hashing

/// What one core of a processor takes for the parts of a plan: the figures that ``CostModel`` reckons with. An explicit input
/// of a compilation, so that the same input and table give the same bytes on any machine. Documentation/CostTables.md
/// describes its form in a file.
public struct CostTable: Hashable, Sendable {
    /// Letters, digits, `-`, `_` and `.`.
    public var name: String
    /// Where the figures come from, on one line.
    public var origin: String

    /// Of direct convolutions, and of whatever else has any.
    public var multiplyAccumulatesPerSecond: Double
    /// Of the products of Winograd's algorithms.
    public var productsPerSecond: Double
    /// Transforming a tile of one block of channels, of the input or of the results, whose rows come from and go to memory.
    public var secondsPerTile4x4: Double
    public var secondsPerTile2x2: Double
    /// Entering a step: row pointers, halos, the threads' barrier.
    public var secondsPerStep: Double
    /// Rows and weights of a run that together stay in the last-level cache.
    public var nearBytes: Double
    public var nearWeightBytesPerSecond: Double
    public var farWeightBytesPerSecond: Double

    /// Every figure with its name in a file, in the order of a file.
    static let figures: [(name: String, path: WritableKeyPath<CostTable, Double> & Sendable)] = [
        ("multiply-accumulates-per-second", \.multiplyAccumulatesPerSecond),
        ("products-per-second", \.productsPerSecond),
        ("seconds-per-tile-4x4", \.secondsPerTile4x4),
        ("seconds-per-tile-2x2", \.secondsPerTile2x2),
        ("seconds-per-step", \.secondsPerStep),
        ("near-bytes", \.nearBytes),
        ("near-weight-bytes-per-second", \.nearWeightBytesPerSecond),
        ("far-weight-bytes-per-second", \.farWeightBytesPerSecond),
    ]
}

extension CostTable {
    /// Of the text of the table, in hexadecimal digits.
    public var sha256: String {
        var hash = SHA256()
        hash.update(Array(text.utf8))
        return ContentHash(digest: hash.finalize()).description
    }

    /// What a plan records of the table it was made with: ``init(provenance:)`` reads it back.
    public var provenance: [(key: String, value: String)] {
        [
            ("costs.name", name), ("costs.sha256", sha256), ("costs.origin", origin),
            ("costs.figures", Self.figures.map { "\($0.name) \(self[keyPath: $0.path])" }.joined(separator: "; ")),
        ]
    }

    /// The table that a plan says it was made with.
    /// - Parameter value: what the provenance has for a key.
    /// - Returns: nil where it says nothing, or nothing that this version understands.
    public init?(provenance value: (String) -> String?) {
        guard let name = value("costs.name"), let origin = value("costs.origin"), let figures = value("costs.figures") else {
            return nil
        }
        let lines = ["\(Self.keyword) \(Self.version)", "name \(name)", "origin \(origin)"]
        let text = lines.joined(separator: "\n") + "\n" + figures.split(separator: ";").joined(separator: "\n")
        guard let table = try? CostTable(text: text) else { return nil }
        self = table
    }
}
