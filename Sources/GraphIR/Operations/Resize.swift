/// Resamples the rows and columns of an image `[N, H, W, C]`; channels and batch stay.
///
/// Positions are exact rational numbers of the lengths; ``Resampling`` has other rules. Coordinates follow ONNX's Resize: with `.halfPixel` output row y reads the input at (y + ½)/scale − ½, with
/// `.asymmetric` at y/scale, with `.alignCorners` at y·(H − 1)/(H' − 1).
public struct Resize: Hashable, Sendable {
    public enum Interpolation: String, Hashable, Sendable, CaseIterable { case nearest, linear }
    public enum Coordinates: String, Hashable, Sendable, CaseIterable { case halfPixel, asymmetric, alignCorners }
    /// `.nearest` only: what becomes of a coordinate between two rows.
    public enum Rounding: String, Hashable, Sendable, CaseIterable { case floor, roundHalfDown }
    public enum Target: Hashable, Sendable {
        /// A whole multiple of the input: repeats (Keras' UpSampling2D).
        case factors(Spatial)
        case size(Spatial)
    }

    public var target: Target
    public var interpolation: Interpolation
    public var coordinates: Coordinates
    public var rounding: Rounding

    public init(
        _ target: Target, interpolation: Interpolation, coordinates: Coordinates = .halfPixel, rounding: Rounding = .floor
    ) {
        self.target = target
        self.interpolation = interpolation
        self.coordinates = coordinates
        self.rounding = rounding
    }
}

extension Resize: SingleResultOperation {
    static let kind = Operation.Kind.resize
    static let mnemonic = "resize"
    static let isOfImages = true
    var operation: Operation { .resize(self) }

    var attributes: [String] {
        var texts = [interpolation.rawValue]
        switch target {
        case .factors(let factors): texts.append("factors \(factors)")
        case .size(let size): texts.append("size \(size)")
        }
        if coordinates != .halfPixel { texts.append("coordinates \(kebabCase(coordinates.rawValue))") }
        if rounding != .floor { texts.append("rounding \(kebabCase(rounding.rawValue))") }
        return texts
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Resize {
        let interpolation = try scanner.choice("an interpolation", Interpolation.allCases, \.rawValue)
        let isFactors = try scanner.choice("a target", ["factors", "size"], \.self) == "factors"
        let target = try scanner.spatial()
        var resize = Resize(isFactors ? .factors(target) : .size(target), interpolation: interpolation)
        if scanner.accept(word: "coordinates") {
            resize.coordinates = try scanner.choice("coordinates", Coordinates.allCases) { kebabCase($0.rawValue) }
        }
        if scanner.accept(word: "rounding") {
            resize.rounding = try scanner.choice("a rounding", Rounding.allCases) { kebabCase($0.rawValue) }
        }
        return resize
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireImage(operands[0])
        let shape = operands[0].shape
        switch target {
        case .factors(let factors):
            try requireRange(factors.height, from: 1, "the factor of the rows")
            try requireRange(factors.width, from: 1, "the factor of the columns")
            return TensorType([shape[0], shape[1] * factors.height, shape[2] * factors.width, shape[3]])
        case .size(let size):
            return TensorType([shape[0], Dimension(size.height), Dimension(size.width), shape[3]])
        }
    }
}
