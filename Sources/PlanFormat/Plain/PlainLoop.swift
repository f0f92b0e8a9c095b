/// Nested loops, the outermost first. There are always eight; if fewer are needed, the first ones have a count of 1.
public struct PlainLoop: Hashable, Sendable {
    public var counts: SIMD8<Int32>

    /// - Precondition: at most eight counts that fit 32 bits.
    public init(_ counts: [Int] = []) {
        self.counts = SIMD8(repeating: 1)
        let first = PlainTensor.largestRank - counts.count
        for (axis, count) in counts.enumerated() { self.counts[first + axis] = Int32(count) }
    }

    /// The product of the counts; Int.max where it overflows.
    public var positions: Int {
        var product = 1
        for axis in 0..<PlainTensor.largestRank {
            if counts[axis] == 0 { return 0 }
            product = product.saturating(times: Int(counts[axis]))
        }
        return product
    }
}

/// Where the elements of an operand lie along the loops. The element for position p is number `offset + Σ p[i] · strides[i]` of
/// its tensor.
public struct PlainView: Hashable, Sendable {
    public var offset: Int32
    /// A stride of 0 uses an element again, and a negative one walks backwards.
    public var strides: SIMD8<Int32>

    /// - Precondition: at most eight strides; all numbers fit 32 bits.
    public init(offset: Int = 0, strides: [Int] = []) {
        self.offset = Int32(offset)
        self.strides = SIMD8(repeating: 0)
        let first = PlainTensor.largestRank - strides.count
        for (axis, stride) in strides.enumerated() { self.strides[first + axis] = Int32(stride) }
    }

    /// Whether no two positions of the loops are the same element. It answers true only for strides that nest, where each
    /// stride reaches beyond everything that the smaller ones span together.
    func isInjective(over loop: PlainLoop) -> Bool {
        if loop.positions == 0 { return true }
        var axes: [(count: Int64, stride: Int64)] = []
        for axis in 0..<PlainTensor.largestRank where loop.counts[axis] > 1 {
            axes.append((Int64(loop.counts[axis]), abs(Int64(strides[axis]))))
        }
        return areNested(&axes)
    }

    /// The lowest and the highest element that the loops reach from `start`; nil if the sum overflows. All counts are at least
    /// 1.
    func reach(over loop: PlainLoop, from start: (low: Int64, high: Int64) = (0, 0)) -> (low: Int64, high: Int64)? {
        var (low, high) = (start.low + Int64(offset), start.high + Int64(offset))
        for axis in 0..<PlainTensor.largestRank {
            // Below 2^62: both factors fit 32 bits.
            let last = Int64(loop.counts[axis] - 1) * Int64(strides[axis])
            let (sum, overflowed) = last < 0 ? low.addingReportingOverflow(last) : high.addingReportingOverflow(last)
            if overflowed { return nil }
            if last < 0 { low = sum } else { high = sum }
        }
        return (low, high)
    }
}

/// Whether each stride reaches beyond everything that the smaller ones span together.
func areNested(_ axes: inout [(count: Int64, stride: Int64)]) -> Bool {
    sortByStride(&axes)
    var span: Int64 = 0
    for axis in axes {
        if axis.stride <= span { return false }
        span = span.saturating(plus: (axis.count - 1).saturating(times: axis.stride))
    }
    return true
}

/// Sorts by insertion, which suits few axes: each sort of the library takes kilobytes of a device's program.
func sortByStride(_ axes: inout [(count: Int64, stride: Int64)]) {
    for end in axes.indices.dropFirst() {
        var index = end
        while index > 0, axes[index - 1].stride > axes[index].stride {
            axes.swapAt(index - 1, index)
            index -= 1
        }
    }
}

extension WordWriter {
    mutating func put(_ loop: PlainLoop) { for axis in 0..<PlainTensor.largestRank { put(Int(loop.counts[axis])) } }
    mutating func put(_ view: PlainView) {
        put(Int(view.offset))
        for axis in 0..<PlainTensor.largestRank { put(Int(view.strides[axis])) }
    }
}

extension WordReader {
    /// A number of elements, or of positions.
    mutating func count(_ name: StaticString, axis: Int? = nil) throws(PlanError) -> Int {
        try number(name, axis: axis, from: 0, through: FileLayout.largestElementCount)
    }

    mutating func loop(_ name: StaticString) throws(PlanError) -> PlainLoop {
        var loop = PlainLoop()
        for axis in 0..<PlainTensor.largestRank { loop.counts[axis] = Int32(try count(name, axis: axis)) }
        return loop
    }

    /// The numbers may be anything; what they reach is checked against the tensor later.
    mutating func view() throws(PlanError) -> PlainView {
        var view = PlainView()
        view.offset = Int32(bitPattern: try word())
        for axis in 0..<PlainTensor.largestRank { view.strides[axis] = Int32(bitPattern: try word()) }
        return view
    }
}
