import Evaluation

/// Curves between 0 and 1 as SVG.
struct CurveChart {
    let title: String
    let x: String
    let y: String
    /// Whether the line of what knows nothing is drawn.
    var hasDiagonal = false
    private var parts: [String] = []

    /// Side of the square, and room for text on its left and top.
    private static let (side, left, top) = (400.0, 48.0, 34.0)

    init(title: String, x: String, y: String) {
        self.title = title
        self.x = x
        self.y = y
    }

    /// - Parameter style: the class of the line.
    mutating func add(_ curve: Curve, style: String) {
        let points = curve.points.map { Self.place($0.x, $0.y) }.joined(separator: " ")
        parts.append("<polyline class=\"\(style)\" points=\"\(points)\"/>")
    }

    mutating func mark(x: Double, y: Double, label: String) {
        let place = Self.place(x, y).split(separator: ",")
        // Beside the point, on the side where there is room.
        let (anchor, offset) = x > 0.6 ? ("end", -12.0) : ("start", 12.0)
        parts.append("<circle class=\"mark\" cx=\"\(place[0])\" cy=\"\(place[1])\" r=\"5\"/>")
        let (column, row) = (Self.left + x * Self.side + offset, Self.top + (1 - y) * Self.side + 18)
        parts.append(
            "<text x=\"\(Self.number(column))\" y=\"\(Self.number(row))\" text-anchor=\"\(anchor)\">\(label.forHTML)</text>")
    }

    func figure(caption: String) -> String {
        let ticks = stride(from: 0, through: 10, by: 2).map { Double($0) / 10 }
        var lines = ticks.flatMap { tick in
            [
                "<path class=\"grid\" d=\"M\(Self.place(tick, 0)) L\(Self.place(tick, 1))\"/>",
                "<path class=\"grid\" d=\"M\(Self.place(0, tick)) L\(Self.place(1, tick))\"/>",
                Self.text(Format.fixed(tick, decimals: 1), Self.left + tick * Self.side, Self.top + Self.side + 18, "middle"),
                Self.text(Format.fixed(tick, decimals: 1), Self.left - 8, Self.top + (1 - tick) * Self.side + 4, "end"),
            ]
        }
        if hasDiagonal { lines.append("<path class=\"diagonal\" d=\"M\(Self.place(0, 0)) L\(Self.place(1, 1))\"/>") }
        lines += parts
        lines.append(Self.text(x, Self.left + Self.side / 2, Self.top + Self.side + 38, "middle"))
        let middle = Self.number(Self.top + Self.side / 2)
        lines.append("<text transform=\"translate(13 \(middle)) rotate(-90)\" text-anchor=\"middle\">\(y.forHTML)</text>")
        let (width, height) = (Self.number(Self.left + Self.side + 16), Self.number(Self.top + Self.side + 48))
        return """
            <figure><svg viewBox="0 0 \(width) \(height)" role="img" aria-label="\(title.forHTML), \(caption.forHTML)">
            <text class="title" x="\(Self.number(Self.left))" y="18">\(title.forHTML)</text>
            \(lines.joined(separator: "\n"))
            </svg><figcaption>\(caption.forHTML)</figcaption></figure>
            """
    }

    private static func text(_ text: String, _ x: Double, _ y: Double, _ anchor: String) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(text.forHTML)</text>"
    }

    private static func place(_ x: Double, _ y: Double) -> String { "\(number(left + x * side)),\(number(top + (1 - y) * side))" }

    private static func number(_ value: Double) -> String { Format.fixed(value, decimals: 1) }
}
