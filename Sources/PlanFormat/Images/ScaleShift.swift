/// Computes x · scale + shift for each channel, and applies a function. Constants: scale and shift, each `[16·blocks]`.
struct ScaleShiftFamily: CodedFamily {
    static var code: UInt32 { 11 }
    var name: StaticString { "scale and shift" }
    let function: Activation

    init(_ function: Activation) { self.function = function }
    init(reading words: inout WordReader) throws(PlanError) { function = try words.activation() }
    func write(to out: inout WordWriter) { out.put(function) }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) { try plan.requireShapeOfSource(operation) }

    func constantByteCounts(of operation: PlanOperation, in values: [PlanValue]) -> [Int] {
        let bytes = values[operation.results[0].index].blocks * PlanValue.lanes * 4
        return [bytes, bytes]
    }

    var resultActivation: Activation? { function }
}
