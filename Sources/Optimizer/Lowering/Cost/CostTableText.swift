// A cost table as a text: a line for the format's version, then `name`, `origin` and each figure once, a line each.

/// Where the text of a cost table is wrong and how.
public struct CostTableError: Error, Hashable, Sendable, CustomStringConvertible {
    /// From 1.
    public let line: Int
    public let message: String
    public var description: String { "\(line): \(message)" }
}

extension CostTable {
    static let keyword = "venule-costs"
    static let version = "1"
    /// So that no product or quotient of figures and sizes leaves the range of numbers.
    static let figureRange = 1e-15...1e18
    /// No table comes near it.
    public static let mostTextBytes = 64 << 10

    /// The same table gives the same text.
    public var text: String {
        var lines = ["\(Self.keyword) \(Self.version)", "name \(name)", "origin \(origin)"]
        for figure in Self.figures { lines.append("\(figure.name) \(self[keyPath: figure.path])") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Reads ``text``. Empty lines, and lines that begin with `#`, mean nothing; the order of the lines behind the first is free.
    /// - Throws: ``CostTableError`` with the line, what was found and what was expected.
    public init(text: String) throws(CostTableError) {
        var lines = CostTableLines(text)
        try lines.readVersion()
        var entries: [String: String] = [:]
        var values: [Double?] = Self.figures.map { _ in nil }
        while let entry = try lines.next() {
            if entry.key == "name" || entry.key == "origin" {
                guard entries[entry.key] == nil else { throw lines.error("'\(entry.key)' is given twice") }
                if entry.key == "name" { try lines.checkName(entry.value) }
                entries[entry.key] = entry.value
            } else if let index = Self.figures.firstIndex(where: { $0.name == entry.key }) {
                guard values[index] == nil else { throw lines.error("'\(entry.key)' is given twice") }
                values[index] = try lines.figure(entry)
            } else {
                throw lines.error("'\(entry.key)' is no figure of a cost table; these are \(Self.figureNames)")
            }
        }
        let missing = ["name", "origin"].filter { entries[$0] == nil } + zip(Self.figures, values).filter { $0.1 == nil }.map(\.0.name)
        guard missing.isEmpty, let name = entries["name"], let origin = entries["origin"] else {
            throw lines.error("the table ends without \(missing.joined(separator: ", "))")
        }
        self = .standard
        self.name = name
        self.origin = origin
        for (figure, value) in zip(Self.figures, values) { self[keyPath: figure.path] = value ?? self[keyPath: figure.path] }
    }

    private static var figureNames: String { figures.map(\.name).joined(separator: ", ") }
}

/// The lines of a table's text, and errors that name them.
private struct CostTableLines {
    private let lines: [Substring]
    /// Of the line that was read last, from 1.
    private var number = 0

    init(_ text: String) {
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }

    func error(_ message: String) -> CostTableError { CostTableError(line: max(1, number), message: message) }

    mutating func readVersion() throws(CostTableError) {
        let found = try next()
        guard let found, found.key == CostTable.keyword else {
            throw error("this is no cost table: its first line is not '\(CostTable.keyword) \(CostTable.version)'")
        }
        guard found.value == CostTable.version else {
            throw error("a cost table of version \(found.value); this compiler reads version \(CostTable.version)")
        }
    }

    /// The next line that means something.
    mutating func next() throws(CostTableError) -> (key: String, value: String)? {
        while number < lines.count {
            let line = Self.trimmed(lines[number])
            number += 1
            guard let first = line.first, first != "#" else { continue }
            let key = line.prefix { !$0.isWhitespace }
            let value = Self.trimmed(line[key.endIndex...])
            guard !value.isEmpty else { throw error("'\(key.prefix(64))' has no value") }
            return (String(key.prefix(64)), String(value))
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...end]
    }

    func checkName(_ name: String) throws(CostTableError) {
        let isPlain = name.utf8.allSatisfy { byte in
            let character = Character(Unicode.Scalar(byte))
            return byte < 0x80 && (character.isLetter || character.isNumber || "-_.".contains(character))
        }
        guard isPlain, name.utf8.count <= 64 else {
            throw error("the name '\(name.prefix(64))': at most 64 letters, digits, '-', '_' and '.' are expected")
        }
    }

    func figure(_ entry: (key: String, value: String)) throws(CostTableError) -> Double {
        guard let value = Double(entry.value), value.isFinite, value > 0 else {
            throw error("\(entry.key): '\(entry.value.prefix(64))' is no number greater than 0")
        }
        guard CostTable.figureRange.contains(value) else {
            throw error("\(entry.key): \(entry.value) is not between 1e-15 and 1e18")
        }
        return value
    }
}
