/// The versions of Keras that have something under a name. In any other version, that name belongs to something that a user has
/// made.
struct KerasAvailability: Hashable, Sendable {
    private struct Span: Hashable, Sendable {
        var line: KerasVersion.Line
        var first: KerasVersion.Number
        /// Nil where later versions have it, too.
        var last: KerasVersion.Number?
    }

    private var spans: [Span] = []

    /// In no version.
    static let never = KerasAvailability()
    /// In every version that is read.
    static let always = KerasAvailability(keras1: "1.0.0", keras2: "2.0.0", tensorFlow: "2.0.8", keras3: "3.0.0")
    /// In every version from Keras 2 on.
    static let sinceKeras2 = KerasAvailability(keras2: "2.0.0", tensorFlow: "2.0.8", keras3: "3.0.0")

    /// For each line of development `2.1.6` for that version and later ones, `2.0.6-2.1.6` for those, or several of these with
    /// spaces between them. Versions of tf.keras are written without `-tf`.
    init(keras1: String = "", keras2: String = "", tensorFlow: String = "", keras3: String = "") {
        for (line, text) in [(KerasVersion.Line.keras1, keras1), (.keras2, keras2), (.tensorFlow, tensorFlow), (.keras3, keras3)] {
            for span in text.split(separator: " ") {
                let ends = span.split(separator: "-").compactMap { KerasVersion(String($0))?.number }
                guard let first = ends.first else { continue }
                spans.append(Span(line: line, first: first, last: ends.count > 1 ? ends[1] : nil))
            }
        }
    }

    func includes(_ version: KerasVersion) -> Bool {
        spans.contains { span in
            span.line == version.line && span.first <= version.number && span.last.map { version.number <= $0 } ?? true
        }
    }

    /// `since tf.keras 2.6.0, Keras 3.0.0`
    var description: String {
        let since = spans.filter { $0.last == nil }.map { "\(KerasVersion(line: $0.line, number: $0.first))" }
        let within = spans.compactMap { span in span.last.map { "\(KerasVersion(line: span.line, number: span.first)) to \($0)" } }
        let parts =
            (within.isEmpty ? [] : ["in \(within.joined(separator: ", "))"])
            + (since.isEmpty ? [] : ["since \(since.joined(separator: ", "))"])
        return parts.isEmpty ? "in no version" : parts.joined(separator: " and ")
    }
}
