import GraphIR

/// What is known of a model's inputs when it is read.
public struct ImportOptions: Sendable {
    /// Sides of inputs by name, in the model's own order of axes. Inputs whose sides the file gives may be left out.
    public var inputShapes: [String: [Int]]
    /// Sides of the only input.
    public var inputShape: [Int]?
    /// Inputs that become constants, such as one that decides a shape.
    public var boundInputs: [String: Constant]

    public init(
        inputShapes: [String: [Int]] = [:], inputShape: [Int]? = nil, boundInputs: [String: Constant] = [:]
    ) {
        self.inputShapes = inputShapes
        self.inputShape = inputShape
        self.boundInputs = boundInputs
    }
}
