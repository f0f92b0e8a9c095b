import ArgumentParser
import Importer

struct OperatorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operators",
        abstract: "Lists the operators of ONNX and the layers of Keras that are read.",
        discussion: """
            Of an operator of ONNX the versions of the operator set that brought or changed it, and the attributes that are \
            understood; an attribute that is not listed is refused by its name. Documentation/Importing.md says what of each is \
            not imported.

            EXAMPLE
              venule operators --json
            """)

    @OptionGroup var reporting: ReportOptions

    func run() throws {
        try reporting.write(OperatorListing())
    }
}

/// What `operators` prints.
private struct OperatorListing: Report {
    struct Operator: Encodable {
        var name: String
        /// Left out for the standard one.
        var domain: String?
        var versions: [Int]
        var attributes: [String]
        var leastOperands: Int
        /// Left out where there may be any number.
        var mostOperands: Int?
    }
    struct ONNX: Encodable {
        var firstVersion = ImportedOperators.onnxVersions.lowerBound
        var lastVersion = ImportedOperators.onnxVersions.upperBound
        var operators = ImportedOperators.onnx.map { known in
            Operator(
                name: known.name, domain: known.domain.isEmpty ? nil : known.domain, versions: known.versions, attributes: known.attributes,
                leastOperands: known.operands.lowerBound,
                mostOperands: known.operands.upperBound == .max ? nil : known.operands.upperBound)
        }
    }
    struct Keras: Encodable {
        var layers = ImportedOperators.kerasLayers
    }
    var onnx = ONNX()
    var keras = Keras()

    /// How many operands each operator of ONNX takes.
    var details: [String] {
        ["operands:"]
            + onnx.operators.map { known in
                let most = known.mostOperands.map { $0 == known.leastOperands ? "" : " through \($0)" } ?? " or more"
                return "  \(Format.left(known.domain.map { "\($0).\(known.name)" } ?? known.name, 36))\(known.leastOperands)\(most)"
            }
    }

    var lines: [String] {
        let names = onnx.operators.map { known in known.domain.map { "\($0).\(known.name)" } ?? known.name }
        let width = names.map(\.count).max() ?? 0
        let versions = onnx.operators.map { $0.versions.map(String.init).joined(separator: ", ") }
        let versionWidth = versions.map(\.count).max() ?? 0
        var lines = ["ONNX: \(onnx.operators.count) operators, operator sets \(onnx.firstVersion) through \(onnx.lastVersion)"]
        lines += zip(onnx.operators, zip(names, versions)).map { known, texts in
            let (name, versions) = texts
            let attributes = known.attributes.joined(separator: ", ")
            let row = "  \(Format.left(name, width))  \(attributes.isEmpty ? versions : Format.left(versions, versionWidth))"
            return attributes.isEmpty ? row : "\(row)  \(attributes)"
        }
        lines.append("Keras: \(keras.layers.count) classes of layers")
        return lines + keras.layers.map { "  \($0)" }
    }
}
