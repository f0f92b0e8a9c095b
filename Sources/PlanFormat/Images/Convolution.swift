/// A convolution of one or several images, which are taken as one image with the channels of all. In pairs of numbers, the one
/// for rows stands before the one for columns.
public struct ConvolutionParameters: Hashable, Sendable {
    public var algorithm: ConvolutionAlgorithm = .direct
    public var kernelHeight = 1, kernelWidth = 1
    public var strideHeight = 1, strideWidth = 1
    public var dilationHeight = 1, dilationWidth = 1
    public var paddingTop = 0, paddingLeft = 0
    /// Rows and columns of the result before pooling.
    public var imageHeight = 1, imageWidth = 1
    public var groups = 1
    public var activation = Activation.identity
    /// A max pooling that is fused behind the convolution, whose stride is its size. 1 by 1 means that there is none.
    public var poolingHeight = 1, poolingWidth = 1
    /// Only with a pooling: whether the convolution has two results, first the unpooled image and then the pooled one.
    /// Otherwise it has the pooled image alone.
    public var keepsUnpooled = false
    public var weights = WeightType.float32
    public init() {}

    public var pools: Bool { poolingHeight > 1 || poolingWidth > 1 }
}

extension ConvolutionParameters: CodedFamily, WindowedFamily {
    static var code: UInt32 { 2 }
    var name: StaticString { "convolution" }

    func write(to out: inout WordWriter) {
        out.words.append(algorithm.rawValue)
        writeWindow(to: &out)
        out.put(imageHeight, imageWidth, groups)
        out.put(activation)
        out.put(poolingHeight, poolingWidth)
        out.put(keepsUnpooled)
        out.words.append(weights.rawValue)
    }

    init(reading words: inout WordReader) throws(PlanError) {
        self.init()
        algorithm = try words.code("algorithm")
        try readWindow(from: &words)
        imageHeight = try words.number("imageHeight", through: FileLayout.largestSide)
        imageWidth = try words.number("imageWidth", through: FileLayout.largestSide)
        groups = try words.number("groups")
        activation = try words.activation()
        poolingHeight = try words.number("poolingHeight")
        poolingWidth = try words.number("poolingWidth")
        keepsUnpooled = try words.flag("keepsUnpooled")
        weights = try words.code("weights")
    }

    var resultActivation: Activation? { activation }
    var variant: UInt32 { algorithm.rawValue }
    func storingWeights(as type: WeightType) -> KernelParameters? {
        var parameters = self
        parameters.weights = type
        return .convolution(parameters)
    }

    var operandRule: OperandRule {
        OperandRule(
            sources: 1...(algorithm.takesManySources ? FileLayout.largestSourceCount : 1), results: pools && keepsUnpooled ? 2 : 1)
    }

    func constantByteCounts(of operation: PlanOperation, in values: [PlanValue]) -> [Int] {
        let lanes = PlanValue.lanes
        let blocks = values[operation.results[0].index].blocks
        let lanesOfKernel = blocks * lanes * weights.byteCount
        let positions = algorithm.tile.map { ($0 + 2) * ($0 + 2) } ?? kernelHeight.saturating(times: kernelWidth)
        let channels = operation.sourceChannels(in: values)
        let perPosition =
            switch algorithm {
            case .direct, .winograd4x4, .winograd2x2: channels
            case .grouped: channels / groups
            case .depthwise: 1
            }
        return [lanesOfKernel.saturating(times: positions).saturating(times: perPosition), blocks * lanes * 4]
    }

    /// The rows of the image before the pooling.
    func progressRows(of operation: PlanOperation, in values: [PlanValue]) -> Int { imageHeight }

    /// A step makes whole tiles. The height of a pooling's window divides that of a tile, so that it also makes whole windows.
    var rowGranularity: Int { algorithm.tile ?? poolingHeight }

    func rowSize(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        Int64(imageWidth) * Int64(values[operation.results[0].index].blocks)
    }

    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        slidingRows(rows, kernelHeight, strideHeight, dilationHeight, paddingTop)
    }

    func resultRows(_ result: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        guard pools, result == 1 || !keepsUnpooled else { return rows }
        let first = rows.first / poolingHeight
        return RowRange(first: first, count: rows.end / poolingHeight - first)
    }

    var rowsOutside: RowsOutside { .zeros }

    func halo(ofSource source: Int, of operation: PlanOperation, in values: [PlanValue]) -> (left: Int, right: Int) {
        let input = values[operation.sources[source].index]
        let lastStart = (imageWidth - 1) * strideWidth - paddingLeft
        let lastRead = lastStart + (kernelWidth - 1) * dilationWidth
        return (paddingLeft, max(0, lastRead - (input.width - 1)))
    }

    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        product(
            imageHeight, imageWidth, values[operation.results[0].index].channels, kernelHeight, kernelWidth,
            operation.sourceChannels(in: values) / groups)
    }

    func kernelWork(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        guard let tile = algorithm.tile else { return multiplyAccumulates(of: operation, in: values) }
        return operation.winogradWork(tile: tile, self, in: values)
    }
}

extension PlanOperation {
    /// Channels of all sources together.
    func sourceChannels(in values: [PlanValue]) -> Int { sources.reduce(0) { $0 + values[$1.index].channels } }
}
