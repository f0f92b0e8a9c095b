import Testing

@testable import Optimizer

@Suite struct CostTableTests {
    private static let text = CostTable.standard.text

    @Test func tablesPrintAndReadBack() throws {
        for table in CostTable.stored {
            #expect(try CostTable(text: table.text) == table)
            let entries = Dictionary(uniqueKeysWithValues: table.provenance.map { ($0.key, $0.value) })
            #expect(CostTable { entries[$0] } == table)
            #expect(entries["costs.sha256"] == table.sha256 && table.sha256.count == 64)
        }
        #expect(Set(CostTable.stored.map(\.name)).count == CostTable.stored.count)
        #expect(Set(CostTable.stored.map(\.sha256)).count == CostTable.stored.count)
        #expect(CostTable.stored.contains(.standard))
        #expect(CostTable { _ in nil } == nil)
    }

    /// Comments, empty lines, ends of lines and the order of the lines make no difference; every figure makes one.
    @Test func whatTheTextMeans() throws {
        let lines = Self.text.split(separator: "\n").map(String.init)
        let shuffled =
            [lines[0], "# a comment", ""] + lines.dropFirst().reversed().map { "  " + $0.replacing(" ", with: "\t", maxReplacements: 1) }
        #expect(try CostTable(text: shuffled.joined(separator: "\r\n")) == .standard)
        for figure in CostTable.figures {
            var table = CostTable.standard
            table[keyPath: figure.path] *= 1.5
            #expect(table.sha256 != CostTable.standard.sha256)
            #expect(try CostTable(text: table.text) == table)
        }
    }

    @Test(arguments: [
        ("", 1, "first line is not 'venule-costs 1'"),
        ("name x\n", 1, "first line is not 'venule-costs 1'"),
        ("venule-costs 2\n", 1, "version 2; this compiler reads version 1"),
        ("venule-costs 1\nspeed 5\n", 2, "'speed' is no figure"),
        ("venule-costs 1\n\nname a b\n", 3, "the name 'a b'"),
        ("venule-costs 1\nname x\nname x\n", 3, "'name' is given twice"),
        ("venule-costs 1\nnear-bytes 1\nnear-bytes 1\n", 3, "'near-bytes' is given twice"),
        ("venule-costs 1\nnear-bytes\n", 2, "'near-bytes' has no value"),
        ("venule-costs 1\nnear-bytes many\n", 2, "near-bytes: 'many' is no number greater than 0"),
        ("venule-costs 1\nnear-bytes -3\n", 2, "'-3' is no number greater than 0"),
        ("venule-costs 1\nnear-bytes nan\n", 2, "'nan' is no number greater than 0"),
        ("venule-costs 1\nnear-bytes inf\n", 2, "'inf' is no number greater than 0"),
        ("venule-costs 1\nnear-bytes 1e30\n", 2, "not between 1e-15 and 1e18"),
        ("venule-costs 1\nname x\norigin y\n", 4, "ends without multiply-accumulates-per-second, products-per-second"),
    ])
    func badTextsAreRefusedWithTheirLine(text: String, line: Int, message: String) {
        let error = #expect(throws: CostTableError.self) { try CostTable(text: text) }
        #expect(error?.line == line && error?.message.contains(message) == true, "\(String(describing: error))")
    }
}
