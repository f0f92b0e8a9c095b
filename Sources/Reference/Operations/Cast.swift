import GraphIR

extension OperationEvaluator {
    /// Conversion as ``GraphIR/Cast`` says.
    func cast(_ operation: Cast, _ operand: Tensor) -> Tensor {
        let element = operation.element
        let shape = operand.shape
        switch (operand.element, element) {
        case (.float32, .float32): return operand
        case (.float32, _):
            return Tensor(integers: operand.floats.map { element.integer($0) }, shape: shape, element: element)
        case (_, .float32): return Tensor(operand.integers.map { Float($0) }, shape: shape)
        default: return Tensor(integers: operand.integers.map { element.wrapping($0) }, shape: shape, element: element)
        }
    }
}
