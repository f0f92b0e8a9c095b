import GraphIR
import Pages
import PlanFormat

/// A graph or a plan as a diagram, with what is known of each of its nodes.
struct OperationDiagram {
    enum Subject {
        /// An input or output of the model.
        case entry
        case operation(FunctionReport.Operation)
        /// The index of an operation of a plan.
        case planned(Int)
    }

    private(set) var diagram = Diagram()
    /// For each node.
    private(set) var subjects: [Subject] = []
    /// Operations that are left out because there are too many.
    private(set) var omittedCount = 0

    /// How many nodes people and browsers bear.
    static let mostNodes = 4000

    fileprivate mutating func add(_ node: Diagram.Node, _ subject: Subject) -> Int {
        diagram.nodes.append(node)
        subjects.append(subject)
        return diagram.nodes.count - 1
    }
}

// MARK: Graphs
extension OperationDiagram {
    /// A graph with every call drawn as a group of what the function does.
    ///
    /// - Parameters:
    ///   - groups: names of calls that passes have inlined: what is named after one is in its group.
    ///   - mostNodes: Beyond these, calls are drawn as single nodes, and then operations are left out.
    init(_ graph: Graph, groups: CallGroups = CallGroups([]), mostNodes: Int = .max) {
        let main = graph.main
        var writer = GraphDiagramWriter(graph, groups: groups, mostNodes: mostNodes)
        var sources: [ValueID: GraphDiagramWriter.Source] = [:]
        for input in main.inputs {
            let node = Diagram.Node(title: "input", name: main[input].name, shape: main.type(of: input).drawnText, kind: "input")
            sources[input] = GraphDiagramWriter.Source(node: writer.result.add(node, .entry), result: 0)
        }
        let results = writer.add(main, sources, symbols: [:], group: nil, depth: 0)
        for (output, source) in zip(main.outputs, results) {
            let node = Diagram.Node(title: "output", name: output.name, shape: main.type(of: output.value).drawnText, kind: "output")
            let index = writer.result.add(node, .entry)
            if let source { writer.result.diagram.edges.append(source.edge(to: index)) }
        }
        self = writer.result
    }
}

/// Draws functions with the calls in them.
private struct GraphDiagramWriter {
    struct Source {
        var node: Int
        var result: Int
        func edge(to node: Int) -> Diagram.Edge { Diagram.Edge(from: self.node, to: node, result: result) }
    }

    var result = OperationDiagram()
    private let graph: Graph
    private let functions: [String: Function]
    private var groups: CallGroups
    private var nodesLeft: Int
    private var sizes: [String: Int] = [:]

    init(_ graph: Graph, groups: CallGroups, mostNodes: Int) {
        self.graph = graph
        self.groups = groups
        functions = graph.functionsByName()
        nodesLeft = mostNodes
    }

    /// - Parameters:
    ///   - sources: the nodes that make the function's inputs.
    ///   - symbols: what the function's symbols stand for in this call.
    /// - Returns: for each output what makes it; nil for what is not drawn.
    mutating func add(
        _ function: Function, _ sources: [ValueID: Source], symbols: [String: Dimension], group: Int?, depth: Int
    ) -> [Source?] {
        var sources = sources
        let operations = FunctionReport(function, of: graph, symbols: symbols).operations
        func type(_ value: ValueID) -> TensorType { function.type(of: value).substituting(symbols) }
        for (node, operation) in zip(function.nodes.filter { !$0.operation.isConstant }, operations) {
            if case .call(let call) = node.operation, let callee = functions[call.function], depth < Limits.callDepth,
                size(of: callee, depth) <= nodesLeft
            {
                let title = node.name == callee.name ? callee.name : "\(node.name): \(callee.name)"
                let inner = result.addGroup(Diagram.Group(title: title, parent: group))
                let operands = Dictionary(
                    zip(callee.inputs, node.inputs.map { sources[$0] }).compactMap { input, source in source.map { (input, $0) } },
                    uniquingKeysWith: { first, _ in first })
                // A graph that verifies has calls that suit their functions.
                let bound = (try? callee.symbols(forInputs: node.inputs.map(type))) ?? [:]
                let results = add(callee, operands, symbols: bound, group: inner, depth: depth + 1)
                for (output, source) in zip(node.outputs, results) { sources[output] = source }
                continue
            }
            guard nodesLeft > 0 else {
                result.omit()
                continue
            }
            nodesLeft -= 1
            let named = group == nil ? groups.group(of: node.name, in: &result) : nil
            let shape = node.outputs.map { type($0).drawnText }.joined(separator: ", ")
            let index = result.add(
                Diagram.Node(
                    title: operation.title, name: node.name, label: named?.rest, shape: shape, kind: operation.operation,
                    group: group ?? named?.group),
                .operation(operation))
            // A value that is read twice is one connection.
            var known: Set<Diagram.Edge> = []
            for edge in node.inputs.compactMap({ sources[$0]?.edge(to: index) }) where known.insert(edge).inserted { result.addEdge(edge) }
            for (position, output) in node.outputs.enumerated() { sources[output] = Source(node: index, result: position) }
        }
        return function.outputs.map { sources[$0.value] }
    }

