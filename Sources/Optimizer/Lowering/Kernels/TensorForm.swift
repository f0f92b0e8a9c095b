import GraphIR
import PlanFormat

/// How a tensor of the graph is there in the plan: as blocked images, as a view of something plain, or as both once a
/// reader has asked for the other.
struct TensorForm {
    /// Made by an operation on images, one value for each image of the batch.
    var images: [PlanValueID] = []
    /// The axis of `[N, H, W, C]` that each axis of the tensor is.
    var axes = ImageAxes.channelsLast
    var view: TensorView?
    /// Images that were made of the view, by their number.
    var converted: [Int: PlanValueID] = [:]

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
}
