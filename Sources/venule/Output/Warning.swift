/// Something that a command has gone on in spite of, and that its user should know. The exit status stays 0.
enum Warning: Hashable {
    /// The map of a photograph has values that are no probabilities.
    case noProbabilities(image: String, MapRange)
}

extension Warning: CustomStringConvertible {
    /// What is done about a network that ends in logits.
    static let logitsAdvice = "append a sigmoid to it (a softmax where there is one channel for each class)"

    /// What was found, and what to do.
    var description: String {
        switch self {
        case .noProbabilities(let image, let range):
            var found: [String] = []
            if range.outside > 0 { found.append("\(Format.grouped(range.outside)) are outside of 0 to 1") }
            if range.notNumbers > 0 { found.append("\(Format.grouped(range.notNumbers)) are not a number (NaN)") }
            let span = range.bounds.map {
                "; the \(range.notNumbers > 0 ? "others" : "values") go from \(Format.value($0.lowerBound)) to \(Format.value($0.upperBound))"
            }
            let total = "of \(Format.grouped(range.count)) values of the map \(found.joined(separator: " and "))"
            let advice =
                range.outside > 0
                ? "if the network ends in logits, \(Self.logitsAdvice)"
                : "look for weights or operations of the network that give no numbers"
            return "\(image): \(total)\(span ?? ""). The pictures show them as 0 or 1: \(advice)"
        }
    }
}

extension Console {
    static func warn(_ warning: Warning) { note("venule: warning: \(warning)") }
}
