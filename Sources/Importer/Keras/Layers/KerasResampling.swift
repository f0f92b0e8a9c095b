import GraphIR

/// UpSampling2D: every row and column is repeated, or rows and columns are interpolated between.
struct KerasUpSampling: KerasLayerKind {
    static let classNames = ["UpSampling2D"]

    private let factors: Spatial
    private let interpolation: KerasInterpolation
    private let isChannelsFirst: Bool
    private let isCentered: Bool

    init(_ arguments: inout KerasArguments) {
        factors = arguments.pair("size", default: Spatial(2, 2))
        interpolation = KerasInterpolation(&arguments, default: .nearest)
        isChannelsFirst = arguments.isChannelsFirst()
        if interpolation == .bilinear, arguments.dialect.isTheano {
            arguments.report("interpolation", found: "'bilinear' of Theano", accepted: "'nearest'")
        }
        isCentered = arguments.dialect.centresBilinear ?? true
        if interpolation == .bilinear, arguments.dialect.centresBilinear == nil {
            arguments.report(
                "interpolation",
                found:
                    "'bilinear', which Keras 2.2 and 2.3 and TensorFlow 1.13 and 1.14 compute otherwise than TensorFlow 1.15 and later; the file "
                    + "does not tell which of them wrote it",
                accepted: "'nearest', or the model as a later version writes it")
        }
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        let operation: GraphIR.Operation
        switch interpolation {
        case .nearest: operation = .resize(Resize(.factors(factors), interpolation: .nearest, coordinates: .asymmetric))
        case .bilinear:
            let coordinates: Resize.Coordinates = isCentered ? .halfPixel : .asymmetric
            operation = .resize(Resize(.factors(factors), interpolation: .linear, coordinates: coordinates))
        case .bicubic:
            let sides = try staticSides(emitter.type(of: image))
            let size = Spatial(sides.height * factors.height, sides.width * factors.width)
            operation = interpolation.resampling(from: sides, to: size)
        }
        return [KerasTensor(value: try emitter.append(operation, [image]), isPermuted: isChannelsFirst)]
    }
}

/// Resizing to a fixed size, with pixels' centres aligned as `tf.image.resize` has them.
struct KerasResizing: KerasLayerKind {
    static let classNames = ["Resizing"]

    private let size: Spatial
    private let interpolation: KerasInterpolation
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        size = Spatial(arguments.count("height"), arguments.count("width"))
        interpolation = KerasInterpolation(&arguments, default: .bilinear)
        for flag in ["crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias"] { arguments.require(flag, is: .bool(false)) }
        isChannelsFirst = arguments.isChannelsFirst()
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        let operation: GraphIR.Operation =
            interpolation == .bilinear
            ? .resize(Resize(.size(size), interpolation: .linear, coordinates: .halfPixel))
            : interpolation.resampling(from: try staticSides(emitter.type(of: image)), to: size)
        return [KerasTensor(value: try emitter.append(operation, [image]), isPermuted: isChannelsFirst)]
    }
}

private enum KerasInterpolation: String, Sendable {
    case nearest, bilinear, bicubic

    init(_ arguments: inout KerasArguments, default standard: KerasInterpolation) {
        let words = ["nearest", "bilinear", "bicubic"]
        let word = arguments.word("interpolation", of: words, default: standard.rawValue)
        self = KerasInterpolation(rawValue: word) ?? standard
        // PyTorch's coefficient is −¾, and its border is repeated.
        if self == .bicubic, arguments.dialect.isTorch {
            arguments.report("interpolation", found: "'bicubic' of PyTorch", accepted: "'nearest' or 'bilinear'")
        }
    }

    /// As `tf.image.resize` does it: positions are those of pixels' centres, a nearest position in the middle is rounded up,
    /// cubic weights (a = −½) outside of the image are left out and the others scaled up.
    func resampling(from sides: Spatial, to size: Spatial) -> GraphIR.Operation {
        let kind: Resampling.Interpolation =
            self == .nearest ? .nearest(.roundPreferCeil) : self == .bilinear ? .linear : .cubic(coefficient: -0.5)
        func axis(_ axis: Int, _ from: Int, _ to: Int) -> Resampling.Axis {
            Resampling.Axis(
                axis, size: to, scale: Float(to) / Float(from), interpolation: kind, excludesOutside: self == .bicubic)
        }
        return .resampling(Resampling([axis(1, sides.height, size.height), axis(2, sides.width, size.width)]))
    }
}

/// The sides of an image that have to be numbers.
private func staticSides(_ image: TensorType) throws(GraphError) -> Spatial {
    guard let rows = image.shape[1].constant, let columns = image.shape[2].constant else {
        throw GraphError("this interpolation needs an image of known sides, not \(image)")
    }
    return Spatial(rows, columns)
}
