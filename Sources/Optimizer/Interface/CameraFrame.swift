import Files
import GraphIR

/// How a camera's 8-bit frames become a model's input. ``prepended(to:)`` puts it in front of a graph as operations like any
/// others, so that the reference evaluator, the passes and the plan all mean the same by it.
///
///     pixel                              u8  [1, H, W, C]    the frame
///     cast, slice                        f32                 0 to 255, the part that is cropped to
///     resampling of columns, then rows   f32 [1, h, w, C]    a triangle filter, as wide as the picture shrinks
///     convolution 1x1                    f32 [1, h, w, c]    channels, (scale · x − mean) / deviation
public struct CameraFrame: Hashable, Sendable {
    /// Bytes of a pixel, in their order.
    public enum PixelFormat: String, Hashable, Sendable, CaseIterable {
        case rgb8, bgr8, rgba8, gray8

        public var channels: Int {
            switch self {
            case .rgb8, .bgr8: 3
            case .rgba8: 4
            case .gray8: 1
            }
        }

        /// For red, green and blue the byte that has it.
        var places: [Int] {
            switch self {
            case .rgb8, .rgba8: [0, 1, 2]
            case .bgr8: [2, 1, 0]
            case .gray8: [0, 0, 0]
            }
        }
    }

    /// Width first, as cameras state it.
    public struct Size: Hashable, Sendable {
        public var width: Int
        public var height: Int
        public init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }

    /// A part of the frame, in its pixels.
    public struct Crop: Hashable, Sendable {
        public var size: Size
        public var left: Int
        public var top: Int
        public init(_ size: Size, left: Int, top: Int) {
            self.size = size
            self.left = left
            self.top = top
        }
    }

    public var format: PixelFormat
    public var frame: Size
    public var crop: Crop?
    /// What the cropped frame is resized to; nil to keep its size.
    public var resized: Size?
    /// What bytes are multiplied with before anything else.
    public var scale: Float = 1 / 255
    /// In scaled units.
    public var normalization = ChannelNormalization()

    public init(_ format: PixelFormat, _ frame: Size) {
        self.format = format
        self.frame = frame
    }

    /// The model's size.
    public var result: Size { resized ?? crop?.size ?? frame }

    /// The sides of the frame as a tensor of bytes.
    public var inputShape: [Int] { [1, frame.height, frame.width, format.channels] }

    /// - Returns: The graph with the frame as its only input, under the name of the model's, and float32 in place of floats of other types.
    /// - Throws: for a graph whose input is no single picture of ``result`` with 1 or 3 channels, and for numbers out of range.
    public func prepended(to graph: Graph) throws(GraphError) -> Graph {
        var result = graph.withFloat32Borders()
        let main = result.main
        guard main.inputs.count == 1, let input = main.inputs.first else {
            throw GraphError("a frame is for a model with one input; this one has \(main.inputs.count)")
        }
        let picture = try PictureType(main.type(of: input), of: main[input].name)
        try check(picture)
        var builder = FunctionBuilder(name: main.name)
        let frame = builder.input(
            main[input].name, TensorType(.uint8, inputShape.map { Dimension($0) }))
        let value = try append(to: &builder, frame, picture, &result.constants)
        result.main = builder.finish().followed(by: main, input: input, is: value, named: "frame/result")
        return result
    }

    private func append(
        to builder: inout FunctionBuilder, _ frame: ValueID, _ picture: PictureType, _ constants: inout ConstantTable
    ) throws(GraphError) -> ValueID {
        var value = try builder.append(.cast(Cast(to: .float32)), [frame], name: "frame/convert")[0]
        var size = self.frame
        if let crop {
            let slice = Slice([
                .init(count: 1), .init(start: Dimension(crop.top), count: Dimension(crop.size.height)),
                .init(start: Dimension(crop.left), count: Dimension(crop.size.width)), .init(count: Dimension(format.channels)),
            ])
            value = try builder.append(.slice(slice), [value], name: "frame/crop")[0]
            size = crop.size
        }
        // Columns first: then fewer of them are held while the rows' neighbours are awaited.
        for (axis, from, to) in [(2, size.width, result.width), (1, size.height, result.height)] where from != to {
            let resize = Resize([Resize.Axis(axis, .size(to), interpolation: .linear, antialiases: true)])
            value = try builder.append(.resize(resize), [value], name: "frame/resize")[0]
        }
        value = try builder.appendPixelwise(
            value, weights(for: picture.channels), (0..<picture.channels).map(normalization.bias), channels: picture.channels,
            name: "frame", constants: &constants)
        guard picture.hasChannelsFirst else { return value }
        return try builder.append(.transpose(Transpose([0, 3, 1, 2])), [value], name: "frame/transpose")[0]
    }

