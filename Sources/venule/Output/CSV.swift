/// Tables as text with commas, quoted as RFC 4180 says; lines end with a line feed.
enum CSV {
    /// A row with the line feed behind it. A field with a comma, a quote or a line break is put in quotes, its own are doubled.
    static func row(_ fields: [String]) -> String {
        fields.map(field).joined(separator: ",") + "\n"
    }

    private static func field(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// The rows of a table, whose lines may end with a carriage return too. A last row whose line does not end is left out: its
    /// writer was interrupted.
    static func completeRows(of text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field = ""
        var isQuoted = false
        var wasQuote = false
        for scalar in text.unicodeScalars {
            if isQuoted, !wasQuote {
                if scalar == "\"" { wasQuote = true } else { field.unicodeScalars.append(scalar) }
                continue
            }
            if wasQuote {
                wasQuote = false
                if scalar == "\"" {
                    field += "\""
                    continue
                }
                isQuoted = false
            }
            switch scalar {
            case "\"" where field.isEmpty: isQuoted = true
            case ",":
                row.append(field)
                field = ""
            case "\n":
                if field.unicodeScalars.last == "\r" { field.unicodeScalars.removeLast() }
                rows.append(row + [field])
                row = []
                field = ""
            default: field.unicodeScalars.append(scalar)
            }
        }
        return rows
    }
}
