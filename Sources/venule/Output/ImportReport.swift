import GraphIR
import Platform

/// What `import` says of a model.
struct ImportReport: Report {
    struct Architecture: Encodable {
        var name: String
        var parameters: [Parameter]
    }

    struct Parameter: Encodable {
        var name: String
        var value: Int
    }

    var model: String
    /// Nil where there are only operations, as in a graph.
    var architecture: Architecture?
    var inputs: [TensorReport]
    var outputs: [TensorReport]
    var parameterCount: Int
    /// Of one run; nil where they depend on the size of the input.
    var multiplyAccumulates: Int?
    /// With calls expanded.
    var operations: [CountReport]
    /// Of each function how many operations it has, calls counted as one.
    var functions: [CountReport]
    var assumptions: [String]
    var metadata: [RecordedFact]
    /// The graph's file.
    var written: String?
    var importSeconds: Double
    var peakResidentBytes = Int(clamping: venule_peak_resident_bytes())
    private let description: [String]

    private enum CodingKeys: CodingKey {
        case model, architecture, inputs, outputs, parameterCount, multiplyAccumulates, operations, functions, assumptions, metadata
        case written, importSeconds, peakResidentBytes
    }

    init(_ loaded: LoadedModel, written: String?, seconds: Double) {
        let graph = loaded.graph
        let main = graph.main
        model = loaded.path
        architecture = loaded.summary.map { summary in
            Architecture(name: summary.architecture, parameters: summary.parameters.map { Parameter(name: $0.name, value: $0.value) })
        }
        inputs = loaded.inputs.map { TensorReport(name: $0.name, $0.type) }
        outputs = main.outputs.map { TensorReport(name: $0.name, main.type(of: $0.value)) }
        parameterCount = graph.parameterCount
        multiplyAccumulates = graph.multiplyAccumulates()
        operations = graph.operationCounts.map { CountReport(name: $0.mnemonic, count: $0.count) }
        functions = graph.functions.map { CountReport(name: $0.name, count: $0.nodes.count) }
        assumptions = loaded.summary?.assumptions ?? []
        metadata = graph.metadata.map { RecordedFact(key: $0.key, value: $0.value) }
        self.written = written
        importSeconds = seconds
        description = ModelDescription.lines(of: loaded)
    }

    var lines: [String] { description + (written.map { [Format.line("written", $0)] } ?? []) }

    var details: [String] {
        functions.map { Format.line("function", "\($0.name), \(Format.grouped($0.count)) operations") }
            + [Format.line("imported in", "\(Format.duration(importSeconds)), \(Format.mebibytes(peakResidentBytes)) at the peak")]
    }
}
