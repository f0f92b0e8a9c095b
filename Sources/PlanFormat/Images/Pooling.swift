public enum PoolingKind: UInt32, Hashable, Sendable, CaseIterable {
    case maximum = 0
    case average = 1
}

public struct PoolingParameters: Hashable, Sendable {
    public var kind = PoolingKind.maximum
    public var kernelHeight = 1, kernelWidth = 1
    public var strideHeight = 1, strideWidth = 1
    public var dilationHeight = 1, dilationWidth = 1
    public var paddingTop = 0, paddingLeft = 0
    /// Only needed for an average that counts padding: positions beyond it, which `ceil_mode` adds, never count.
    public var paddingBottom = 0, paddingRight = 0
    public var countsPadding = false
    public init() {}
}

extension PoolingParameters: CodedFamily, WindowedFamily {
    static var code: UInt32 { 4 }
    var name: StaticString { "pooling" }

    func write(to out: inout WordWriter) {
        out.words.append(kind.rawValue)
        writeWindow(to: &out)
        out.put(paddingBottom, paddingRight)
        out.put(countsPadding)
    }

    init(reading words: inout WordReader) throws(PlanError) {
        self.init()
        kind = try words.code("kind")
        try readWindow(from: &words)
        paddingBottom = try words.number("paddingBottom", from: 0)
        paddingRight = try words.number("paddingRight", from: 0)
        countsPadding = try words.flag("countsPadding")
    }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        let source = plan.values[operation.sources[0].index]
        let result = plan.values[operation.results[0].index]
        try result.requireChannels(source.channels)
        try verifyWindow(kernelHeight, kernelWidth, dilationHeight, dilationWidth)
        try verifyReach("rows", result.height, strideHeight, paddingTop, source.height)
        try verifyReach("columns", result.width, strideWidth, paddingLeft, source.width)
    }

    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        slidingRows(rows, kernelHeight, strideHeight, dilationHeight, paddingTop)
    }

    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        operation.elements(of: operation.results[0], in: values).saturating(times: product(kernelHeight, kernelWidth))
    }

    var movesElements: Bool { kind == .maximum }
}
