/// The mean or the maximum over a whole image. One source; one result of 1x1, to which every step adds and which is complete
/// after the last one.
struct GlobalPoolingFamily: CodedFamily {
    static var code: UInt32 { 5 }
    var name: StaticString { "global pooling" }
    let kind: PoolingKind

    init(_ kind: PoolingKind) { self.kind = kind }
    init(reading words: inout WordReader) throws(PlanError) { kind = try words.code("kind") }
    func write(to out: inout WordWriter) { out.words.append(kind.rawValue) }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        try plan.values[operation.results[0].index].requireShape(1, 1, plan.values[operation.sources[0].index].channels)
    }

    /// The rows of the source.
    func progressRows(of operation: PlanOperation, in values: [PlanValue]) -> Int { values[operation.sources[0].index].height }

    func rowSize(of operation: PlanOperation, in values: [PlanValue]) -> Int64 { operation.sourceRowSize(in: values) }

    func resultRows(_ result: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        let isLast = rows.end == values[operation.sources[0].index].height
        return RowRange(first: 0, count: isLast ? 1 : 0)
    }

    func rowsWritten(_ result: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        RowRange(first: 0, count: 1)
    }

    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        operation.elements(of: operation.sources[0], in: values)
    }

    var movesElements: Bool { kind == .maximum }
}

extension PlanOperation {
    /// Columns times blocks of channels of one row of all sources, which have the same size.
    func sourceRowSize(in values: [PlanValue]) -> Int64 {
        let source = values[sources[0].index]
        return (Int64(source.width) * Int64(source.blocks)).saturating(times: Int64(sources.count))
    }
}
