import GraphIR

/// Removes transposes by letting the operations between them compute in another order of their axes.
///
/// Models from ONNX have images as `[N, C, H, W]`, while the graph's operations on images want `[N, H, W, C]`; so the importer puts
/// each of them between two transposes. Many operations do not care about the order: a sum is a sum in any order of
/// the axes, as long as both operands have the same. Such operations take the order in which their neighbours have the tensors, and
/// the transposes between them are no longer needed:
///
///     %a = convolution(%x, %w)                              %a = convolution(%x, %w)
///     %b = transpose(%a) { 0, 3, 1, 2 }                     %c = add(%a, %k′)
///     %c = add(%b, %k)            %k: f32[C, 1, 1]    =>    %d = concatenation(%c, %a) { axis = 3 }
///     %d = concatenation(%c, %b) { axis = 1 }               %f = convolution(%d, %v)
///     %e = transpose(%d) { 0, 2, 3, 1 }                     return %f
///     %f = convolution(%e, %v)                              with %k′: f32[C]
///     return %f
///
/// So do element-wise operations, arithmetic, concatenation, padding, softmax and others (see ``AxisFreedom``); the axes in their
/// attributes are renumbered and their constants transposed. Transposes that follow each other become one, or none where they
/// undo each other. A transpose beside a reshape that moves no element in memory becomes part of the reshape. The
/// transposes that are left stand where an operation needs another order than its neighbours have, at best only at the inputs and outputs
/// of the model.
///
/// Operations that read each other's results decide together for one order, the one in which the fewest elements are transposed at their
/// borders (see ``AxisOrders``). The time for a round is linear in the graph. A second round finds what the first one made possible.
public let eliminateTransposes = Pass(
    name: "eliminate-transposes", summary: "let operations compute in the order of axes in which tensors come"
) { (graph, changes) throws(PassError) in
    for index in graph.functions.indices {
        for _ in 0..<mostRounds where !graph.reorder(index, &changes) { break }
    }
}

/// Two rounds suffice for all but contrived graphs. The bound keeps the time linear for those too.
private let mostRounds = 8

extension Graph {
    /// One round over a function. Returns false where nothing is left to change.
    fileprivate mutating func reorder(_ index: Int, _ changes: inout Changes) -> Bool {
        let function = functions[index]
        guard function.nodes.contains(where: { if case .transpose = $0.operation { true } else { false } }) else { return false }
        let before = changes.count
        let sources = TransposeSources(function) { changes.permit($0) }
        var orders = AxisOrders(function, sources)
        for decision in orders.decisions.indices where !changes.permit(orders.decisions[decision].description) {
            orders.withdraw(decision)
        }
        let joins = function.reshapesOfTransposes(sources)
        let joinsReshapes = joins == 0 || changes.permit("\(joins) transposes joined with reshapes")
        guard changes.count > before else { return false }
        (functions[index], constants) = OrderRewriter.rewritten(
            function, sources, orders, constants, joinsReshapes: joinsReshapes)
        return true
    }
}

extension Function {
    /// How many transposes stand beside a reshape and move no element in memory, so that the reshape can give their shape itself.
    fileprivate func reshapesOfTransposes(_ sources: TransposeSources) -> Int {
        var isReshaped = [Bool](repeating: false, count: values.count)
        for node in nodes { if case .reshape = node.operation { isReshaped[node.outputs[0].index] = true } }
        return nodes.count { node in
            if case .reshape = node.operation {
                let (source, order) = sources.source(of: node.inputs[0], rank: type(of: node.inputs[0]).rank)
                return !order.isIdentity && order.keepsElements(of: type(of: source).shape)
            }
            if case .transpose = node.operation, sources.isTransparent(node.outputs[0]) {
                let (source, order) = sources.source(of: node.outputs[0], rank: 0)
                return isReshaped[source.index] && order.keepsElements(of: type(of: source).shape)
            }
            return false
        }
    }
}
