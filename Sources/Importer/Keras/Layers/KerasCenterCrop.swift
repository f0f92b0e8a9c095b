import GraphIR

/// CenterCrop, and RandomCrop as it is at inference: the middle of the image in a fixed size. An image that is too small, and with
/// RandomCrop every image, is cropped to the ratio of the sides and resized.
struct KerasCenterCrop: KerasLayerKind {
    static let classNames = ["CenterCrop", "RandomCrop"]

    private let size: Spatial
    private let isChannelsFirst: Bool
    private let isRandom: Bool
    /// Whether the version resizes at all. Keras' RandomCrop does nothing at inference from 3.8 on.
    private let resizes: Bool
    private let passes: Bool

    init(_ arguments: inout KerasArguments) {
        size = Spatial(arguments.count("height"), arguments.count("width"))
        isChannelsFirst = arguments.isChannelsFirst()
        isRandom = arguments.declaration.className == "RandomCrop"
        let version = arguments.dialect.version
        passes = isRandom && version.line == .keras3 && version.number >= .init(3, 8, 0)
        // Before, TensorFlow resized the image first and then cropped it; Keras 3.6 and 3.7 crop and resize what is left.
        resizes = version.line == .keras3 || version.number >= .init(2, 8, 0)
        let isBetween = version.line == .keras3 && version.number >= .init(3, 6, 0) && version.number < .init(3, 8, 0)
        let isTold = arguments.dialect.isVersionTold
        if isRandom, !resizes || isBetween || !isTold {
            arguments.report(
                "class", found: "RandomCrop of \(isTold ? "\(version)" : "a version that the file does not tell")",
                accepted: "that of tf.keras from 2.8.0 on, of Keras 3.0 to 3.5 or from 3.8 on, or CenterCrop")
        }
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        if passes { return operands }
        let image = try emitter.image(operands[0], channelsFirst: isChannelsFirst)
        let sides = try emitter.knownSides(ofImage: image)
        let result: ValueID
        if !isRandom, sides.height >= size.height, sides.width >= size.width {
            result = try emitter.cropped(image, to: size, part: nil)
        } else if resizes {
            result = try emitter.resized(image, to: size, .bilinear, croppingToRatio: true)
        } else {
            throw GraphError("an image of \(sides) for a crop of \(size); one at least as large is expected")
        }
        return [KerasTensor(value: result, isPermuted: isChannelsFirst)]
    }
}

extension KerasEmitter {
    /// Rows and columns of an image `[N, H, W, C]`.
    func knownSides(ofImage image: ValueID) throws(GraphError) -> Spatial {
        let type = type(of: image)
        guard type.rank == 4, let rows = type.shape[1].constant, let columns = type.shape[2].constant else {
            throw GraphError("the operand is \(type); an image whose sides are known is expected")
        }
        return Spatial(rows, columns)
    }

    /// The middle of an image, which is at least so large.
    mutating func cropped(_ image: ValueID, to size: Spatial, part: String?) throws(GraphError) -> ValueID {
        let sides = try knownSides(ofImage: image)
        func amount(_ side: Int, _ wanted: Int) -> Padding.Amount {
            let before = (side - wanted) / 2
            return Padding.Amount(-before, wanted - side + before)
        }
        let none = Padding.Amount(0, 0)
        let amounts = [none, amount(sides.height, size.height), amount(sides.width, size.width), none]
        return try append(.padding(Padding(.constant(0), amounts: amounts)), [image], part: part)
    }

    /// An image in another size.
    ///
    /// - Parameter cropsToRatio: whether it is cropped first to the ratio of the sides that it gets, as `smart_resize` of Keras does.
    mutating func resized(
        _ image: ValueID, to size: Spatial, _ interpolation: KerasInterpolation, croppingToRatio cropsToRatio: Bool = false
    ) throws(GraphError) -> ValueID {
        var image = image
        if cropsToRatio {
            let sides = try knownSides(ofImage: image)
            let crop = Spatial(
                max(1, min(sides.height, sides.width * size.height / size.width)),
                max(1, min(sides.width, sides.height * size.width / size.height)))
            if crop != sides { image = try cropped(image, to: crop, part: "cropped") }
        }
        let resize = Resize(rows: .size(size.height), columns: .size(size.width), kind: interpolation, isCentred: true)
        return try append(.resize(resize), [image])
    }
}
