/// A transposed convolution: row i of the source and row r of the kernel contribute to row `i·stride + r·dilation − paddingTop`
/// of the result, and likewise for columns. Constants: the weights `[output block][kh][kw][input channel][16]`, and the bias
/// `[16·output blocks]`.
public struct TransposedConvolutionParameters: Hashable, Sendable {
    public var kernelHeight = 1, kernelWidth = 1
    public var strideHeight = 1, strideWidth = 1
    public var dilationHeight = 1, dilationWidth = 1
    public var paddingTop = 0, paddingLeft = 0
    public var activation = Activation.identity
    public var weights = WeightType.float32
    public init() {}
}

extension TransposedConvolutionParameters: CodedFamily, WindowedFamily {
    static var code: UInt32 { 3 }
    var name: StaticString { "transposed convolution" }

    func write(to out: inout WordWriter) {
        writeWindow(to: &out)
        out.put(activation)
        out.words.append(weights.rawValue)
    }

    init(reading words: inout WordReader) throws(PlanError) {
        self.init()
        try readWindow(from: &words)
        activation = try words.activation()
        weights = try words.code("weights")
    }

    var resultActivation: Activation? { activation }
    func storingWeights(as type: WeightType) -> KernelParameters? {
        var parameters = self
        parameters.weights = type
        return .transposedConvolution(parameters)
    }

    /// Any result size is safe: kernels leave out what lies beyond the source.
    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        try verifyWindow(kernelHeight, kernelWidth, dilationHeight, dilationWidth)
    }

    func constantByteCounts(of operation: PlanOperation, in values: [PlanValue]) -> [Int] {
        let outputs = values[operation.results[0].index].blocks * PlanValue.lanes
        let positions = kernelHeight.saturating(times: kernelWidth)
        let channels = values[operation.sources[0].index].channels
        return [(outputs * weights.byteCount).saturating(times: positions).saturating(times: channels), outputs * 4]
    }

    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        let reach = (kernelHeight - 1) * dilationHeight
        let low = ceiledQuotient(rows.first + paddingTop - reach, strideHeight)
        let high = flooredQuotient(rows.end - 1 + paddingTop, strideHeight)
        return RowRange(first: low, count: max(0, high - low + 1))
    }

    /// The panel of expanded weights.
    func scratchBytes(of operation: PlanOperation, in values: [PlanValue]) -> Int {
        guard weights != .float32 else { return 0 }
        let blocks = min(values[operation.results[0].index].blocks, 2)
        let positions = kernelHeight.saturating(times: kernelWidth)
        return positions.saturating(times: values[operation.sources[0].index].channels).saturating(times: PlanValue.lanes * 4 * blocks)
    }

    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        let source = values[operation.sources[0].index]
        return product(
            source.height, source.width, source.channels, kernelHeight, kernelWidth, values[operation.results[0].index].channels)
    }

    /// For every pixel of the result the kernel looks at every position of the window, although only few of them meet a pixel
    /// of the source.
    func kernelWork(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        let result = values[operation.results[0].index]
        return multiplyAccumulates(of: operation, in: values)
            .saturating(plus: product(result.height, result.width, result.blocks, kernelHeight, kernelWidth))
    }
}
