import GraphIR

extension Graph {
    /// The graph with float32 in place of inputs and outputs of types that are only stored: pictures and maps are of float32, and what is
    /// cast to fewer bits only to leave the model, or cast from them as it enters, need not be.
    public func withFloat32Borders() -> Graph {
        var result = self
        var main = self.main
        for input in main.inputs where main.type(of: input).element.isStorageOnly {
            let readers = main.nodes.filter { $0.inputs.contains(input) }
            let isOnlyCast = readers.allSatisfy { if case .cast = $0.operation { true } else { false } }
            // A cast from float32 to itself changes nothing, and a pass takes it away.
            if isOnlyCast, !main.outputs.contains(where: { $0.value == input }) { main[input].type.element = .float32 }
        }
        for index in main.outputs.indices {
            let value = main.outputs[index].value
            guard main.type(of: value).element.isStorageOnly, let maker = main.nodes.first(where: { $0.outputs == [value] }),
                case .cast = maker.operation, main.type(of: maker.inputs[0]).element == .float32
            else { continue }
            main.outputs[index].value = maker.inputs[0]
        }
        result.main = main
        return result
    }
}
