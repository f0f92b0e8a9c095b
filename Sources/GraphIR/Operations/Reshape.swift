/// The same elements in row-major order under another shape. Flattening is a reshape.
public struct Reshape: Hashable, Sendable {
    public enum Side: Hashable, Sendable {
        case dimension(Dimension)
        /// As many as the operand has on this axis.
        case copied
        /// Whatever is left over; at most one side.
        case inferred
    }
    public var sides: [Side]
    public init(_ sides: [Side]) { self.sides = sides }
}