    /// The nodes of a function with its calls drawn.
    private mutating func size(of function: Function, _ depth: Int) -> Int {
        if let size = sizes[function.name] { return size }
        guard depth < Limits.callDepth else { return 1 }
        var size = 0
        for node in function.nodes where !node.operation.isConstant {
            var count = 1
            if case .call(let call) = node.operation, let callee = functions[call.function] { count = self.size(of: callee, depth + 1) }
            size = min(size + count, Limits.expandedNodeCount + 1)
        }
        sizes[function.name] = size
        return size
    }
}

extension OperationDiagram {
    /// - Returns: its index.
    mutating func addGroup(_ group: Diagram.Group) -> Int {
        diagram.groups.append(group)
        return diagram.groups.count - 1
    }
    fileprivate mutating func addEdge(_ edge: Diagram.Edge) { diagram.edges.append(edge) }
    fileprivate mutating func omit() { omittedCount += 1 }
}

extension FunctionReport.Operation {
    /// The operation with its window and what is fused behind it: `convolution 3x3, relu, pool 2x2`.
    fileprivate var title: String {
        if let function { return "\(operation) \(function)" }
        var title = operation
        for attribute in attributes {
            if let size = attribute.droppingPrefix("window ") { title += " \(size)" }
            // Of a fused pooling the size: that there is another result is seen.
            if let fused = attribute.droppingPrefix("then ") {
                title += ", \(fused.split(separator: " ").prefix(2).joined(separator: " "))"
            }
        }
        return title
    }
}

extension String {
    fileprivate func droppingPrefix(_ prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}

extension TensorType {
    /// `1x48x80x3`, `i64 2`; with symbols as in the graph's text.
    fileprivate var drawnText: String {
        guard let sides = staticShape else { return description }
        let shape = sides.isEmpty ? "scalar" : Format.shape(sides)
        return element == .float32 ? shape : "\(element.rawValue) \(shape)"
    }
}

// MARK: Plans
extension OperationDiagram {
    /// - Parameters:
    ///   - groups: names of calls: what is named after one is in its group.
    ///   - mostNodes: further operations are left out.
    init(_ plan: Plan, groups: CallGroups, mostNodes: Int = .max) {
        var groups = groups
        var producers: [Int: (node: Int, result: Int)] = [:]
        for (index, operation) in plan.operations.enumerated() {
            guard index < mostNodes else {
                omittedCount += 1
                continue
            }
            let name = String(decoding: operation.name, as: UTF8.self)
            let entry = operation.kernel.outputEntry.map { plan.outputs[$0] }
            let shape =
                entry.map { Format.shape(plan.shape(of: $0)) }
                ?? operation.results.map { plan.values[$0.index].drawnText }.joined(separator: ", ")
            let kind = operation.kernel.kindName
            let named = groups.group(of: name, in: &self)
            let node = add(
                Diagram.Node(title: operation.drawnTitle, name: name, label: named?.rest, shape: shape, kind: kind, group: named?.group),
                .planned(index))
            for source in Set(operation.sources.map(\.index)).sorted() {
                guard let producer = producers[source] else { continue }
                diagram.edges.append(Diagram.Edge(from: producer.node, to: node, result: producer.result))
            }
            for (position, result) in operation.results.enumerated() { producers[result.index] = (node, position) }
        }
    }
}

extension PlanValue {
    fileprivate var drawnText: String {
        guard let plain else { return "\(height)x\(width)x\(channels)" }
        let shape = plain.shape.isEmpty ? "scalar" : Format.shape(plain.shape)
        return plain.element == .float32 ? shape : "\(plain.element.text) \(shape)"
    }
}

extension PlanOperation {
    /// The operation with its window and what is fused behind it: `convolution 3x3, relu, pool 2x2`.
    fileprivate var drawnTitle: String {
        var title = kernel.kindName
        switch kernel {
        case .convolution(let p): title += " \(p.kernelHeight)x\(p.kernelWidth)"
        case .transposedConvolution(let p): title += " \(p.kernelHeight)x\(p.kernelWidth)"
        case .pooling(let p): title += " \(p.kernelHeight)x\(p.kernelWidth)"
        default: break
        }
        if let activation = kernel.resultActivation, activation.function != .identity { title += ", \(activation.function)" }
        if case .convolution(let p) = kernel, p.pools { title += ", pool \(p.poolingHeight)x\(p.poolingWidth)" }
        return title
    }
}
