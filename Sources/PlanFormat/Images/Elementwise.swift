/// A function of each element. One source, one result.
struct ElementwiseFamily: CodedFamily {
    static var code: UInt32 { 7 }
    var name: StaticString { "elementwise" }
    let function: Activation

    init(_ function: Activation) { self.function = function }
    init(reading words: inout WordReader) throws(PlanError) { function = try words.activation() }
    func write(to out: inout WordWriter) { out.put(function) }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) { try plan.requireShapeOfSource(operation) }
    var resultActivation: Activation? { function }
}
