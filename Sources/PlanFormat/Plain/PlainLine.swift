/// A tensor taken along one of its axes, as [outer, axis, inner]: the axes in front of it as one, the axis, and those behind it as one.
/// What works along the axis works on outer · inner lines.
public struct PlainLine: Hashable, Sendable {
    public var outer: Int
    public var axis: Int
    public var inner: Int

    public init(outer: Int, axis: Int, inner: Int) {
        self.outer = outer
        self.axis = axis
        self.inner = inner
    }

    init(reading words: inout WordReader) throws(PlanError) {
        outer = try words.count("outer")
        axis = try words.count("axis")
        inner = try words.count("inner")
    }

    func write(to out: inout WordWriter) { out.put(outer, axis, inner) }

    /// The sides with another number of entries along the axis.
    func sides(axis count: Int) -> [Int] { [outer, count, inner] }
    var sides: [Int] { sides(axis: axis) }
}
