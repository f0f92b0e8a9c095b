/// Something that a command has gone on in spite of, and that its user should know. The exit status stays 0.
enum Warning: Hashable {
    /// The map of a photograph has values that are no probabilities.
    case noProbabilities(image: String, MapRange)
    /// A photograph is higher than wide and what it is resized to is not, or the other way round.
    case turnedSize(image: String, size: PictureSize, original: PictureSize)
    /// No pixel of a photograph lies in its field of view.
    case noFieldOfView(image: String)
}

extension Warning: CustomStringConvertible {
    /// What is done about a network that ends in logits.
    static let logitsAdvice = "give --sigmoid (--softmax and --channel where there is one channel for each class)"

    /// The photograph, what was found, and what to do.
    var description: String {
        switch self {
        case .noProbabilities(let image, _), .turnedSize(let image, _, _), .noFieldOfView(let image): "\(image): \(finding)"
        }
    }

    /// The same without the photograph.
    var finding: String {
        switch self {
        case .turnedSize(_, let size, let original):
            return """
                resized to \(size.height) rows of \(size.width) pixels, the photograph has \(original.height) rows of \(original.width), which \
                turns its proportions round; --resize takes the height first, \(size.width)x\(size.height)
                """
        case .noFieldOfView:
            return "its field of view is empty, so that the map is 0 everywhere; look at the photograph, or at its mask, and see --fov"
        case .noProbabilities(_, let range):
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
            return "\(total)\(span ?? ""). The pictures show them as 0 or 1: \(advice)"
        }
    }
}

extension Console {
    static func warn(_ warning: Warning) { note("venule: warning: \(warning)") }
}
