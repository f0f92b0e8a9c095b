import GraphIR
import PlanFormat

/// Where the plan that is made of a graph holds the graph's values.
public struct LoweredValues: Sendable {
    /// A value of the main function that the plan holds as a whole.
    public struct Place: Sendable {
        public var value: ValueID
        /// The node that makes it, by its number.
        public var node: Int
        /// A plain tensor, or an image for each of the batch; a single image where the schedule is repeated for each.
        public var values: [PlanValueID]
        /// Of images: for each axis of the value which axis of `[N, H, W, C]` it is. Nil of a plain tensor, which has the value's elements in
        /// row-major order.
        public var axes: [Int]?
    }

    /// Without a schedule.
    public let plan: Plan
    /// In the order of the nodes. Values that are only other views of those before them, and constants, are left out.
    public let places: [Place]
}
