/// Resamples a tensor of any rank along some axes, one after another: ONNX's Resize, Keras' UpSampling2D and Resizing.
///
/// One operand, of f32, or of any element type where every axis takes the nearest element. Each axis is a sparse matrix that
/// ``Resize/Axis/taps(inputSize:)`` gives: both the reference and the compiler ask it.
public struct Resize: Hashable, Sendable {
    /// What becomes of a position between two elements.
    public enum Rounding: String, Hashable, Sendable, CaseIterable { case roundPreferFloor, roundPreferCeil, floor, ceil }

    public enum Interpolation: Hashable, Sendable {
        case nearest(Rounding)
        case linear
        /// Cubic convolution (Keys 1981) with his constant a, which is mostly −0.75 or −0.5.
        case cubic(coefficient: Float)
    }

    /// Which position of the input element i of the result stands for. See ``Resize/Axis/elementPositions(inputSize:)``.
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

    /// How long an axis becomes.
    public enum Length: Hashable, Sendable {
        /// So many elements for each one of the input.
        case factor(Int)
        /// A number of elements. The scale, elements of the result for one of the input as the positions count, is the ratio of
        /// both lengths unless another one is given; ONNX rounds lengths down and keeps the scale.
        case size(Int, scale: Float? = nil)
    }

    /// How one axis is resampled.
    public struct Axis: Hashable, Sendable {
        /// From 0; never negative in the IR.
        public var axis: Int
        public var length: Length
        public var interpolation: Interpolation
        public var coordinates: Coordinates
        /// Whether elements outside of the input have no weight, the others sharing it; otherwise the border is repeated.
        /// Nearest elements are never outside.
        public var excludesOutside: Bool
        /// Whether a reduction averages over as many elements as it leaves out. Not with `.nearest`.
        public var antialiases: Bool
        public var positions: PositionRule

        public init(
            _ axis: Int, _ length: Length, interpolation: Interpolation, coordinates: Coordinates = .halfPixel,
            excludesOutside: Bool = false, antialiases: Bool = false, positions: PositionRule = .exact
        ) {
            self.axis = axis
            self.length = length
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

    /// Rows and columns of images `[N, H, W, C]`, both in the same way.
    public init(rows: Length, columns: Length, interpolation: Interpolation, coordinates: Coordinates = .halfPixel) {
        self.init([(1, rows), (2, columns)].map { Axis($0, $1, interpolation: interpolation, coordinates: coordinates) })
    }
}

extension Resize.Axis {
    /// Elements of the result.
    public func size(inputSize: Int) -> Int {
        switch length {
        case .factor(let factor): inputSize * factor
        case .size(let size, _): size
        }
    }

    /// Elements of the result for one of the input, as the positions count.
    public func scale(inputSize: Int) -> Float {
        switch length {
        case .factor(let factor): Float(factor)
        case .size(let size, let scale): scale ?? Float(size) / Float(inputSize)
        }
    }
}

extension Resize: SingleResultOperation {
    static let kind = Operation.Kind.resize
    static let mnemonic = "resize"
    var operation: Operation { .resize(self) }

