import GraphIR

/// What the caller knows about a model's inputs when it is read, and how it is to be read.
public struct ImportOptions: Sendable {
    /// Sides of inputs by name, in the model's own order of axes. Inputs whose sides the file gives may be left out.
    public var inputShapes: [String: [Int]]
    /// Sides of the only input.
    public var inputShape: [Int]?
    /// Inputs that become constants, such as one that decides the shape of something.
    public var boundInputs: [String: Constant]
    /// The path of a JSON file with the architecture of a Keras model (`to_json`), of which the file that is read has the weights.
    /// Where that file has an architecture of its own, this one takes its place.
    public var architecture: String?
    /// In which process libhdf5 runs. Damaged files can crash it.
    public var hdf5: HDF5Isolation

    public init(
        inputShapes: [String: [Int]] = [:], inputShape: [Int]? = nil, boundInputs: [String: Constant] = [:],
        architecture: String? = nil, hdf5: HDF5Isolation = .none
    ) {
        self.inputShapes = inputShapes
        self.inputShape = inputShape
        self.boundInputs = boundInputs
        self.architecture = architecture
        self.hdf5 = hdf5
    }
}
