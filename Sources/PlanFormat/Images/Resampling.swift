/// Resizes an image along one axis by weighted sums of neighbouring rows, or of neighbouring columns. Element p of the result
/// along that axis is Σ weights[p][t] · source[⌊position(p)⌋ + t]. Taps t that lie outside the image, or have the weight 0,
/// take no part. Constant: the weights `[side of the result][taps]`.
public struct ResamplingParameters: Hashable, Sendable {
    public enum Axis: UInt32, Hashable, Sendable, CaseIterable {
        case rows = 0
        case columns = 1
    }
    public var axis: Axis
    /// The position of the first tap of each element.
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

    /// Rows of the source, inside the image, that the rows `rows` of the result are made of if the axis is that of the rows.
    private func sampledRows(_ rows: RowRange, height: Int) -> RowRange {
        func inside(_ row: Int, _ tap: Int) -> Int { Int(min(max(sampling.floor(at: row) + Int64(tap), 0), Int64(height))) }
        let low = inside(rows.first, 0)
        return RowRange(first: low, count: max(0, inside(rows.end - 1, taps) - low))
    }

    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        operation.elements(of: operation.results[0], in: values).saturating(times: Int64(taps))
    }
}
