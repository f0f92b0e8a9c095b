import FoundationEssentials
import Hashing

/// A page of HTML in one file, which opens without a network: all of its styles and scripts are in it, and its content security
/// policy lets a browser run and load nothing else, whatever its texts say.
///
/// Every page has the shared styles and script of `Resources/page.css` and `Resources/page.js`: colours for light and dark, the switch
/// between them, tables, buttons, notices.
public struct Page: Sendable {
    public var title: String
    /// Markup of this program's own; texts of others go into it by ``escaped(_:)``.
    public var body: String
    /// Behind the shared ones. Attributes `style` have no effect in a page.
    public var styles: [String]
    public var scripts: [String]
    /// What the scripts read as `JSON.parse(document.getElementById("data").textContent)`.
    public var json: String?

    public init(title: String, body: String, styles: [String] = [], scripts: [String] = [], json: String? = nil) {
        self.title = title
        self.body = body
        self.styles = styles
        self.scripts = scripts
        self.json = json
    }

    /// The page's text.
    public var html: String {
        let style = ([PageResource.text(PackageResources.page_css)] + styles).joined(separator: "\n")
        let script = ([PageResource.text(PackageResources.page_js)] + scripts).joined(separator: "\n")
        let policy =
            "default-src 'none'; style-src '\(Self.hash(of: style))'; script-src '\(Self.hash(of: script))'; img-src data:; "
            + "base-uri 'none'; form-action 'none'"
        let data = json.map { "<script type=\"application/json\" id=\"data\">\(Self.embedded(json: $0))</script>\n" } ?? ""
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <meta name="color-scheme" content="light dark">
            <title>\(Self.escaped(title))</title>
            <style>\(style)</style>
            </head>
            <body>
            \(body)
            \(data)<script>\(script)</script>
            </body>
            </html>

            """
    }

    /// As content security policies name what may be run.
    private static func hash(of text: String) -> String {
        var hash = SHA256()
        hash.update(Array(text.utf8))
        return "sha256-\(Data(hash.finalize()).base64EncodedString())"
    }
}

// MARK: Texts of others
extension Page {
    /// A text between tags, or in a quoted attribute.
    public static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // No character of HTML.
            case "\0": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Texts in a page's JSON are cut behind so many characters, since a file may have names of any length.
    public static let longestText = 400

    /// JSON as it stands in a script element: nothing in it can end the element or begin a comment, and long texts are cut.
    public static func embedded(json: String) -> String {
        var result: [UInt8] = []
        var isInText = false
        var length = 0
        var bytes = json.utf8.makeIterator()
        while let byte = bytes.next() {
            if byte == UInt8(ascii: "\"") {
                if isInText, length > longestText { result += Array("…".utf8) }
                isInText.toggle()
                length = 0
                result.append(byte)
                continue
            }
            // Continuing bytes of a character go where its first has gone.
            let isContinuing = byte & 0xC0 == 0x80
            if isInText, !isContinuing { length += 1 }
            let isKept = !isInText || length <= longestText
            if byte == UInt8(ascii: "\\") {
                // An escape is one character; \u and its digits are cut only before or behind them.
                let escape = bytes.next() ?? UInt8(ascii: "\\")
                var whole = [byte, escape]
                if escape == UInt8(ascii: "u") { for _ in 0..<4 { whole.append(bytes.next() ?? UInt8(ascii: "0")) } }
                if isKept { result += whole }
            } else if isKept {
                switch byte {
                case UInt8(ascii: "<"): result += Array("\\u003c".utf8)
                case UInt8(ascii: ">"): result += Array("\\u003e".utf8)
                case UInt8(ascii: "&"): result += Array("\\u0026".utf8)
                default: result.append(byte)
                }
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// Files of `Resources/`, which are compiled into the program.
enum PageResource {
    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension Page {
    /// The page that shows what a model or plan holds.
    ///
    /// - Parameter json: what `Resources/inspect.js` describes.
    public static func inspection(title: String, json: String) -> Page {
        Page(
            title: title, body: PageResource.text(PackageResources.inspect_html), styles: [PageResource.text(PackageResources.inspect_css)],
            scripts: [
                PackageResources.inspect_js, PackageResources.inspect_graph_js, PackageResources.inspect_pictures_js,
                PackageResources.inspect_tables_js,
            ].map(PageResource.text), json: json)
    }
}
