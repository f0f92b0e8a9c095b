/// Multiplies float32 matrices [rows, depth] and [depth, columns]. Each matrix is dense and begins at the element that the
/// views give for the position of its product; the result has the products one after the other. An additional last source is a
/// bias [columns].
///
/// If `weights` have 16 bits, all products have the same right matrix, which is a constant of the operation and not a source.
public struct PlainMatrixMultiplication: Hashable, Sendable, PlainParameters {
    public var rows: Int
    public var depth: Int
    public var columns: Int
    /// One position for each product.
    public var loop: PlainLoop
    public var left: PlainView
    public var right: PlainView
    public var activation: Activation
    public var weights: WeightType

    public init(
        rows: Int, depth: Int, columns: Int, loop: PlainLoop = PlainLoop(), left: PlainView = PlainView(),
        right: PlainView = PlainView(), activation: Activation = .identity, weights: WeightType = .float32
    ) {
        self.rows = rows
        self.depth = depth
        self.columns = columns
        self.loop = loop
        self.left = left
        self.right = right
        self.activation = activation
        self.weights = weights
    }

    init(reading words: inout WordReader) throws(PlanError) {
        rows = try words.count("rows")
        depth = try words.count("depth")
        columns = try words.count("columns")
        loop = try words.loop("loop")
        left = try words.view()
        right = try words.view()
        activation = try words.activation()
        weights = try words.code("weights")
    }

    func write(to out: inout WordWriter) {
        out.put(rows, depth, columns)
        out.put(loop)
        out.put(left)
        out.put(right)
        out.put(activation)
        out.put(Int(weights.rawValue))
    }

    func storingWeights(as type: WeightType) -> PlainKernel? {
        var parameters = self
        parameters.weights = type
        return .matrixMultiplication(parameters)
    }

    private var rightIsConstant: Bool { weights != .float32 }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        let matrices = rightIsConstant ? 1 : 2
        try operands.requireSources(matrices...matrices + 1)
        for tensor in operands.sources + [operands.result] { try operands.requireElement(tensor, .float32, "operand") }
        let products = try operands.requirePositions(loop, "loop")
        try operands.requireSides(operands.result, [products, rows, columns], "result")
        if operands.sources.count > matrices { try operands.requireCount(operands.sources[matrices], columns, "bias") }
        if operands.result.elementCount == 0 { return }
        try operands.requireInside(left, loop, operands.sources[0], "left", width: rows.saturating(times: depth))
        if rightIsConstant {
            try require(right == PlainView(), ".right: of a constant matrix, expected zeros")
        } else {
            try operands.requireInside(right, loop, operands.sources[1], "right", width: depth.saturating(times: columns))
        }
    }

    func constantByteCounts(_ operands: PlainOperands) -> [Int] {
        rightIsConstant ? [depth.saturating(times: columns).saturating(times: weights.byteCount)] : []
    }

    func work(_ operands: PlainOperands) -> Int64 {
        Int64(clamping: operands.result.elementCount.saturating(times: max(depth, 1)))
    }
}
