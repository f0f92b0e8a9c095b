import GraphIR

/// A value of the graph that stands for a tensor of the model.
struct KerasTensor: Hashable, Sendable {
    var value: ValueID
    /// Whether the model's tensor is `[N, C, H, W]` while the value is `[N, H, W, C]`, the order of the IR's images.
    var isPermuted = false

    /// The value's axis that is the tensor's axis.
    func storedAxis(_ axis: Int) -> Int { isPermuted ? [0, 3, 1, 2][axis] : axis }
}