    /// `[bytes of a pixel][channels of the model]`
    private func weights(for channels: Int) -> [Float] {
        var weights = [Float](repeating: 0, count: format.channels * channels)
        for channel in 0..<channels {
            let factor = normalization.factor(of: channel, scale: scale)
            if channels == 1, format != .gray8 {
                for (colour, place) in format.places.enumerated() { weights[place] = Luminance.weights[colour] * factor }
            } else {
                weights[format.places[channel] * channels + channel] = factor
            }
        }
        return weights
    }

    private func check(_ picture: PictureType) throws(GraphError) {
        if let crop {
            guard crop.left >= 0, crop.top >= 0, crop.size.width >= 1, crop.size.height >= 1,
                crop.left <= frame.width - crop.size.width, crop.top <= frame.height - crop.size.height
            else { throw GraphError("\(crop) is no part of a frame of \(frame)") }
        }
        guard picture.size == result else {
            throw GraphError("the frame becomes \(result) pixels, the model takes \(picture.size); give the size with --resize")
        }
        try normalization.check(channels: picture.channels)
        guard scale > 0, scale.isFinite else { throw GraphError("the scale is above 0 and finite") }
    }
}

/// The type of a model's input that is a single picture.
private struct PictureType {
    let size: CameraFrame.Size
    let channels: Int
    let hasChannelsFirst: Bool

    init(_ type: TensorType, of name: String) throws(GraphError) {
        guard type.element == .float32, let shape = type.staticShape, shape.count == 4, shape[0] == 1,
            let axis = type.shape.channelAxis
        else { throw GraphError("input '\(name)' is \(type); a frame becomes one picture of float32 with 1 or 3 channels") }
        hasChannelsFirst = axis == 1
        channels = shape[axis]
        size =
            hasChannelsFirst
            ? CameraFrame.Size(width: shape[3], height: shape[2]) : CameraFrame.Size(width: shape[2], height: shape[1])
    }
}

extension [Dimension] {
    /// The axis of a picture's 1 or 3 channels: the last one, as Keras has it, or the second, as ONNX.
    public var channelAxis: Int? {
        guard count == 4 else { return nil }
        return [3, 1].first { self[$0] == 1 || self[$0] == 3 }
    }
}

extension Function {
    /// This function and then another one, whose only input is a value of this one. The other's values keep their names.
    ///
    /// - Parameter name: what the other's input is called from now on, where it is free.
    func followed(by next: Function, input: ValueID, is value: ValueID, named name: String) -> Function {
        var result = next
        let offset = next.values.count
        func moved(_ id: ValueID) -> ValueID { id == value ? input : ValueID(id.index + offset) }
        // The model's input is now made by an operation; its name goes to the frame.
        var names = UniqueNames(taken: (next.values + values).map(\.name))
        result.values[input.index].name = names.claim(name)
        for (index, own) in values.enumerated() {
            let isInput = inputs.contains(ValueID(index))
            var own = own
            if !isInput, next.values.contains(where: { $0.name == own.name }) { own.name = names.claim(own.name) }
            result.values.append(own)
        }
        result.inputs = inputs.map(moved)
        result.nodes =
            nodes.map { node in
                Node(node.operation, inputs: node.inputs.map(moved), outputs: node.outputs.map(moved), name: node.name)
            } + next.nodes
        result.compact()
        return result
    }
}
