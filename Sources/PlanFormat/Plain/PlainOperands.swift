/// The tensors of a plain operation. The operation's parameters are checked against them.
struct PlainOperands {
    var sources: [PlainTensor]
    var result: PlainTensor

    func requireSources(_ expected: ClosedRange<Int>) throws(PlanError) {
        try require(
            expected.contains(sources.count),
            ": # sources, expected # through #", sources.count, expected.lowerBound, expected.upperBound)
    }

    func requireElement(_ tensor: PlainTensor, _ element: PlanElement, _ role: StaticString) throws(PlanError) {
        try require(tensor.element == element, ".\(role): elements are \(tensor.element.name), expected \(element.name)")
    }

    func requireCount(_ tensor: PlainTensor, _ count: Int, _ role: StaticString) throws(PlanError) {
        try require(tensor.elementCount == count, ".\(role): \(tensor.elementCount) elements, expected \(count)")
    }

    /// Throws unless the tensor has as many elements as the product of these sides.
    func requireSides(_ tensor: PlainTensor, _ sides: [Int], _ role: StaticString) throws(PlanError) {
        let count = sides.contains(0) ? 0 : sides.reduce(1) { $0.saturating(times: $1) }
        try requireCount(tensor, count, role)
    }

    /// The number of positions of a loop, which kernels number with 32 bits.
    func requirePositions(_ loop: PlainLoop, _ role: StaticString) throws(PlanError) -> Int {
        let positions = loop.positions
        try require(
            positions <= FileLayout.largestElementCount,
            ".\(role): more than \(FileLayout.largestElementCount) positions")
        return positions
    }

    /// Throws unless every element that the loops reach is inside the tensor, and with it the `width` − 1 elements that follow
    /// it.
    func requireInside(
        _ view: PlainView, _ loop: PlainLoop, _ tensor: PlainTensor, _ role: StaticString, width: Int = 1
    ) throws(PlanError) {
        if loop.positions == 0 || width == 0 { return }
        try requireInside(view.reach(over: loop), tensor, role, width: width)
    }

    func requireInside(
        _ reach: (low: Int64, high: Int64)?, _ tensor: PlainTensor, _ role: StaticString, width: Int = 1
    ) throws(PlanError) {
        guard let reach else { throw PlanError(.corrupt, ".\(role): its strides overflow") }
        let (end, overflowed) = reach.high.addingReportingOverflow(Int64(width - 1))
        try require(
            reach.low >= 0 && !overflowed && end < Int64(tensor.elementCount),
            ".\(role): reaches elements \(reach.low) through \(overflowed ? Int64.max : end) of \(tensor.elementCount)")
    }
}

/// A family of plain kernels: its parameters, which kernels read as they stand in the file, and its rules.
protocol PlainParameters {
    init(reading words: inout WordReader) throws(PlanError)
    func write(to out: inout WordWriter)
    /// Throws unless the kernel stays inside its operands and fills its result.
    func verify(_ operands: PlainOperands) throws(PlanError)
    /// Multiply-accumulates or elements computed.
    func work(_ operands: PlainOperands) -> Int64
    /// Bytes of each constant.
    func constantByteCounts(_ operands: PlainOperands) -> [Int]
    /// How a constant is stored; nil where it holds no floats.
    func weightType(ofConstant position: Int) -> WeightType?
    /// How the weights are stored, float32 where there are none.
    var weights: WeightType { get }
    /// The kernel with its weights stored in another way; nil where there are none.
    func storingWeights(as type: WeightType) -> PlainKernel?
    /// Whether each element of the result is one of the sources'.
    var movesElements: Bool { get }
}

extension PlainParameters {
    func work(_ operands: PlainOperands) -> Int64 { Int64(clamping: operands.result.elementCount) }
    func constantByteCounts(_ operands: PlainOperands) -> [Int] { [] }
    func weightType(ofConstant position: Int) -> WeightType? { position == 0 ? weights : .float32 }
    var weights: WeightType { .float32 }
    func storingWeights(as type: WeightType) -> PlainKernel? { nil }
    var movesElements: Bool { false }
}
