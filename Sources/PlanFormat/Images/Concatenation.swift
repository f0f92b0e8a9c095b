/// Joins sources along the channels.
struct ConcatenationFamily: CodedFamily {
    static var code: UInt32 { 9 }
    var name: StaticString { "concatenation" }
    init() {}
    init(reading words: inout WordReader) throws(PlanError) {}
    func write(to out: inout WordWriter) {}

    var operandRule: OperandRule { OperandRule(sources: 1...FileLayout.largestSourceCount) }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        let result = plan.values[operation.results[0].index]
        for id in operation.sources {
            let source = plan.values[id.index]
            try source.requireShape(result.height, result.width, source.channels)
        }
        try result.requireChannels(operation.sourceChannels(in: plan.values))
    }

    var movesElements: Bool { true }
}
