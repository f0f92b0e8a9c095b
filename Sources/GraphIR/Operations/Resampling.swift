/// Resamples a tensor of any rank along some axes, one after another: ONNX's Resize in its general form. ``Resize`` is what
/// images mostly need of it, and has kernels that run row by row.
///
/// One operand, of f32, or of any element type where every axis takes the nearest element. Each axis is a sparse matrix that
/// ``Resampling/Axis/taps(inputSize:)`` gives: both the reference and the compiler ask it.
public struct Resampling: Hashable, Sendable {
    /// What becomes of a position between two elements.
    public enum Rounding: String, Hashable, Sendable, CaseIterable { case roundPreferFloor, roundPreferCeil, floor, ceil }

    public enum Interpolation: Hashable, Sendable {
        case nearest(Rounding)
        case linear
        /// Cubic convolution (Keys 1981) with his constant a, which is mostly −0.75 or −0.5.
        case cubic(coefficient: Float)
    }

    /// Which position of the input element i of the result stands for. See ``Resampling/Axis/position(of:inputSize:)``.
    public enum Coordinates: Hashable, Sendable {
        case halfPixel, halfPixelSymmetric, halfPixelForNearest, pytorchHalfPixel, alignCorners, asymmetric
        /// From `start` to `end`, in parts of the input; what lies outside of the input gets the extrapolation value.
        case cropAndResize(start: Float, end: Float)
    }

    /// In which arithmetic positions are computed. It decides which element is the nearest where a position lies between two, and
    /// scales such as 0.3 are no sums of powers of two.
    public enum PositionRule: String, Hashable, Sendable, CaseIterable {
        /// As rational numbers of the lengths, where the scale is their ratio rounded to a float, or else of the scale; Keras and
        /// the sizes of frames.
        case exact
        /// Each step of the formula rounded to float32, the scale being the rounded ratio of the lengths; ONNX's Resize by sizes.
        case floatLengths
        /// The same of the scale as it was given; ONNX's Resize by scales.
        case floatScale
    }

    /// How one axis is resampled.
    public struct Axis: Hashable, Sendable {
        /// From 0; never negative in the IR.
        public var axis: Int
        /// Elements of the result.
        public var size: Int
        /// Elements of the result for one of the input, as the positions count. Need not be size / input, which is rounded.
        public var scale: Float
        public var interpolation: Interpolation
        public var coordinates: Coordinates
        /// Whether elements outside of the input have no weight, the others sharing it; otherwise the border is repeated.
        /// Nearest elements are never outside.
        public var excludesOutside: Bool
        /// Whether a reduction averages over as many elements as it leaves out. Not with `.nearest`.
        public var antialiases: Bool
        public var positions: PositionRule

        public init(
            _ axis: Int, size: Int, scale: Float, interpolation: Interpolation, coordinates: Coordinates = .halfPixel,
            excludesOutside: Bool = false, antialiases: Bool = false, positions: PositionRule = .exact
        ) {
            self.axis = axis
            self.size = size
            self.scale = scale
            self.interpolation = interpolation
            self.coordinates = coordinates
            self.excludesOutside = excludesOutside
            self.antialiases = antialiases
            self.positions = positions
        }
    }

    /// Ascending by axis, each once; the others stay as they are.
    public var axes: [Axis]
    /// The result where `.cropAndResize` leaves the input.
    @BitwiseFloat public var extrapolation: Float

    public init(_ axes: [Axis], extrapolation: Float = 0) {
        self.axes = axes
        self.extrapolation = extrapolation
    }
}

extension Resampling: SingleResultOperation {
    static let kind = Operation.Kind.resampling
    static let mnemonic = "resampling"
    var operation: Operation { .resampling(self) }

