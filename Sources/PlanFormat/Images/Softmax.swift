/// The softmax over the channels of each pixel.
struct SoftmaxFamily: CodedFamily {
    static var code: UInt32 { 12 }
    var name: StaticString { "softmax" }
    init() {}
    init(reading words: inout WordReader) throws(PlanError) {}
    func write(to out: inout WordWriter) {}
    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) { try plan.requireShapeOfSource(operation) }
}
