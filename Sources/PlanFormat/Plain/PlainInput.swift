/// Copies input `entry` to a plain tensor of the same type and size. No sources; one result.
struct PlainInputFamily: CodedFamily {
    static var code: UInt32 { 13 }
    var name: StaticString { "input, plain" }
    let entry: Int

    init(entry: Int) { self.entry = entry }
    init(reading words: inout WordReader) throws(PlanError) { entry = try words.number("entry", from: 0) }
    func write(to out: inout WordWriter) { out.put(entry) }

    var operandRule: OperandRule { OperandRule(sources: 0...0, hasPlainSources: true, hasPlainResults: true) }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        let point = try plan.entryPoint(entry, of: plan.inputs, isImage: false)
        try plan.values[operation.results[0].index].requireTensor(of: point)
    }

    /// To the schedule, a plain tensor is one row.
    func rowsRead(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        RowRange(first: 0, count: 1)
    }
}
