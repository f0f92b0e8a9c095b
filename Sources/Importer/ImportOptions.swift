import GraphIR

/// What is known of a model's inputs when it is read, and how it is read.
public struct ImportOptions: Sendable {
    /// Sides of inputs by name, in the model's own order of axes. Inputs whose sides the file gives may be left out.
    public var inputShapes: [String: [Int]]
    /// Sides of the only input.
    public var inputShape: [Int]?
    /// Inputs that become constants, such as one that decides a shape.
    public var boundInputs: [String: Constant]
    /// Where libhdf5 runs, which damaged files can crash.
    public var hdf5: HDF5Isolation

    public init(
        inputShapes: [String: [Int]] = [:], inputShape: [Int]? = nil, boundInputs: [String: Constant] = [:],
        hdf5: HDF5Isolation = .none
    ) {
        self.inputShapes = inputShapes
        self.inputShape = inputShape
        self.boundInputs = boundInputs
        self.hdf5 = hdf5
    }
}
