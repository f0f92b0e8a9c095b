/// What `compare` and `verify` say.
struct ComparisonReport: Report {
    struct Side: Encodable {
        let path: String
        let kind: ComparedKind
    }

    /// A file that was written with a value inside.
    struct KeptFile: Encodable {
        let name: String
        let path: String
    }

    let a: Side
    let b: Side
    let input: String
    /// See `Tolerance`.
    let tolerance: Double
    /// What the plan's provenance says against the other file; nil where nothing.
    var otherSource: String?
    var outputs: [ComparedValue]
    /// The names of outputs that only one side has.
    var onlyA: [String]
    var onlyB: [String]
    /// Nil where only outputs were compared.
    var operations: [ComparedOperation]?
    /// The names of values inside that only one side has.
    var passedOver: [String]?
    var photographs: [ComparedPhotograph]?
    var written: [KeptFile] = []

    /// Whether people are told more of each output than how far it lies apart, and where the sides are from.
    var isDetailed = true

    init(_ comparison: Comparison, _ result: Comparison.Result, _ inputs: ComparedInputs, otherSource: String?) {
        a = Side(path: comparison.a.path, kind: comparison.a.kind)
        b = Side(path: comparison.b.path, kind: comparison.b.kind)
        input = inputs.description
        tolerance = comparison.tolerance
        self.otherSource = otherSource
        outputs = result.outputs
        let inside = Set(comparison.operations?.pairs.map(\.value) ?? [])
        // Arrays that were compared as values inside are no outputs that are missing.
        onlyA = result.onlyA.filter { comparison.a.kind != .stored || !inside.contains($0) }
        onlyB = result.onlyB.filter { comparison.b.kind != .stored || !inside.contains($0) }
        operations = result.operations
        passedOver = comparison.operations?.passedOver
    }

    private enum CodingKeys: String, CodingKey {
        case a, b, input, tolerance, otherSource, outputs, onlyA, onlyB, operations, passedOver, photographs, written, isWithinTolerance,
            failure
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(a, forKey: .a)
        try container.encode(b, forKey: .b)
        try container.encode(input, forKey: .input)
        try container.encode(tolerance, forKey: .tolerance)
        try container.encodeIfPresent(otherSource, forKey: .otherSource)
        try container.encode(outputs, forKey: .outputs)
        try container.encode(onlyA, forKey: .onlyA)
        try container.encode(onlyB, forKey: .onlyB)
        try container.encodeIfPresent(operations, forKey: .operations)
        try container.encodeIfPresent(passedOver, forKey: .passedOver)
        try container.encodeIfPresent(photographs, forKey: .photographs)
        try container.encode(written, forKey: .written)
        try container.encode(isWithinTolerance, forKey: .isWithinTolerance)
    }

    // MARK: The verdict

    var isWithinTolerance: Bool { failure == nil }

    /// The first operation whose value is beyond the tolerance.
    var firstBeyond: ComparedOperation? { operations?.first { !$0.value.isWithinTolerance } }

    /// What is beyond the tolerance, of outputs that by which it is exceeded most; nil where nothing is.
    var failure: String? {
        let beyond = outputs.filter { !$0.isWithinTolerance }
        let worst = beyond.max { $0.excess < $1.excess }
        let place = firstBeyond.map { "; the first operation beyond it is \($0.text)" } ?? ""
        if let worst { return "\(a.path): \(worst.failure(in: "output", against: b.path))\(place)" }
        if let first = firstBeyond { return "\(a.path): \(first.value.failure(in: "value", against: b.path))\(place)" }
        return photographs?.first { !$0.value.isWithinTolerance }.map {
            "\(a.path): \($0.value.failure(in: "map", against: b.path))"
        }
    }

    // MARK: Lines

    var lines: [String] {
        var lines: [String] = []
        if isDetailed { lines = sideLines }
        lines += outputs.flatMap { isDetailed ? $0.detailedLines(role: "output") : $0.briefLines }
        lines += photographs?.flatMap(\.lines) ?? []
        lines += operationLines
        lines += leftOutLines
        lines += written.map { Format.line("written", $0.path) }
        if isWithinTolerance { lines.append(Format.line("ok", "within the tolerance of \(Format.scientific(tolerance))")) }
        return lines
    }

    var details: [String] {
        var lines = isDetailed ? [] : sideLines + outputs.flatMap { $0.detailedLines(role: "output") }
        if let passedOver, !passedOver.isEmpty { lines.append(Format.line("passed over", Format.names(passedOver))) }
        return lines
    }

    private var sideLines: [String] {
        [("a", a), ("b", b)].map { Format.line($0, "\($1.path): \($1.kind.text)") }
            + ([a.kind, b.kind].contains { $0 != .stored } ? [Format.line("input", input)] : [])
    }

