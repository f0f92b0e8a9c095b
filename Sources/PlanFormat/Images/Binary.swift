/// Arithmetic of two images. A source whose height, width or number of channels is 1 is stretched along that side to the size
/// of the result.
public struct BinaryParameters: Hashable, Sendable {
    public enum Kind: UInt32, Hashable, Sendable, CaseIterable {
        case add = 0
        case subtract = 1
        case multiply = 2
        case divide = 3
        case power = 4
        case minimum = 5
        case maximum = 6
        case prelu = 7
        case modulo = 8
        case remainder = 9
        case bitAnd = 10
        case bitOr = 11
        case bitXor = 12
        case shiftLeft = 13
        case shiftRight = 14

        /// Whether there are kernels on images; those on plain tensors have all kinds.
        public var isOfImages: Bool { rawValue <= Kind.prelu.rawValue }
        /// Whether it works on the bits of integers, and so not on floats.
        public var isOfBits: Bool { rawValue >= Kind.bitAnd.rawValue }
    }
    public var kind: Kind
    public var activation: Activation
    public init(_ kind: Kind, activation: Activation = .identity) {
        self.kind = kind
        self.activation = activation
    }
}

extension BinaryParameters: CodedFamily {
    static var code: UInt32 { 8 }
    var name: StaticString { "binary" }

    init(reading words: inout WordReader) throws(PlanError) {
        self.init(try words.code("kind"), activation: try words.activation())
    }

    func write(to out: inout WordWriter) {
        out.words.append(kind.rawValue)
        out.put(activation)
    }

    var resultActivation: Activation? { activation }
    var operandRule: OperandRule { OperandRule(sources: 2...2) }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        try require(kind.isOfImages, ".kind: is #, images have 0 to 7", Int(kind.rawValue))
        let result = plan.values[operation.results[0].index]
        for id in operation.sources {
            let source = plan.values[id.index]
            try source.requireShape(
                source.height == 1 ? 1 : result.height, source.width == 1 ? 1 : result.width, source.channels == 1 ? 1 : result.channels)
        }
    }

    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        values[operation.sources[source].index].height == 1 ? RowRange(first: 0, count: 1) : rows
    }

    /// Their heights may differ, since one of them may be stretched.
    var readsSourcesAlike: Bool { false }
}
