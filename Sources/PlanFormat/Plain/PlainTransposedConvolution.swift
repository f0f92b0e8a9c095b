/// A transposed convolution whose weights are computed by other operations and so cannot be packed. Sources: images NHWC, the
/// kernel [kh, kw, filters / groups, channels], and optionally a bias [filters], all float32. Row i of the source and row r of
/// the kernel contribute to row `i·stride + r·dilation − paddingTop` of the result.
public struct PlainTransposedConvolution: Hashable, Sendable, PlainParameters {
    public var window: PlainWindow
    public var filters: Int
    public var groups: Int
    public var activation: Activation

    public init(_ window: PlainWindow, filters: Int, groups: Int = 1, activation: Activation = .identity) {
        self.window = window
        self.filters = filters
        self.groups = groups
        self.activation = activation
    }

    init(reading words: inout WordReader) throws(PlanError) {
        window = try PlainWindow(reading: &words)
        filters = try words.count("filters")
        groups = try words.number("groups", through: FileLayout.largestElementCount)
        activation = try words.activation()
    }

    func write(to out: inout WordWriter) {
        window.write(to: &out)
        out.put(filters, groups)
        out.put(activation)
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try operands.requireSources(2...3)
        for tensor in operands.sources + [operands.result] { try operands.requireElement(tensor, .float32, "operand") }
        try window.verify(operands, resultChannels: filters)
        try require(
            window.channels % groups == 0 && filters % groups == 0,
            ".groups: # do not divide # channels and # filters", groups, window.channels, filters)
        try operands.requireSides(
            operands.sources[1], [window.kernelHeight, window.kernelWidth, filters / groups, window.channels], "kernel")
        if operands.sources.count == 3 { try operands.requireCount(operands.sources[2], filters, "bias") }
    }

    func work(_ operands: PlainOperands) -> Int64 {
        window.visits(operands).saturating(times: Int64(max(window.channels / groups, 1)))
    }
}