    private static func row(_ cells: [String]) -> String {
        let columns = [
            Format.left(cells[0], 6), Format.right(cells[1], 8), Format.right(cells[2], 8), Format.right(cells[3], 13),
        ]
        return "  \(columns.joined(separator: " "))  \(Format.left(cells[4], 22)) \(cells[5])"
    }

    private var leftOutLines: [String] {
        if !isDetailed { return onlyB.isEmpty ? [] : [Format.line("left out", "\(Format.names(onlyB)), which the plan does not compute")] }
        let longest = 8
        return [("only in a", onlyA), ("only in b", onlyB)].filter { !$0.1.isEmpty }.map { side, names in
            let more = names.count > longest ? " and \(Format.grouped(names.count - longest)) more" : ""
            return Format.line(side, Format.names(Array(names.prefix(longest))) + more)
        }
    }

    private var operationLines: [String] {
        guard let operations else { return [] }
        var lines = [Format.line("operations", "\(Format.grouped(operations.count)) values are compared")]
        if !operations.isEmpty {
            lines.append(Self.row(["", "largest", "mean", "ULP", "algorithm", "value, of the layers"]))
            lines += operations.map { Self.row($0.cells) }
        }
        if let first = firstBeyond {
            lines.append(Format.line("first beyond", "\(first.text), its value '\(first.value.name)'"))
            lines += first.value.detailedLines(role: nil)
        } else if outputs.contains(where: { !$0.isWithinTolerance }), !operations.isEmpty, [a.kind, b.kind].contains(.model) {
            lines.append(
                Format.line("first beyond", "none: what differs is between the last operation and the output, or what the passes made"))
        }
        for (side, notFinite) in [("a", \ComparedValue.notFinite), ("b", \ComparedValue.otherNotFinite)] {
            guard let first = operations.first(where: { $0.value[keyPath: notFinite] != nil }),
                let found = first.value[keyPath: notFinite]
            else { continue }
            lines.append(Format.line("not finite", "in \(side) first in \(first.text), its value '\(first.value.name)': \(found.text)"))
        }
        if let passedOver, !passedOver.isEmpty {
            lines.append(Format.line("passed over", "\(Format.grouped(passedOver.count)) that only one side has; -v names them"))
        }
        return lines
    }
}

extension ComparedOperation {
    /// Of its row in the table.
    fileprivate var cells: [String] {
        let difference = value.difference
        let source = layers == [value.name] ? "" : ", of \(layers.joined(separator: ", "))"
        return [
            value.isWithinTolerance ? "" : "beyond", difference.map { Format.scientific($0.largest) } ?? "-",
            difference.map { Format.scientific($0.mean) } ?? "-", difference?.ulp.map { Format.grouped($0.largest) } ?? "-", algorithm,
            value.name + source,
        ]
    }
}

extension ComparedValue {
    /// By how many times the accepted difference is exceeded.
    fileprivate var excess: Double { difference.map { $0.largest / accepted } ?? .infinity }

    fileprivate func failure(in role: String, against other: String) -> String {
        guard let difference else { return "\(role) '\(name)' is \(type), that of \(other) is \(otherType ?? type)" }
        return "differs from \(other) by \(Format.scientific(difference.largest)) in \(role) '\(name)', "
            + "at most \(Format.scientific(accepted)) is accepted"
    }

    fileprivate var briefLines: [String] {
        guard let difference else { return [] }
        return [Format.line(name, "largest \(Format.scientific(difference.largest)), mean \(Format.scientific(difference.mean))")]
            + notFiniteLines
    }

    /// - Parameter role: what the value is; nil where that was said before.
    func detailedLines(role: String?) -> [String] {
        var lines: [String] = []
        if let role {
            let other = (otherName.map { " and '\($0)'" } ?? "")
            lines.append(Format.line(role, "\(name)\(other): \(type)\(otherType.map { ", not \($0)" } ?? "")"))
        }
        if let difference {
            var place = ""
            if let position = difference.position {
                place = " at \(position): \(Format.exact(difference.found)), expected \(Format.exact(difference.expected))"
            }
            lines += [
                Format.line("  largest", "\(Format.scientific(difference.largest))\(place)"),
                Format.line("  mean", Format.scientific(difference.mean)),
                Format.line("  relative", "largest \(Format.scientific(difference.largestRelative))"),
            ]
            if let ulp = difference.ulp {
                lines.append(
                    Format.line("  ULP", "largest \(Format.grouped(ulp.largest)), mean \(Format.fixed(ulp.mean, decimals: 2))"))
            }
            lines.append(Format.line("  accepted", Format.scientific(accepted)))
        }
        return lines + notFiniteLines
    }

    private var notFiniteLines: [String] {
        [("a", notFinite), ("b", otherNotFinite)].compactMap { side, found in
            found.map { Format.line("  not finite", "in \(side): \($0.text)") }
        }
    }
}

extension Format {
    /// A float32 by as many digits as tell it from all others.
    fileprivate static func exact(_ value: Double) -> String { "\(Float(value))" }
}
