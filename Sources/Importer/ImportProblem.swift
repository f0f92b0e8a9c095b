/// One thing about a model file that stands in the way of its import.
public struct ImportProblem: Hashable, Sendable {
    /// Where it is: a layer's name or an object's path in the file; nil when it concerns the file as a whole.
    public var place: String?
    /// The layer's class, when the file tells.
    public var className: String?
    /// The layer's argument or the file's attribute.
    public var attribute: String?
    /// What the file holds there.
    public var found: String
    /// What would be accepted and compute the same; nil where nothing would.
    public var accepted: String?
    public var aspect: Aspect

    /// What of the place is the trouble.
    public enum Aspect: Hashable, Sendable {
        /// The operator as such, which `className` names.
        case `operator`
        /// A version of the format or of an operator set, which `found` names.
        case version
        /// A type of elements, or what is no tensor, which `found` names.
        case elementType
        /// The value of the attribute that `attribute` names.
        case attribute
        /// Anything else, such as an operand that is not known while the model is read.
        case form
    }

    /// - Parameter aspect: nil for the attribute where one is given, else for the form.
    public init(
        place: String? = nil, className: String? = nil, attribute: String? = nil, found: String, accepted: String? = nil,
        aspect: Aspect? = nil
    ) {
        self.place = place
        self.className = className
        self.attribute = attribute
        self.found = found
        self.accepted = accepted
        self.aspect = aspect ?? (attribute == nil ? .form : .attribute)
    }
}

extension ImportProblem: CustomStringConvertible {
    /// `'model2_conv2d_1' (Conv2D), strides: found [2, 2], accepted: [1, 1]`
    public var description: String {
        var head = ""
        if let place { head += "'\(place)'" }
        if let className { head += " (\(className))" }
        if let attribute { head += head.isEmpty ? attribute : ", \(attribute)" }
        let body = "found \(found)" + (accepted.map { ", accepted: \($0)" } ?? "")
        return (head.isEmpty ? body : "\(head): \(body)").printable
    }
}

extension String {
    private static let longestLine = 2_000

    /// Much of a message is text from the file, which must not steer a terminal nor fill it: control characters are written
    /// as `\u{1b}`, and a very long line is cut.
    fileprivate var printable: String {
        var text = ""
        for scalar in unicodeScalars.prefix(Self.longestLine) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return unicodeScalars.count > Self.longestLine ? text + "…" : text
    }
}
