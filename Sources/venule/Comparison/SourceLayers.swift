import GraphIR

/// Tells which layers of a model an operation behind the passes has become of.
///
/// Passes keep the names of the values that they leave. So the layers of an operation are the nodes that lie, in the graph as it was
/// before the passes, between the values that the operation reads and those that it makes.
struct SourceLayers {
    private let function: Function
    private let valueOfName: [String: ValueID]
    private let producers: [ValueID: Int]

    /// - Parameter unrolled: the graph before the passes, with its calls inlined.
    init(_ unrolled: Graph) {
        let main = unrolled.main
        function = main
        valueOfName = Dictionary(
            main.values.indices.map { (main.values[$0].name, ValueID($0)) }, uniquingKeysWith: { first, _ in first })
        var producers: [ValueID: Int] = [:]
        for (index, node) in main.nodes.enumerated() {
            for output in node.outputs { producers[output] = index }
        }
        self.producers = producers
    }

    /// The names of the nodes that compute something, each once, in their order.
    ///
    /// - Parameters:
    ///   - value: the name of a value behind the passes; an operation may make several.
    ///   - node: that makes it there.
    ///   - known: the names of all values behind the passes, at which the search ends.
    func layers(of value: String, madeBy node: Node, known: Set<String>) -> [String] {
        var found = Set<Int>()
        var pending = valueOfName[value].map { [$0] } ?? []
        while let value = pending.popLast() {
            guard let index = producers[value], found.insert(index).inserted else { continue }
            for input in function.nodes[index].inputs where !known.contains(function[input].name) { pending.append(input) }
        }
        var names: [String] = []
        for index in found.sorted() {
            let source = function.nodes[index]
            switch source.operation {
            case .constant, .transpose, .dropout, .identity: continue
            default: if !names.contains(source.name) { names.append(source.name) }
            }
        }
        return names.isEmpty ? [node.name] : names
    }
}
