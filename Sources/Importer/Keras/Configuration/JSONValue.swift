/// A JSON value as Python's `json` module writes it.
enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// Of a name that occurs twice the last one counts, as in Python.
    case object([String: JSONValue])

    /// The member of that name; nil where there is none or this is no object.
    subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let value) = self { value } else { nil } }
    /// A number without a fraction.
    var integer: Int? { number.flatMap { Int(exactly: $0) } }
    var flag: Bool? { if case .bool(let value) = self { value } else { nil } }
    var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
}

extension JSONValue: CustomStringConvertible {
    /// Short text for messages: `[1, 1]`, `'same'`, `none`; objects by their member names.
    var description: String {
        switch self {
        case .null: "none"
        case .bool(let value): value ? "true" : "false"
        case .number(let value): Int(exactly: value).map(String.init) ?? "\(value)"
        case .string(let text): "'\(text.prefix(80))'"
        case .array(let elements):
            "[\(elements.prefix(8).map(\.description).joined(separator: ", "))\(elements.count > 8 ? ", …" : "")]"
        case .object(let members) where members.isEmpty: "an empty object"
        case .object(let members): "an object of \(members.keys.sorted().prefix(8).joined(separator: ", "))"
        }
    }
}
