/// Converts rows of image `image` of input `entry`, float32 or 8-bit, to blocked rows. No sources; one result.
struct InputFamily: CodedFamily {
    static var code: UInt32 { 0 }
    var name: StaticString { "input" }
    let entry: Int
    let image: Int

    init(entry: Int, image: Int) {
        self.entry = entry
        self.image = image
    }

    init(reading words: inout WordReader) throws(PlanError) {
        entry = try words.number("entry", from: 0)
        image = try words.count("image")
    }

    func write(to out: inout WordWriter) { out.put(entry, image) }

    func imageStrides(in plan: Plan) -> ImageStrides? { plan.inputs[entry].strides(ofImage: image) }

    var operandRule: OperandRule { OperandRule(sources: 0...0) }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        let point = try plan.entryPoint(entry, of: plan.inputs, isImage: true)
        try require(image < point.images, ".image: # of #", image, point.images)
        try plan.values[operation.results[0].index].requireShape(point.height, point.width, point.channels)
    }

    func rowsRead(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange { rows }
}