    var attributes: [String] {
        ["axes [\(axes.map(\.text).joined(separator: ", "))]"]
            + (extrapolation.bitPattern == 0 ? [] : ["extrapolation \(spelling(extrapolation))"])
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Resampling {
        try scanner.expect(word: "axes")
        let axes = try scanner.list(in: "[", "]") { scanner throws(TextError) in try Axis(&scanner) }
        return Resampling(axes, extrapolation: scanner.accept(word: "extrapolation") ? try scanner.float() : 0)
    }

    /// One axis after the other, each with all the others as they are then.
    func visits(operands: [TensorType], results: [TensorType]) -> Int? {
        var (shape, sum) = (operands[0].shape, 0)
        for axis in axes {
            guard let input = shape[axis.axis].constant else { return nil }
            shape[axis.axis] = Dimension(axis.size)
            // A cubic reduction that is antialiased has the most.
            let taps = axis.antialiases ? 4 * (input / axis.size + 1) : 4
            guard let visits = saturatingProduct(shape, [taps]) else { return nil }
            sum = saturating(sum.addingReportingOverflow(visits))
        }
        return sum
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        var result = operands[0]
        try requireAxes(axes.map(\.axis), of: result)
        for axis in axes {
            guard case .nearest = axis.interpolation else {
                try requireFloat(result, "the operand")
                try axis.check(result.shape[axis.axis])
                result.shape[axis.axis] = Dimension(axis.size)
                continue
            }
            guard !axis.antialiases else { throw GraphError("the nearest element cannot be antialiased (axis \(axis.axis))") }
            try axis.check(result.shape[axis.axis])
            result.shape[axis.axis] = Dimension(axis.size)
        }
        return result
    }
}

extension Resampling.Axis {
    fileprivate func check(_ side: Dimension) throws(GraphError) {
        guard let input = side.constant else { throw GraphError("axis \(axis) has \(side) elements, expected a number") }
        guard input > 0 else { throw GraphError("axis \(axis) has no elements") }
        guard (1...Limits.side).contains(size) else {
            throw GraphError("the size of axis \(axis) is \(size), outside of 1...\(Limits.side)")
        }
        guard scale > 0, scale.isFinite else { throw GraphError("the scale of axis \(axis) is \(scale); expected more than 0") }
        if positions == .floatLengths, scale != Float(size) / Float(input) {
            throw GraphError(
                "the scale of axis \(axis) is \(scale); expected \(Float(size) / Float(input)) where positions are of the lengths")
        }
        if case .cubic(let coefficient) = interpolation, !(coefficient.magnitude <= 16) {
            throw GraphError("the coefficient of axis \(axis) is \(coefficient), outside of -16...16")
        }
        let wanted = Double(scale) * Double(input)
        if case .cropAndResize(let start, let end) = coordinates {
            guard start.isFinite, end.isFinite else { throw GraphError("axis \(axis) is cropped from \(start) to \(end)") }
            // Bounds the number of elements that one of the result averages.
            guard !antialiases || wanted >= Double(size) / 2 else { throw inconsistent(input) }
        } else {
            guard abs(wanted - Double(size)) <= 1 + 1e-6 * Double(size) else { throw inconsistent(input) }
        }
    }

    private func inconsistent(_ input: Int) -> GraphError {
        GraphError("\(input) elements of axis \(axis) times the scale \(scale) do not give \(size)")
    }
}

// MARK: The textual form of an axis
extension Resampling.Axis {
    /// `1 size 8 scale 2.0 linear half-pixel`
    fileprivate var text: String {
        var texts = ["\(axis) size \(size) scale \(spelling(scale))"]
        switch interpolation {
        case .nearest(let rounding): texts.append("nearest \(kebabCase(rounding.rawValue))")
        case .linear: texts.append("linear")
        case .cubic(let coefficient): texts.append("cubic \(spelling(coefficient))")
        }
        switch coordinates {
        case .halfPixel: texts.append("half-pixel")
        case .halfPixelSymmetric: texts.append("half-pixel-symmetric")
        case .halfPixelForNearest: texts.append("half-pixel-for-nearest")
        case .pytorchHalfPixel: texts.append("pytorch-half-pixel")
        case .alignCorners: texts.append("align-corners")
        case .asymmetric: texts.append("asymmetric")
        case .cropAndResize(let start, let end): texts.append("crop-and-resize \(spelling(start)) \(spelling(end))")
        }
        if excludesOutside { texts.append("excluding-outside") }
        if antialiases { texts.append("antialiasing") }
        if positions != .exact { texts.append("positions \(kebabCase(positions.rawValue))") }
        return texts.joined(separator: " ")
    }

    fileprivate init(_ scanner: inout TextScanner) throws(TextError) {
        let axis = try scanner.integer()
        try scanner.expect(word: "size")
        let size = try scanner.integer()
        try scanner.expect(word: "scale")
        let scale = try scanner.float()
        let interpolation: Resampling.Interpolation
        switch try scanner.choice("an interpolation", ["nearest", "linear", "cubic"], \.self) {
        case "nearest":
            interpolation = .nearest(try scanner.choice("a rounding", Resampling.Rounding.allCases) { kebabCase($0.rawValue) })
        case "linear": interpolation = .linear
        default: interpolation = .cubic(coefficient: try scanner.float())
        }
        let coordinates = try Resampling.Coordinates(&scanner)
        let excludesOutside = scanner.accept(word: "excluding-outside")
        let antialiases = scanner.accept(word: "antialiasing")
        let positions =
            scanner.accept(word: "positions")
            ? try scanner.choice("a rule", Resampling.PositionRule.allCases) { kebabCase($0.rawValue) } : .exact
        self.init(
            axis, size: size, scale: scale, interpolation: interpolation, coordinates: coordinates,
            excludesOutside: excludesOutside, antialiases: antialiases, positions: positions)
    }
}

extension Resampling.Coordinates {
    fileprivate init(_ scanner: inout TextScanner) throws(TextError) {
        let plain: [(String, Resampling.Coordinates)] = [
            ("half-pixel", .halfPixel), ("half-pixel-symmetric", .halfPixelSymmetric),
            ("half-pixel-for-nearest", .halfPixelForNearest), ("pytorch-half-pixel", .pytorchHalfPixel),
            ("align-corners", .alignCorners), ("asymmetric", .asymmetric),
        ]
        if scanner.accept(word: "crop-and-resize") {
            self = .cropAndResize(start: try scanner.float(), end: try scanner.float())
            return
        }
        self = try scanner.choice("coordinates", plain, \.0).1
    }
}
