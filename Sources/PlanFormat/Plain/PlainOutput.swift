/// Copies a plain tensor to output `entry`. One source; no results.
struct PlainOutputFamily: CodedFamily {
    static var code: UInt32 { 14 }
    var name: StaticString { "output, plain" }
    let entry: Int

    init(entry: Int) { self.entry = entry }
    init(reading words: inout WordReader) throws(PlanError) { entry = try words.number("entry", from: 0) }
    func write(to out: inout WordWriter) { out.put(entry) }

    var operandRule: OperandRule { OperandRule(results: 0, hasPlainSources: true, hasPlainResults: true) }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        let point = try plan.entryPoint(entry, of: plan.outputs, isImage: false)
        try plan.values[operation.sources[0].index].requireTensor(of: point)
    }

    func progressRows(of operation: PlanOperation, in values: [PlanValue]) -> Int { values[operation.sources[0].index].height }
    func rowSize(of operation: PlanOperation, in values: [PlanValue]) -> Int64 { 1 }

    /// To the schedule, a plain tensor is one row.
    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        RowRange(first: 0, count: 1)
    }

    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        operation.elements(of: operation.sources[0], in: values)
    }

    var movesElements: Bool { true }
}
