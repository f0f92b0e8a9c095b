import Optimizer
import PlanFormat
import Reference

/// One side of a comparison: what gives outputs, and values inside of it, under names.
protocol ComparedSide {
    var path: String { get }
    var kind: ComparedKind { get }
    /// In their order; of stored results the names of all arrays.
    var outputNames: [String] { get }
    /// Whether the names mean nothing, so that outputs go by their order.
    var isPositional: Bool { get }

    /// - Parameters:
    ///   - names: the outputs that are wanted.
    ///   - inputs: for what computes.
    ///   - places: the values inside that are wanted, all of this side.
    ///   - take: is given such a value, by its index in `places`, as soon as it is whole. In any order; one that is never made does not come.
    /// - Returns: the outputs by name, others perhaps as well.
    func outputs(
        _ names: [String], for inputs: ComparedInputs, watching places: [InnerPlace], take: @escaping (Int, Tensor) -> Void
    ) throws -> [String: Tensor]

    /// The place of the value that is called so; nil where there is none.
    func place(named name: String) throws -> InnerPlace?
}

enum ComparedKind: String, Encodable {
    case plan
    /// Evaluated slowly and plainly.
    case model
    case stored

    /// For people.
    var text: String {
        switch self {
        case .plan: "plan"
        case .model: "model, by the reference evaluator"
        case .stored: "stored results"
        }
    }
}

/// Where a side has a value that is no output.
enum InnerPlace: Hashable {
    case plan(PlanPlace)
    /// A value of the model as it was imported, named as `Evaluator.Observation` does; perhaps with its channels put second, where another
    /// framework has them.
    case model(String, channelsSecond: Bool = false)
    /// A value of the graph behind the passes, which a plan is made of.
    case optimised(String)
    /// An array of stored results.
    case stored(String)
}

/// A tensor that a plan holds.
struct PlanPlace: Hashable {
    /// A plain tensor, or the images of a batch; a single image where the schedule is repeated for each.
    let values: [PlanValueID]
    /// For each axis of the tensor which axis of `[N, H, W, C]` it is; nil of a plain tensor.
    let axes: [Int]?
    /// Of the tensor.
    let shape: [Int]
}
