import GraphIR

/// ZeroPadding2D.
struct KerasZeroPadding: KerasLayerKind {
    static let classNames = ["ZeroPadding2D"]
    private let edges: KerasEdges
    init(_ arguments: inout KerasArguments) { edges = KerasEdges("padding", default: 1, &arguments) }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try edges.apply(operands, sign: 1, in: &emitter)
    }
}

/// Cropping2D: padding by a negative amount.
struct KerasCropping: KerasLayerKind {
    static let classNames = ["Cropping2D"]
    private let edges: KerasEdges
    init(_ arguments: inout KerasArguments) { edges = KerasEdges("cropping", default: 0, &arguments) }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try edges.apply(operands, sign: -1, in: &emitter)
    }
}

/// Rows and columns at the edges: `[[top, bottom], [left, right]]`, a pair for rows and columns, or one number.
private struct KerasEdges {
    private let rows: Padding.Amount
    private let columns: Padding.Amount
    private let isChannelsFirst: Bool

    init(_ name: String, default standard: Int, _ arguments: inout KerasArguments) {
        isChannelsFirst = arguments.isChannelsFirst()
        if let pairs = arguments[name]?.array, pairs.count == 2,
            let vertical = Self.amount(pairs[0]), let horizontal = Self.amount(pairs[1])
        {
            (rows, columns) = (vertical, horizontal)
        } else {
            let pair = arguments.pair(name, default: Spatial(standard, standard), from: 0)
            rows = Padding.Amount(pair.height, pair.height)
            columns = Padding.Amount(pair.width, pair.width)
        }
    }

    private static func amount(_ value: JSONValue) -> Padding.Amount? {
        guard value.array != nil, let pair = KerasArguments.pair(value, from: 0) else { return nil }
        return Padding.Amount(pair.height, pair.width)
    }

    func apply(_ operands: [KerasTensor], sign: Int, in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        let none = Padding.Amount(0, 0)
        let amounts =
            [none, Padding.Amount(sign * rows.before, sign * rows.after)]
            + [Padding.Amount(sign * columns.before, sign * columns.after), none]
        let result = try emitter.append(.padding(Padding(.constant(0), amounts: amounts)), [image])
        return [KerasTensor(value: result, isPermuted: isChannelsFirst)]
    }
}
