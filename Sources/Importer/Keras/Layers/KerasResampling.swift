import GraphIR

/// UpSampling2D: every row and column repeated, or interpolated between.
struct KerasUpSampling: KerasLayerKind {
    static let classNames = ["UpSampling2D"]

    private let resize: Resize
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        let factors = Resize.Target.factors(arguments.pair("size", default: Spatial(2, 2)))
        let interpolation = arguments.word("interpolation", of: ["nearest", "bilinear"], default: "nearest")
        // Keras 2.2 and 2.3 call TensorFlow 1's function, which does not centre the positions.
        let coordinates: Resize.Coordinates = arguments.dialect.isTensorFlowKeras ? .halfPixel : .asymmetric
        resize =
            interpolation == "nearest"
            ? Resize(factors, interpolation: .nearest, coordinates: .asymmetric)
            : Resize(factors, interpolation: .linear, coordinates: coordinates)
        isChannelsFirst = arguments.isChannelsFirst()
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        return [KerasTensor(value: try emitter.append(.resize(resize), [image]), isPermuted: isChannelsFirst)]
    }
}

/// Resizing to a fixed size, with pixels' centres aligned as `tf.image.resize` has them.
struct KerasResizing: KerasLayerKind {
    static let classNames = ["Resizing"]

    private let size: Spatial
    private let isLinear: Bool
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        size = Spatial(arguments.count("height"), arguments.count("width"))
        isLinear = arguments.word("interpolation", of: ["bilinear", "nearest"], default: "bilinear") == "bilinear"
        for flag in ["crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias"] { arguments.require(flag, is: .bool(false)) }
        isChannelsFirst = arguments.isChannelsFirst()
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        let resize =
            isLinear
            ? Resize(.size(size), interpolation: .linear, coordinates: .halfPixel) : try nearest(emitter.type(of: image))
        return [KerasTensor(value: try emitter.append(.resize(resize), [image]), isPermuted: isChannelsFirst)]
    }

    /// Row y is row ⌊(y + ½)·H / H'⌋ of the input, which for whole factors is ⌊y·H / H'⌋.
    private func nearest(_ image: TensorType) throws(GraphError) -> Resize {
        for (from, to) in zip(image.shape[1...2], [size.height, size.width]) {
            guard let side = from.constant, to % side == 0 else {
                throw GraphError("interpolation 'nearest' from \(from) to \(to); a whole multiple of a known side is expected")
            }
        }
        return Resize(.size(size), interpolation: .nearest, coordinates: .asymmetric)
    }
}
