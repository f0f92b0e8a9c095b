import GraphIR
import PlanFormat

/// How a tensor of the graph is there in the plan: as blocked images, as a view of something plain, or as both once a
/// reader has asked for the other.
struct TensorForm {
    /// Made by an operation on images, one value for each image of the batch.
    var images: [PlanValueID] = []
    /// The axis of `[N, H, W, C]` that each axis of the tensor is.
    var axes = TensorForm.imageOrder
    var view: TensorView?
    /// Images that were made of the view, by their number.
    var converted: [Int: PlanValueID] = [:]

    static let imageOrder = [0, 1, 2, 3]
    /// `[N, C, H, W]`
    static let channelsFirst = [0, 3, 1, 2]

    init(_ view: TensorView? = nil) { self.view = view }

    /// The tensor with its axes in another order; nothing is computed.
    func transposed(_ permutation: [Int]) -> TensorForm {
        var result = TensorForm(view?.transposed(permutation))
        if permutation.count == 4 {
            result.images = images
            result.axes = permutation.map { axes[$0] }
        }
        return result
    }

    /// The layout in which an output can take its images, nil where there is none.
    var imageLayout: EntryPoint.Layout? {
        guard !images.isEmpty else { return nil }
        switch axes {
        case Self.imageOrder: return .nhwc
        case Self.channelsFirst: return .nchw
        default: return nil
        }
    }
}
