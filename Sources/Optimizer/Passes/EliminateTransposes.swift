import GraphIR

/// Lets operations that compute the same in any order of their axes compute in the order in which their neighbours have the
/// tensors, so that transposes between them are not needed. Images come as `[N, C, H, W]` from ONNX, each image operation
/// (which wants `[N, H, W, C]`) between two transposes:
///
///     %a = convolution(%x, %w)                              %a = convolution(%x, %w)
///     %b = transpose(%a) { 0, 3, 1, 2 }                     %c = add(%a, %k′)
///     %c = add(%b, %k)            %k: f32[C, 1, 1]    =>    %d = concatenation(%c, %a) { axis = 3 }
///     %d = concatenation(%c, %b) { axis = 1 }               %f = convolution(%d, %v)
///     %e = transpose(%d) { 0, 2, 3, 1 }                     return %f
///     %f = convolution(%e, %v)                              with %k′: f32[C]
///     return %f
///
/// Element-wise operations and arithmetic, concatenation, padding, softmax and the like go along, their axes renumbered and
/// their constants transposed. Transposes that follow each other become one, or none; one that a reshape undoes, or that
/// moves axes of one element behind a reshape, becomes part of the reshape. What is left stands where an operation
/// needs the other order, at best at the inputs and outputs of the model.
///
/// All operations that meet decide together, by the number of elements that would be transposed at their borders (see
/// ``AxisOrders``), hence in time linear in the graph; a second round sees what the first one made.
public let eliminateTransposes = Pass(
    name: "eliminate-transposes", summary: "let operations compute in the order of axes in which tensors come"
) { (graph, changes) throws(PassError) in
    for index in graph.functions.indices {
        for _ in 0..<mostRounds where !graph.reorder(index, &changes) { break }
    }
}

/// Two rounds do for all but contrived graphs; each costs less than the one before leaves.
private let mostRounds = 8

extension Graph {
    /// One round over a function; false where nothing is left to change.
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
    /// How many transposes move no element beside a reshape, which can give their shape as well.
    fileprivate func reshapesOfTransposes(_ sources: TransposeSources) -> Int {
        var isReshaped = [Bool](repeating: false, count: values.count)
        for node in nodes { if case .reshape = node.operation { isReshaped[node.outputs[0].index] = true } }
        return nodes.count { node in
            switch node.operation {
            case .reshape:
                let (source, order) = sources.source(of: node.inputs[0], rank: type(of: node.inputs[0]).rank)
                return !order.isIdentity && order.keepsElements(of: type(of: source).shape)
            case .transpose where sources.isTransparent(node.outputs[0]):
                let (source, order) = sources.source(of: node.outputs[0], rank: 0)
                return isReshaped[source.index] && order.keepsElements(of: type(of: source).shape)
            default: return false
            }
        }
    }
}
