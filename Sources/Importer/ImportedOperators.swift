/// What the importer reads of the frameworks' operators and layers.
public enum ImportedOperators {
    /// An operator of ONNX.
    public struct ONNX: Hashable, Sendable {
        public let name: String
        /// Empty for the standard domain.
        public let domain: String
        /// The versions of the domain's operator set that brought or changed the operator, ascending, as far as they are read.
        public let versions: [Int]
        /// Names of the attributes that are understood, sorted. Another one is refused by its name.
        public let attributes: [String]
        /// How many operands a node may have; any number where the upper bound is `Int.max`.
        public let operands: ClosedRange<Int>
    }

    /// Sorted by name, those of the standard domain first.
    public static var onnx: [ONNX] {
        func listed(_ table: [String: ONNXOperator], _ domain: String, _ versions: (String) -> [Int]) -> [ONNX] {
            table.values.sorted { $0.name < $1.name }.map { known in
                ONNX(
                    name: known.name, domain: domain, versions: versions(known.name), attributes: known.attributes.sorted(),
                    operands: known.operands)
            }
        }
        return listed(ONNXOperator.table, "") { (ONNXOperator.history[$0] ?? []).filter(ONNXOperator.versions.contains) }
            + listed(ONNXOperator.previewTable, ONNXOperator.previewDomain) { _ in Array(ONNXOperator.previewVersions) }
    }

    /// The versions of the standard operator set that are read.
    public static var onnxVersions: ClosedRange<Int> { ONNXOperator.versions }

    /// The classes of Keras' layers, sorted.
    public static var kerasLayers: [String] { KerasLayerKinds.classNames.sorted() }
}
