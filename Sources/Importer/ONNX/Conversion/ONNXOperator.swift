import GraphIR

/// An operator of ONNX, and how its nodes become operations of the graph.
struct ONNXOperator: Sendable {
    /// - Returns: the values of the node's outputs, in order; outputs at the end that nobody wants may be missing.
    typealias Convert = @Sendable (inout ONNXConversion, ONNXCall) throws(ONNXError) -> [ONNXValue]

    let name: String
    /// Names of the attributes that are understood, those of older versions included. Others are refused.
    let attributes: Set<String>
    let operands: ClosedRange<Int>
    /// Throws for attributes that are refused whatever the operands are, so that they are reported even of a node whose
    /// operands could not be converted.
    let examine: Examine
    let convert: Convert

    typealias Examine = @Sendable (ONNXCall) throws(ONNXError) -> Void

    init(
        _ name: String, _ attributes: Set<String> = [], _ operands: ClosedRange<Int>,
        examine: @escaping Examine = { _ throws(ONNXError) in }, _ convert: @escaping Convert
    ) {
        self.name = name
        self.attributes = attributes
        self.operands = operands
        self.examine = examine
        self.convert = convert
    }

    /// One operand.
    init(_ name: String, _ attributes: Set<String> = [], _ convert: @escaping Convert) {
        self.init(name, attributes, 1...1, convert)
    }

    /// Versions of the standard operator set that are known.
    static let versions = 1...28

    /// The operators of the standard domain by name.
    static let table: [String: ONNXOperator] = Dictionary(
        [
            activations, arithmetic, attentions, bits, causalConvolutions, comparisons, controlFlow, convolutions, dataDependentShapes,
            deformableConvolutions, determinants, [einsum], gridSamples, integerProducts, lookups, losses, masks, normalizations, norms,
            orders, paddings, poolings, products, quantizations, rearrangements, recurrences, reductions, regionAlignment, resizes,
            scatters, shapes, slices, spectra, thresholds,
        ].joined()
            .map { ($0.name, $0) },
        uniquingKeysWith: { first, _ in first })

    /// The domain of operators that are not in the standard yet.
    static let previewDomain = "ai.onnx.preview"
    static let previewVersions = 1...1

    /// The operators of that domain by name.
    static let previewTable: [String: ONNXOperator] = Dictionary(
        previewAttentions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    /// The operator of a node; nil where it is not imported.
    static func named(by node: ONNXNode) -> ONNXOperator? {
        switch node.domain {
        case "": table[node.operatorName]
        case previewDomain: previewTable[node.operatorName]
        default: nil
        }
    }
}
