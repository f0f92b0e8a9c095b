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
        let (rows, columns) = (Resize.Length.factor(factors.height), Resize.Length.factor(factors.width))
        let resize =
            interpolation == .nearest
            ? Resize(rows: rows, columns: columns, interpolation: .nearest(.floor), coordinates: .asymmetric)
            : Resize(rows: rows, columns: columns, kind: interpolation, isCentred: isCentered)
        return [KerasTensor(value: try emitter.append(.resize(resize), [image]), isPermuted: isChannelsFirst)]
    }
}

/// Resizing to a fixed size, with pixels' centres aligned as `tf.image.resize` has them.
struct KerasResizing: KerasLayerKind {
    static let classNames = ["Resizing"]

    private let size: Spatial
    private let interpolation: KerasInterpolation
    private let cropsToRatio: Bool
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        size = Spatial(arguments.count("height"), arguments.count("width"))
        interpolation = KerasInterpolation(&arguments, default: .bilinear)
        cropsToRatio = arguments.flag("crop_to_aspect_ratio", default: false)
        for flag in ["pad_to_aspect_ratio", "antialias"] { arguments.require(flag, is: .bool(false)) }
        isChannelsFirst = arguments.isChannelsFirst()
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        let result = try emitter.resized(image, to: size, interpolation, croppingToRatio: cropsToRatio)
        return [KerasTensor(value: result, isPermuted: isChannelsFirst)]
    }
}

enum KerasInterpolation: String, Sendable {
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
}

extension Resize {
    /// Rows and columns as `tf.image.resize` has them: positions are those of pixels' centres, a nearest position in the middle is
    /// rounded up, cubic weights (a = −½) outside of the image are left out and the others scaled up.
    ///
    /// - Parameter isCentred: otherwise bilinear positions are those of pixels' corners.
    init(rows: Length, columns: Length, kind: KerasInterpolation, isCentred: Bool) {
        switch kind {
        case .nearest: self.init(rows: rows, columns: columns, interpolation: .nearest(.roundPreferCeil))
        case .bilinear:
            self.init(rows: rows, columns: columns, interpolation: .linear, coordinates: isCentred ? .halfPixel : .asymmetric)
        case .bicubic:
            self.init(rows: rows, columns: columns, interpolation: .cubic(coefficient: -0.5))
            for index in axes.indices { axes[index].excludesOutside = true }
        }
    }
}
