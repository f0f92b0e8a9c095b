/// Converts an image that lies in a plain float32 tensor to blocked rows. One source, one result.
struct BlockingFamily: CodedFamily {
    static var code: UInt32 { 15 }
    var name: StaticString { "plain to blocked" }
    let strides: ImageStrides

    init(_ strides: ImageStrides) { self.strides = strides }
    init(reading words: inout WordReader) throws(PlanError) { strides = try ImageStrides(reading: &words) }
    func write(to out: inout WordWriter) { strides.write(to: &out) }
    func imageStrides(in plan: Plan) -> ImageStrides? { strides }

    var operandRule: OperandRule { OperandRule(hasPlainSources: true) }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        try strides.verify(of: plan.values[operation.results[0].index], images: 1, in: plan.values[operation.sources[0].index])
    }

    /// To the schedule, a plain tensor is one row.
    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        RowRange(first: 0, count: 1)
    }

    /// The kernel is given pointers to the rows of the image, which lie inside the one row that the tensor is to the schedule.
    func rowsRead(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange { rows }

    var movesElements: Bool { true }
}
