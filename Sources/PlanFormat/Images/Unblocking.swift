/// Converts blocked images of one size, one source each, to a plain float32 tensor, of which it writes every element.
struct UnblockingFamily: CodedFamily {
    static var code: UInt32 { 16 }
    var name: StaticString { "blocked to plain" }
    let strides: ImageStrides

    init(_ strides: ImageStrides) { self.strides = strides }
    init(reading words: inout WordReader) throws(PlanError) { strides = try ImageStrides(reading: &words) }
    func write(to out: inout WordWriter) { strides.write(to: &out) }
    func imageStrides(in plan: Plan) -> ImageStrides? { strides }

    var operandRule: OperandRule { OperandRule(sources: 1...FileLayout.largestSourceCount, hasPlainResults: true) }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        let image = plan.values[operation.sources[0].index]
        let tensor = plan.values[operation.results[0].index]
        for source in operation.sources { try plan.values[source.index].requireShape(image.height, image.width, image.channels) }
        try strides.verify(of: image, images: operation.sources.count, in: tensor)
        try strides.verifyCoverage(of: image, images: operation.sources.count, in: tensor)
    }

    /// The rows of the sources.
    func progressRows(of operation: PlanOperation, in values: [PlanValue]) -> Int { values[operation.sources[0].index].height }
    func rowSize(of operation: PlanOperation, in values: [PlanValue]) -> Int64 { operation.sourceRowSize(in: values) }

    /// To the schedule, the tensor is one row, which is complete when the last rows of the images are.
    func resultRows(_ result: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        let isLast = rows.end == values[operation.sources[0].index].height
        return RowRange(first: 0, count: isLast ? 1 : 0)
    }

    /// The kernel is given pointers to the rows of the images, which lie inside the one row that the tensor is to the schedule.
    func rowsWritten(_ result: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange { rows }

    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        operation.elements(of: operation.sources[0], in: values).saturating(times: Int64(operation.sources.count))
    }

    var movesElements: Bool { true }
}
