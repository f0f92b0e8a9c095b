/// Weighted sums of neighbouring rows, or of neighbouring columns. Element p of the result along the axis is
/// Σ weights[p][t] · source[⌊position(p)⌋ + t]; what lies outside the image, or has the weight 0, takes no part.
/// Constant: weights `[side of the result][taps]`.
public struct ResamplingParameters: Hashable, Sendable {
    public enum Axis: UInt32, Hashable, Sendable, CaseIterable {
        case rows = 0
        case columns = 1
    }
    public var axis: Axis
    /// Where the first tap of each element lies.
    public var sampling: AxisSampling
    public var taps: Int
    public init(_ axis: Axis, _ sampling: AxisSampling, taps: Int) {
        self.axis = axis
        self.sampling = sampling
        self.taps = taps
    }
}

extension ResamplingParameters: CodedFamily {
    static var code: UInt32 { 36 }
    var name: StaticString { "resampling" }

    init(reading words: inout WordReader) throws(PlanError) {
        axis = try words.code("axis")
        taps = try words.number("taps")
        sampling = try AxisSampling(reading: &words, "sampling")
    }

    func write(to out: inout WordWriter) {
        out.words.append(axis.rawValue)
        out.put(taps)
        sampling.write(to: &out)
    }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        let source = plan.values[operation.sources[0].index]
        let result = plan.values[operation.results[0].index]
        try result.requireShape(
            axis == .rows ? result.height : source.height, axis == .columns ? result.width : source.width, source.channels)
    }

    func constantByteCounts(of operation: PlanOperation, in values: [PlanValue]) -> [Int] {
        let result = values[operation.results[0].index]
        return [(axis == .rows ? result.height : result.width).saturating(times: taps).saturating(times: 4)]
    }

    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        axis == .rows ? sampledRows(rows, height: values[operation.sources[0].index].height) : rows
    }

    /// Source rows inside the image that result rows `rows` are made of, along the axis of rows.
    private func sampledRows(_ rows: RowRange, height: Int) -> RowRange {
        func inside(_ row: Int, _ tap: Int) -> Int { Int(min(max(sampling.floor(at: row) + Int64(tap), 0), Int64(height))) }
        let low = inside(rows.first, 0)
        return RowRange(first: low, count: max(0, inside(rows.end - 1, taps) - low))
    }

    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        operation.elements(of: operation.results[0], in: values).saturating(times: Int64(taps))
    }
}
