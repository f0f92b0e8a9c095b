// What the rules of operations on tensors of any kind have in common.

func requireBool(_ type: TensorType, _ role: String) throws(GraphError) {
    guard type.element == .bool else { throw GraphError("\(role) has to be bool, not \(type.element.rawValue)") }
}

/// Floats or integers.
func requireNumbers(_ type: TensorType, _ role: String) throws(GraphError) {
    guard type.element != .bool else { throw GraphError("\(role) has to be numbers, not bool") }
}

func requireIntegers(_ type: TensorType, _ role: String) throws(GraphError) {
    guard !type.element.isFloat, type.element != .bool else {
        throw GraphError("\(role) has to be integers, not \(type.element.rawValue)")
    }
}

func requireSameElement(_ left: TensorType, _ right: TensorType) throws(GraphError) {
    guard left.element == right.element else { throw GraphError("\(left) and \(right) differ in their element") }
}

/// Axes of a tensor, ascending, each once.
func requireAxes(_ axes: [Int], of type: TensorType) throws(GraphError) {
    for (index, axis) in axes.enumerated() {
        try requireAxis(axis, of: type)
        guard index == 0 || axes[index - 1] < axis else { throw GraphError("the axes \(axes) do not ascend") }
    }
}
