/// Converts blocked rows to rows of output `entry`. A source for each of its images; no results.
struct OutputFamily: CodedFamily {
    static var code: UInt32 { 1 }
    var name: StaticString { "output" }
    let entry: Int

    init(entry: Int) { self.entry = entry }
    init(reading words: inout WordReader) throws(PlanError) { entry = try words.number("entry", from: 0) }
    func write(to out: inout WordWriter) { out.put(entry) }

    func imageStrides(in plan: Plan) -> ImageStrides? { plan.outputs[entry].strides(ofImage: 0) }

    var operandRule: OperandRule { OperandRule(sources: 1...FileLayout.largestSourceCount, results: 0) }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        let point = try plan.entryPoint(entry, of: plan.outputs, isImage: true)
        try require(operation.sources.count == point.images, ": # sources, expected #", operation.sources.count, point.images)
        for source in operation.sources { try plan.values[source.index].requireShape(point.height, point.width, point.channels) }
    }

    /// The rows of the sources.
    func progressRows(of operation: PlanOperation, in values: [PlanValue]) -> Int { values[operation.sources[0].index].height }
    func rowSize(of operation: PlanOperation, in values: [PlanValue]) -> Int64 { operation.sourceRowSize(in: values) }

    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        operation.elements(of: operation.sources[0], in: values).saturating(times: Int64(operation.sources.count))
    }

    var movesElements: Bool { true }
}
