import GraphIR
import Reference

/// A model as a side of a comparison: it is evaluated slowly and plainly, as it was imported.
struct ModelSide: ComparedSide {
    /// Bound to a size.
    let model: LoadedModel
    /// Whether arrays of the user's stand for some of its inputs.
    var hasBoundInputs = false
    /// As the plan does that it is compared with.
    var flushesSubnormals = false
    /// The graph behind the passes, for places in it.
    var optimised: Graph?

    var path: String { model.path }
    var kind: ComparedKind { .model }
    var outputNames: [String] { model.graph.main.outputs.map(\.name) }
    var isPositional: Bool { false }

    func outputs(
        _ names: [String], for inputs: ComparedInputs, watching places: [InnerPlace], take: @escaping (Int, Tensor) -> Void
    ) throws -> [String: Tensor] {
        var imported: [String: [Int]] = [:]
        var behindPasses: [String: [Int]] = [:]
        var reordered = Set<Int>()
        for (index, place) in places.enumerated() {
            switch place {
            case .model(let name, let channelsSecond):
                imported[name, default: []].append(index)
                if channelsSecond { reordered.insert(index) }
            case .optimised(let name): behindPasses[name, default: []].append(index)
            case .plan, .stored: continue
            }
        }
        let outputs = try evaluate(model.graph, inputs, imported) { [reordered] index, tensor in
            take(index, reordered.contains(index) ? tensor.reordered(Tensor.channelsSecond) : tensor)
        }
        if let optimised, !behindPasses.isEmpty { _ = try evaluate(optimised, inputs, behindPasses, take) }
        return outputs
    }

    private func evaluate(
        _ graph: Graph, _ inputs: ComparedInputs, _ watched: [String: [Int]], _ take: @escaping (Int, Tensor) -> Void
    ) throws -> [String: Tensor] {
        let names = model.inputs.map(\.name)
        let named = Dictionary(zip(names, inputs.tensors(for: names)), uniquingKeysWith: { first, _ in first })
        do throws(EvaluationError) {
            return try Evaluator(graph, flushesSubnormals: flushesSubnormals).run(named) { observation in
                guard !watched.isEmpty else { return }
                for index in watched[observation.name] ?? [] { take(index, observation.tensor) }
            }
        } catch {
            let failure = CommandFailure(error, place: path)
            guard hasBoundInputs, failure.status == .unsupported else { throw failure }
            throw CommandFailure(.usage, lines: ["--bind: \(path) cannot be evaluated with these arrays:"] + failure.lines)
        }
    }

    /// By the name that the model's own framework has for the value or the layer, or by that of the graph.
    func place(named name: String) -> InnerPlace? {
        let value = model.values[name]
        guard model.graph.innerValues.contains(where: { $0.name == value?.name ?? name }) else { return nil }
        return .model(value?.name ?? name, channelsSecond: value?.hasMovedChannels ?? false)
    }
}

/// A value that a node of a graph makes, calls followed.
struct GraphInnerValue {
    /// As `Evaluator.Observation` names it.
    let name: String
    let node: Node
    let type: TensorType
}

extension Graph {
    /// What the nodes of the main function make, and those of the functions that it calls, in the order of evaluation, without
    /// constants. Of values of the same name none is there: they could not be told apart.
    var innerValues: [GraphInnerValue] {
        var values: [GraphInnerValue] = []
        let functions = functionsByName()
        func visit(_ function: Function, _ path: [String]) {
            // Functions that call each other in a circle are refused when the graph is verified.
            guard path.count <= functions.count else { return }
            for node in function.nodes {
                switch node.operation {
                case .constant: continue
                case .call(let call):
                    if let callee = functions[call.function] { visit(callee, path + [node.name]) }
                default: break
                }
                for output in node.outputs {
                    values.append(
                        GraphInnerValue(
                            name: (path + [function[output].name]).joined(separator: "/"), node: node, type: function.type(of: output)))
                }
            }
        }
        visit(main, [])
        let counts = Dictionary(values.map { ($0.name, 1) }, uniquingKeysWith: +)
        return values.filter { counts[$0.name] == 1 }
    }
}
