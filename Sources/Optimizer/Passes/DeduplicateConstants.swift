import GraphIR

/// Keeps each constant once. The table of constants holds equal contents as one entry already; behind this pass each function
/// also has a single node for an entry, and entries that no node mentions are gone from the table.
///
///     table: #0 = f32[3] …, #1 = f32[2] …       table: #0 = f32[2] …
///     %a = constant #1                          %a = constant #0
///     %b = constant #1                    =>    %c = add(%a, %a)
///     %c = add(%a, %b)                          return %c
///     return %c
public let deduplicateConstants = Pass(
    name: "deduplicate-constants", summary: "keep each constant once, and only those in use"
) { (graph, changes) throws(PassError) in
    for index in graph.functions.indices {
        let before = changes.count
        var editor = FunctionEditor(graph.functions[index])
        editor.mergeConstants(&changes)
        if changes.count > before { graph.functions[index] = editor.finish() }
    }
    graph.dropUnusedConstants(&changes)
}

extension FunctionEditor {
    fileprivate mutating func mergeConstants(_ changes: inout Changes) {
        var known: [ConstantID: ValueID] = [:]
        for slot in slots {
            guard let node = node(slot), case .constant(let constant) = node.operation else { continue }
            guard let value = known[constant.id] else {
                known[constant.id] = node.outputs[0]
                continue
            }
            guard changes.permit("'\(node.name)' is the same constant as one before") else { return }
            erase(slot)
            replaceUses(of: node.outputs[0], with: value)
        }
    }
}

extension Graph {
    /// Drops the entries that no node mentions. Those in use keep their order and are numbered anew.
    fileprivate mutating func dropUnusedConstants(_ changes: inout Changes) {
        let used = Set(
            functions.flatMap(\.nodes).compactMap { node -> ConstantID? in
                if case .constant(let constant) = node.operation { constant.id } else { nil }
            })
        let unused = constants.count - used.count
        guard unused > 0, changes.permit("\(unused) of \(constants.count) constants dropped: nobody reads them") else { return }
        let kept = used.sorted()
        let renumbered = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, ConstantID($0)) })
        constants = constants.subset(kept)
        for function in functions.indices {
            for node in functions[function].nodes.indices {
                guard case .constant(var constant) = functions[function].nodes[node].operation,
                    let id = renumbered[constant.id]
                else { continue }
                constant.id = id
                functions[function].nodes[node].operation = .constant(constant)
            }
        }
    }
}
