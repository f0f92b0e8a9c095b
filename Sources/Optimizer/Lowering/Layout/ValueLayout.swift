import GraphIR
import PlanFormat

/// Where the elements of a tensor of the graph are found once its operations have kernels.
enum ValueLayout: Hashable, Sendable {
    /// In the images that operations make, a value of the plan for each image of the batch. Says for each axis of the tensor which
    /// axis of `[N, H, W, C]` it is.
    case images(axes: [Int])
    /// In an input or a constant, where they lie: nothing has to be computed.
    case view(TensorView)
    /// In a plain tensor that an operation makes.
    case plain
}

/// Orders of the axes of images.
enum ImageAxes {
    /// `[N, H, W, C]`
    static let channelsLast = [0, 1, 2, 3]
    /// `[N, C, H, W]`
    static let channelsFirst = [0, 3, 1, 2]

    /// The layout in which an output takes images whose axes are in this order; nil where there is none.
    static func outputLayout(_ axes: [Int]) -> EntryPoint.Layout? {
        switch axes {
        case channelsLast: .nhwc
        case channelsFirst: .nchw
        default: nil
        }
    }
}
