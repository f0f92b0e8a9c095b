import GraphIR
import Importer
import Optimizer
import PlanFormat

/// What `inspect` says of a model or graph.
struct ModelReport: Report {
    var file: String
    /// `model` or `graph`.
    var kind: String
    /// What the importer has recognised the weights as; nil for graphs, and for models that say it all themselves.
    var architecture: ImportReport.Architecture?
    var inputs: [TensorReport]
    var outputs: [TensorReport]
    var parameterCount: Int
    /// Of one run; nil where the sides of the inputs are open.
    var multiplyAccumulates: Int?
    /// With calls expanded, by kind.
    var operationCounts: [CountReport]
    var functions: [FunctionReport]
    /// The function that a run evaluates.
    var mainFunction: String
    /// What the importer assumed where the file leaves something open.
    var assumptions: [String]
    var metadata: [RecordedFact]
    /// The page that was written.
    var page: PageReport?
    private let description: [String]

    private enum CodingKeys: CodingKey {
        case file, kind, architecture, inputs, outputs, parameterCount, multiplyAccumulates, operationCounts, functions, mainFunction
        case assumptions, metadata, page
    }

    init(_ model: LoadedModel) {
        let graph = model.graph
        let main = graph.main
        file = model.path
        kind = model.summary == nil ? "graph" : "model"
        if let summary = model.summary {
            architecture = ImportReport.Architecture(
                name: summary.architecture, parameters: summary.parameters.map { ImportReport.Parameter(name: $0.name, value: $0.value) })
        }
        inputs = model.inputs.map { TensorReport(name: $0.name, $0.type) }
        outputs = main.outputs.map { TensorReport(name: $0.name, main.type(of: $0.value)) }
        parameterCount = graph.parameterCount
        multiplyAccumulates = graph.multiplyAccumulates()
        operationCounts = graph.operationCounts.map { CountReport(name: $0.mnemonic, count: $0.count) }
        functions = graph.functions.map { FunctionReport($0, of: graph) }
        mainFunction = graph.mainName
        assumptions = model.summary?.assumptions ?? []
        metadata = graph.metadata.map { RecordedFact(key: $0.key, value: $0.value) }
        description = ModelDescription.lines(of: model)
    }

    var lines: [String] { description + (page?.lines ?? []) }

    /// The operations of each function, with the types of what they make.
    var details: [String] {
        functions.flatMap { function in
            ["", "function @\(function.name)"]
                + function.operations.map { operation in
                    let what = [operation.operation, operation.function.map { "@\($0)" } ?? ""] + operation.attributes
                    let results = operation.results.map { "\($0.element) \($0.shapeText)" }.joined(separator: ", ")
                    return "  \(Format.left(operation.name, 28)) \(what.filter { !$0.isEmpty }.joined(separator: " ")): \(results)"
                }
        }
    }
}

/// A function of a graph. Constants are told with the operations that read them.
struct FunctionReport: Encodable {
    struct Output: Encodable {
        var name: String
        /// The name of the value in the function.
        var value: String
    }

    struct Weights: Encodable {
        var name: String
        var element: String
        var shape: [Int]
        var bytes: Int
        /// The same for operations that share them.
        var constant: Int
    }

    struct Operation: Encodable {
        var name: String
        /// As in the graph's text: `convolution`, `relu`, `call`.
        var operation: String
        /// As there: `window 3x3`, `then relu`.
        var attributes: [String]
        /// Of a call the function.
        var function: String?
        /// Names of values, the constants not among them.
        var inputs: [String]
        var results: [TensorReport]
        var weights: [Weights]
        /// Nil where the sides are open, and of a call.
        var multiplyAccumulates: Int?
    }

    var name: String
    var inputs: [TensorReport]
    var outputs: [Output]
    var operations: [Operation]

    /// - Parameter symbols: what the function's symbols stand for in one of its calls; others stay.
    init(_ function: Function, of graph: Graph, symbols: [String: Dimension] = [:]) {
        func type(_ value: ValueID) -> TensorType { function.type(of: value).substituting(symbols) }
        name = function.name
        inputs = function.inputs.map { TensorReport(name: function[$0].name, type($0)) }
        outputs = function.outputs.map { Output(name: $0.name, value: function[$0.value].name) }
        let constants = function.constants
        operations = function.nodes.filter { !$0.operation.isConstant }.map { node in
            let operation = node.operation.substituting(symbols)
            var called: String?
            if case .call(let call) = node.operation { called = call.function }
            return Operation(
                name: node.name, operation: operation.keyword, attributes: operation.attributeTexts, function: called,
                inputs: node.inputs.filter { constants[$0] == nil }.map { function[$0].name },
                results: node.outputs.map { TensorReport(name: function[$0].name, type($0)) },
                weights: node.inputs.compactMap { input in
                    constants[input].map { Weights($0, graph.constants[$0], name: function[input].name) }
                },
                multiplyAccumulates: operation.multiplyAccumulates(operands: node.inputs.map(type), results: node.outputs.map(type)))
        }
    }
}

extension FunctionReport.Weights {
    fileprivate init(_ id: ConstantID, _ constant: Constant, name: String) {
        self.name = name
        element = PlanElement(constant.element).name.description
        shape = constant.shape
        bytes = constant.bytes.count
        self.constant = id.index
    }
}

extension Function {
    /// Which values are constants of the table.
    var constants: [ValueID: ConstantID] {
        var result: [ValueID: ConstantID] = [:]
        for node in nodes {
            if case .constant(let constant) = node.operation, let value = node.outputs.first { result[value] = constant.id }
        }
        return result
    }
}

extension Operation {
    var isConstant: Bool { if case .constant = self { true } else { false } }
}
