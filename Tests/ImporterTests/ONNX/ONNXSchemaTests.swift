import Foundation
import TestSupport
import Testing

@testable import Importer

/// The table of operators beside what the `onnx` package knows of them: Fixtures/onnx/schemas.txt.
@Suite struct ONNXSchemaTests {
    private struct Schema {
        var version: Int
        var operands: ClosedRange<Int>
        var attributes: Set<String>
    }
    /// All versions of each operator.
    private let schemas: [String: [Schema]]
    private let head: String

    init() throws {
        let lines = String(decoding: try Fixtures.bytes("onnx/schemas.txt"), as: UTF8.self).split(separator: "\n")
        head = String(lines[0])
        var schemas: [String: [Schema]] = [:]
        for line in lines.dropFirst() {
            let words = line.split(separator: " ").map(String.init)
            try #require(words.count == 5)
            let most = words[3] == "*" ? Int.max : try #require(Int(words[3]))
            schemas[words[0], default: []].append(
                Schema(
                    version: try #require(Int(words[1])), operands: try #require(Int(words[2]))...most,
                    attributes: Set(words[4] == "-" ? [] : words[4].split(separator: ",").map(String.init))))
        }
        self.schemas = schemas
    }

    /// Attributes that are refused by their names, since nothing here does what they ask for.
    private static let refused: [String: Set<String>] = ["Upsample": ["height_scale", "width_scale"]]

    /// Attributes of operators as they were before the package's history of them begins.
    private static let older: [String: Set<String>] = ["MeanVarianceNormalization": ["across_channels", "normalize_variance"]]

    /// Attributes of operator set 1 that only say where results may be put.
    private static let ignored: Set<String> = ["consumed_inputs"]

    @Test func theNewestOperatorSetIsRead() {
        #expect(head.contains("operator set \(ONNXOperator.versions.upperBound);"), "\(head)")
        #expect(ONNXOperator.versions.lowerBound == 1)
    }

    @Test func theHistoryIsThatOfTheSchemas() {
        #expect(ONNXOperator.history == schemas.mapValues { $0.map(\.version) })
    }

    /// Every attribute of every version is understood, or is refused knowingly, and none is understood that no version has.
    @Test(arguments: ONNXOperator.table.keys.sorted())
    func attributesAreThoseOfAllVersions(name: String) throws {
        let known = try #require(ONNXOperator.table[name])
        let versions = try #require(schemas[name], "no operator of the standard domain")
        let all = versions.reduce(into: Self.older[name] ?? []) { $0.formUnion($1.attributes) }
        let refused = Self.refused[name] ?? []
        #expect(known.attributes.union(refused).union(Self.ignored) == all.union(Self.ignored))
        #expect(known.attributes.isDisjoint(with: refused))
    }

    /// A node is never refused for having as many operands as some version of its operator takes.
    @Test(arguments: ONNXOperator.table.keys.sorted())
    func asManyOperandsAreTakenAsAnyVersionHas(name: String) throws {
        let known = try #require(ONNXOperator.table[name])
        for schema in try #require(schemas[name]) {
            #expect(known.operands.lowerBound <= schema.operands.lowerBound, "version \(schema.version)")
            #expect(known.operands.upperBound >= schema.operands.upperBound, "version \(schema.version)")
        }
    }
}
