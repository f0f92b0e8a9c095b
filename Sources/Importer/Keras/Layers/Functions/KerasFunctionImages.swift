import GraphIR

/// Functions of images.
enum KerasFunctionImages {
    private static func isChannelsFirst(_ call: KerasFunctionCall) throws(GraphError) -> Bool {
        let format = try call.word("data_format", default: "channels_last")
        guard ["nhwc", "channels_last", "nchw", "channels_first"].contains(format) else { throw GraphError("data_format is '\(format)'") }
        return ["nchw", "channels_first"].contains(format)
    }

    /// Rows, columns and channels of an image, and the size of blocks.
    private static func blocks(
        _ call: KerasFunctionCall, _ emitter: inout KerasEmitter
    ) throws(GraphError) -> (image: ValueID, shape: [Dimension], size: Int, isFirst: Bool) {
        let isFirst = try isChannelsFirst(call)
        let image = try emitter.image(call.tensor(), channelsFirst: isFirst)
        let size = try call.integer("block_size")
        guard (1...1024).contains(size) else { throw GraphError("block_size is \(size)") }
        return (image, emitter.type(of: image).shape, size, isFirst)
    }

    /// Channels are those of the positions in a block, row by row, each with all its channels.
    static func depthToSpace(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        let (image, shape, size, isFirst) = try blocks(call, &emitter)
        guard let channels = shape[3].exactQuotient(by: size * size) else { throw GraphError("\(shape[3]) channels in blocks of \(size)") }
        let block = Dimension(size)
        let split = try KerasFunctionShapes.reshaped(
            image, [shape[0], shape[1], shape[2], block, block, channels], &emitter, part: "blocks")
        let spread = try emitter.append(.transpose(Transpose([0, 1, 3, 2, 4, 5])), [split], part: "spread")
        // One axis after the other, since a product of open sides is none.
        let rows = try KerasFunctionShapes.reshaped(
            spread, [shape[0], shape[1] * size, shape[2], block, channels], &emitter, part: "rows")
        let result = try KerasFunctionShapes.reshaped(rows, [shape[0], shape[1] * size, shape[2] * size, channels], &emitter)
        return KerasTensor(value: result, isPermuted: isFirst)
    }

    static func spaceToDepth(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        let (image, shape, size, isFirst) = try blocks(call, &emitter)
        guard let rows = shape[1].exactQuotient(by: size), let columns = shape[2].exactQuotient(by: size) else {
            throw GraphError("an image of \(shape[1])x\(shape[2]) in blocks of \(size)")
        }
        let block = Dimension(size)
        let first = try KerasFunctionShapes.reshaped(image, [shape[0], rows, block, shape[2], shape[3]], &emitter, part: "rows")
        let split = try KerasFunctionShapes.reshaped(
            first, [shape[0], rows, block, columns, block, shape[3]], &emitter, part: "blocks")
        let joined = try emitter.append(.transpose(Transpose([0, 1, 3, 2, 4, 5])), [split], part: "joined")
        let result = try KerasFunctionShapes.reshaped(joined, [shape[0], rows, columns, shape[3] * (size * size)], &emitter)
        return KerasTensor(value: result, isPermuted: isFirst)
    }

    /// Elements at the edges: a constant, or mirrored at the border's element.
    static func pad(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        let value = try emitter.inModelOrder(call.tensor())
        let rank = emitter.type(of: value).rank
        guard let given = try call["amounts"], let array = KerasArray(given), array.values.allSatisfy({ (0...65_536).contains($0) }) else {
            throw GraphError("the amounts of padding; numbers from 0 on are expected")
        }
        let numbers = array.values.map { Int($0) }
        let pairs: [Padding.Amount]
        switch array.shape {
        case [rank, 2]: pairs = (0..<rank).map { Padding.Amount(numbers[2 * $0], numbers[2 * $0 + 1]) }
        // NumPy takes one pair, or one number, for all axes.
        case [1, 2], [2]: pairs = Array(repeating: Padding.Amount(numbers[0], numbers[1]), count: rank)
        case [], [1], [1, 1]: pairs = Array(repeating: Padding.Amount(numbers[0], numbers[0]), count: rank)
        default: throw GraphError("amounts of padding \(array.shape) for \(rank) axes")
        }
        let mode: Padding.Mode
        switch try call.word("mode", default: "constant") {
        case "constant": mode = .constant(try call.number("constant_values", default: 0))
        case "reflect": mode = .reflect
        case "edge": mode = .edge
        case "wrap": mode = .wrap
        case let other: throw GraphError("mode is '\(other)'; 'constant' or 'reflect' is expected")
        }
        return KerasTensor(value: try emitter.append(.padding(Padding(mode, amounts: pairs)), [value]))
    }

    static func resize(_ call: KerasFunctionCall, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        for name in ["preserve_aspect_ratio", "antialias", "pad_to_aspect_ratio"] where try call.flag(name) {
            throw GraphError("\(name) is true; false is expected")
        }
        let isFirst = try isChannelsFirst(call)
        let image = try emitter.image(call.tensor(), channelsFirst: isFirst)
        let size = try call.integers("size") ?? []
        guard size.count == 2, size.allSatisfy({ (1...Limits.attribute).contains($0) }) else {
            throw GraphError("size is \(size); rows and columns are expected")
        }
        let word = try call.word("interpolation", default: "bilinear")
        guard let interpolation = KerasInterpolation(rawValue: word) else {
            throw GraphError("the method '\(word)'; 'nearest', 'bilinear' or 'bicubic' is expected")
        }
        let result = try emitter.resized(
            image, to: Spatial(size[0], size[1]), interpolation, croppingToRatio: call.flag("crop_to_aspect_ratio"))
        return KerasTensor(value: result, isPermuted: isFirst)
    }
}
