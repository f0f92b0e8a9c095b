/// What a model asks of the importer wherever it stands: in the graph, in the graphs within its nodes, whether they would be
/// reached or not, and in the functions that are called.
struct ONNXSurvey {
    /// Operators that are not imported, in the order of the file, each with the name of its first node.
    private(set) var unknown: [(description: String, node: String, count: Int)] = []
    /// Whether a node is of the standard domain in the version that the model says.
    private(set) var usesModelVersion = false
    /// Functions that are called.
    private(set) var functions: [ONNXFunction] = []

    private let known: [ONNXFunctionKey: ONNXFunction]
    private var seen: Set<ONNXFunctionKey> = []

    init(_ model: ONNXModel) {
        known = model.functionsByKey
        visit(model.graph.nodes, hasOwnVersion: false)
    }

    private mutating func visit(_ nodes: [ONNXNode], hasOwnVersion: Bool) {
        for node in nodes {
            let key = ONNXFunctionKey(domain: node.domain, name: node.operatorName, overload: node.overload)
            if let function = known[key] {
                if seen.insert(key).inserted {
                    functions.append(function)
                    visit(function.nodes, hasOwnVersion: !function.opsets.isEmpty)
                }
            } else {
                if node.domain.isEmpty, !hasOwnVersion { usesModelVersion = true }
                if ONNXOperator.named(by: node) == nil { note(node) }
            }
            for case .graph(let graph) in node.attributes.map(\.value) { visit(graph.nodes, hasOwnVersion: hasOwnVersion) }
        }
    }

    private mutating func note(_ node: ONNXNode) {
        if let index = unknown.firstIndex(where: { $0.description == node.operatorDescription }) {
            unknown[index].count += 1
        } else {
            unknown.append((node.operatorDescription, node.name, 1))
        }
    }
}

// MARK: Problems
extension ONNXSurvey {
    static let notImported = "an operator that is not imported"

    /// One for each operator that is not imported.
    var operatorProblems: [ImportProblem] {
        unknown.map { name, node, count in
            ImportProblem(
                place: node, className: name, found: Self.notImported + (count == 1 ? "" : ", in \(count) nodes"), aspect: .operator)
        }
    }

    /// One for the model, and for each function that says a version of its own, if it is not known.
    func versionProblems(_ model: ONNXModel) -> [ImportProblem] {
        let versions = ONNXOperator.versions
        let sources = [("the model", model.opsets)] + functions.map { ("function \($0.name)", $0.opsets) }
        return sources.compactMap { place, opsets in
            guard let version = opsets[""], !versions.contains(version) else { return nil }
            return ImportProblem(
                place: place, attribute: "opset_import", found: "version \(version)",
                accepted: "\(versions.lowerBound) through \(versions.upperBound)", aspect: .version)
        }
    }
}

extension ONNXModel {
    var functionsByKey: [ONNXFunctionKey: ONNXFunction] {
        Dictionary(
            functions.map { (ONNXFunctionKey(domain: $0.domain, name: $0.name, overload: $0.overload), $0) },
            uniquingKeysWith: { first, _ in first })
    }
}
