public struct ResizeParameters: Hashable, Sendable {
    public enum Interpolation: UInt32, Hashable, Sendable, CaseIterable {
        /// ⌊position⌋
        case nearestFloor = 0
        /// ⌈position − ½⌉
        case nearestRoundHalfDown = 1
        case linear = 2
    }
    public var interpolation: Interpolation
    public var rows: AxisSampling
    public var columns: AxisSampling
    public init(_ interpolation: Interpolation, rows: AxisSampling, columns: AxisSampling) {
        self.interpolation = interpolation
        self.rows = rows
        self.columns = columns
    }
}

extension ResizeParameters: CodedFamily {
    static var code: UInt32 { 6 }
    var name: StaticString { "resize" }

    init(reading words: inout WordReader) throws(PlanError) {
        rows = try AxisSampling(reading: &words, "rows")
        columns = try AxisSampling(reading: &words, "columns")
        interpolation = try words.code("interpolation")
    }

    func write(to out: inout WordWriter) {
        rows.write(to: &out)
        columns.write(to: &out)
        out.words.append(interpolation.rawValue)
    }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        try plan.values[operation.results[0].index].requireChannels(plan.values[operation.sources[0].index].channels)
    }

    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        let height = values[operation.sources[0].index].height
        let low = sampledRows(rows.first, height: height)
        let high = sampledRows(rows.end - 1, height: height)
        return RowRange(first: low.first, count: high.end - low.first)
    }

    /// Rows of the source that row `row` of the result is made of: one, or two for `.linear`. The arithmetic is exact and on
    /// integers, so that the compiler, the verifier and the kernels, which have the same formula, agree on every machine.
    public func sampledRows(_ row: Int, height: Int) -> RowRange {
        let divisor = Int64(rows.divisor)
        let position = Int64(rows.scale) * Int64(row) + Int64(rows.offset)
        func inside(_ row: Int64) -> Int { Int(min(max(row, 0), Int64(height) - 1)) }
        switch interpolation {
        case .nearestFloor: return RowRange(first: inside(flooredQuotient(position, divisor)), count: 1)
        case .nearestRoundHalfDown:
            return RowRange(first: inside(ceiledQuotient(2 * position - divisor, 2 * divisor)), count: 1)
        case .linear:
            let low = flooredQuotient(position, divisor)
            return RowRange(first: inside(low), count: inside(low + 1) - inside(low) + 1)
        }
    }

    var movesElements: Bool { interpolation != .linear }
}
