import GraphIR
import Optimizer
import PlanFormat

/// What is inside of a plan, in terms of the model that it was made of.
///
/// The model goes through the same passes again and gets the same kernels; operations of both plans are matched by their names.
struct PlanOfModel {
    /// A value of the graph behind the passes that the plan holds too.
    struct Value {
        /// In the graph.
        let name: String
        let place: PlanPlace
        /// That makes it, in the plan.
        let operation: PlanOperationID
        /// Of the model.
        let layers: [String]
    }

    /// The graph behind the passes.
    let optimised: Graph
    /// In the order of the plan's operations.
    let values: [Value]
    /// Values that only the plan or only the graph holds.
    let passedOver: [String]

    /// - Parameter model: for the plan's size, with its outputs.
    init(_ plan: Plan, of model: LoadedModel) throws {
        let limit = plan.provenance("options.changes").flatMap(Int.init)
        var graph = model.graph
        var unrolled = model.graph
        do throws(PassError) {
            try PassManager(changeLimit: limit).run(&graph, pipeline: Pipelines.standard.map(\.pass))
            try PassManager().run(&unrolled, pipeline: [unrollIterations])
        } catch {
            throw CommandFailure(error, place: model.path)
        }
        let lowered: LoweredValues
        do throws(CompileError) {
            lowered = try Compiler.values(of: graph)
        } catch {
            throw CommandFailure(error, place: model.path)
        }
        optimised = graph
        let main = graph.main
        let layers = SourceLayers(unrolled)
        let known = Set(main.values.map(\.name))
        let (ours, made) = (PlanValues(of: plan), PlanValues(of: lowered.plan))
        var values: [Value] = []
        var passedOver: [String] = []
        var matched = Set<PlanValueID>()
        for place in lowered.places {
            let name = main[place.value].name
            let found = place.values.compactMap { made.key(of: $0) }.compactMap { ours[$0] }
            guard found.count == place.values.count, let last = found.last,
                zip(found, place.values).allSatisfy({ plan.values[$0.place.values[0].index].isLike(lowered.plan.values[$1.index]) })
            else {
                passedOver.append(name)
                continue
            }
            let ids = found.flatMap(\.place.values)
            matched.formUnion(ids)
            values.append(
                Value(
                    name: name,
                    place: PlanPlace(values: ids, axes: place.axes, shape: main.type(of: place.value).staticShape ?? []),
                    operation: last.operation, layers: layers.layers(of: name, madeBy: main.nodes[place.node], known: known)))
        }
        for value in ours.values where !matched.isSuperset(of: value.place.values) { passedOver.append(value.key.text) }
        self.values = values.sorted { $0.operation.index < $1.operation.index }
        self.passedOver = passedOver
    }
}

extension PlanValue {
    /// Whether another value has the same elements, wherever it lies and however many of its rows are in memory.
    fileprivate func isLike(_ other: PlanValue) -> Bool {
        (height, width, channels, plain) == (other.height, other.width, other.channels, other.plain)
    }
}
