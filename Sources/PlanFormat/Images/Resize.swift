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
        let low = interpolation.elements(at: rows.first, of: self.rows, size: height)
        let high = interpolation.elements(at: rows.end - 1, of: self.rows, size: height)
        return RowRange(first: low.first, count: high.end - low.first)
    }

    var movesElements: Bool { interpolation != .linear }
}

extension ResizeParameters.Interpolation {
    /// The elements of an input of `size` that output position `p` reads: one, or two for `.linear`.
    public func elements(at p: Int, of sampling: AxisSampling, size: Int) -> RowRange {
        func inside(_ element: Int64) -> Int { Int(min(max(element, 0), Int64(size) - 1)) }
        switch self {
        case .nearestFloor: return RowRange(first: inside(sampling.floor(at: p)), count: 1)
        case .nearestRoundHalfDown:
            let divisor = Int64(sampling.divisor)
            return RowRange(first: inside(ceiledQuotient(2 * sampling.dividend(at: p) - divisor, 2 * divisor)), count: 1)
        case .linear:
            let low = sampling.floor(at: p)
            return RowRange(first: inside(low), count: inside(low + 1) - inside(low) + 1)
        }
    }
}