    var attributes: [String] {
        ["axes [\(axes.map(\.text).joined(separator: ", "))]"]
            + (extrapolation.bitPattern == 0 ? [] : ["extrapolation \(spelling(extrapolation))"])
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Resize {
        try scanner.expect(word: "axes")
        let axes = try scanner.list(in: "[", "]") { scanner throws(TextError) in try Axis(&scanner) }
        return Resize(axes, extrapolation: scanner.accept(word: "extrapolation") ? try scanner.float() : 0)
    }

    /// One axis after the other, each with all the others as they are then.
    func visits(operands: [TensorType], results: [TensorType]) -> Int? {
        var (shape, sum) = (operands[0].shape, 0)
        for axis in axes {
            guard let input = shape[axis.axis].constant else { return nil }
            let size = axis.size(inputSize: input)
            shape[axis.axis] = Dimension(size)
            // A cubic reduction that is antialiased has the most.
            let taps = axis.antialiases ? 4 * (input / size + 1) : 4
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
            if case .nearest = axis.interpolation {
                guard !axis.antialiases else { throw GraphError("the nearest element cannot be antialiased (axis \(axis.axis))") }
            } else {
                try requireFloat(result, "the operand")
            }
            result.shape[axis.axis] = try axis.side(of: result.shape[axis.axis])
        }
        return result
    }
}

extension Resize.Axis {
    /// The result's side.
    fileprivate func side(of input: Dimension) throws(GraphError) -> Dimension {
        if input.constant == 0 { throw GraphError("axis \(axis) has no elements") }
        if case .cubic(let coefficient) = interpolation, !(coefficient.magnitude <= 16) {
            throw GraphError("the coefficient of axis \(axis) is \(coefficient), outside of -16...16")
        }
        if case .cropAndResize(let start, let end) = coordinates, !(start.isFinite && end.isFinite) {
            throw GraphError("axis \(axis) is cropped from \(start) to \(end)")
        }
        switch length {
        case .factor(let factor):
            try requireRange(factor, from: 1, "the factor of axis \(axis)")
            return input * factor
        case .size(let size, let scale):
            guard (1...Limits.side).contains(size) else {
                throw GraphError("the size of axis \(axis) is \(size), outside of 1...\(Limits.side)")
            }
            if let scale { try check(scale, to: size, from: input) }
            return Dimension(size)
        }
    }

    private func check(_ scale: Float, to size: Int, from side: Dimension) throws(GraphError) {
        guard let input = side.constant else { throw GraphError("axis \(axis) has \(side) elements, expected a number") }
        guard scale > 0, scale.isFinite else { throw GraphError("the scale of axis \(axis) is \(scale); expected more than 0") }
        if positions == .floatLengths, scale != Float(size) / Float(input) {
            throw GraphError(
                "the scale of axis \(axis) is \(scale); expected \(Float(size) / Float(input)) where positions are of the lengths")
        }
        let wanted = Double(scale) * Double(input)
        let isConsistent: Bool
        if case .cropAndResize = coordinates {
            // Bounds the number of elements that one of the result averages.
            isConsistent = !antialiases || wanted >= Double(size) / 2
        } else {
            isConsistent = abs(wanted - Double(size)) <= 1 + 1e-6 * Double(size)
        }
        guard isConsistent else { throw GraphError("\(input) elements of axis \(axis) times the scale \(scale) do not give \(size)") }
    }
}

// MARK: The textual form of an axis
extension Resize.Axis {
    /// `1 factor 2 nearest floor asymmetric`, `2 size 8 scale 2.25 linear half-pixel`
    fileprivate var text: String {
        var texts: [String]
        switch length {
        case .factor(let factor): texts = ["\(axis) factor \(factor)"]
        case .size(let size, let scale): texts = ["\(axis) size \(size)"] + (scale.map { ["scale \(spelling($0))"] } ?? [])
        }
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
        let isFactor = try scanner.choice("a length", ["factor", "size"], \.self) == "factor"
        let number = try scanner.integer()
        let length: Resize.Length =
            isFactor ? .factor(number) : .size(number, scale: scanner.accept(word: "scale") ? try scanner.float() : nil)
        let interpolation: Resize.Interpolation
        switch try scanner.choice("an interpolation", ["nearest", "linear", "cubic"], \.self) {
        case "nearest":
            interpolation = .nearest(try scanner.choice("a rounding", Resize.Rounding.allCases) { kebabCase($0.rawValue) })
        case "linear": interpolation = .linear
        default: interpolation = .cubic(coefficient: try scanner.float())
        }
        let coordinates = try Resize.Coordinates(&scanner)
        let excludesOutside = scanner.accept(word: "excluding-outside")
        let antialiases = scanner.accept(word: "antialiasing")
        let positions =
            scanner.accept(word: "positions")
            ? try scanner.choice("a rule", Resize.PositionRule.allCases) { kebabCase($0.rawValue) } : .exact
        self.init(
            axis, length, interpolation: interpolation, coordinates: coordinates,
            excludesOutside: excludesOutside, antialiases: antialiases, positions: positions)
    }
}

extension Resize.Coordinates {
    fileprivate init(_ scanner: inout TextScanner) throws(TextError) {
        let plain: [(String, Resize.Coordinates)] = [
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
