/// The words (u32) in which an operation's parameters stand in the file, in the order of the structs' properties.

/// The codes of the operations in the file, equal to the kernels' families.
enum FamilyCode: UInt32 {
    case input = 0
    case output, convolution, transposedConvolution, pooling, globalPooling, resize, elementwise, binary
    case concatenation, padding, scaleShift, softmax, plainInput, plainOutput, blocking, unblocking
    // 17 to 35 are those of `PlainKernel.Family`.
    case resampling = 36
}

struct WordWriter {
    var words: [UInt32] = []
    mutating func put(_ values: Int...) { for value in values { words.append(UInt32(bitPattern: Int32(truncatingIfNeeded: value))) } }
    mutating func put(wide value: Int) {
        let bits = UInt64(bitPattern: Int64(value))
        words.append(UInt32(truncatingIfNeeded: bits))
        words.append(UInt32(truncatingIfNeeded: bits >> 32))
    }
    mutating func put(_ value: Bool) { words.append(value ? 1 : 0) }
    mutating func put(_ value: Float) { words.append(value.bitPattern) }
    mutating func put(_ activation: Activation) {
        words.append(activation.function.rawValue)
        put(activation.a)
        put(activation.b)
        put(activation.c)
    }
}

/// Reads words in order; running past the end is an error that names the operation.
struct WordReader {
    let words: [UInt32]
    private var position = 0

    init(_ words: [UInt32]) { self.words = words }

    mutating func word() throws(PlanError) -> UInt32 {
        try require(position < words.count, ": # parameter words, more expected", words.count)
        defer { position += 1 }
        return words[position]
    }

    /// A number that is a size, a count or a step: from `low` to 65,536 unless a larger bound is given.
    ///
    /// - Parameter axis: Which of several numbers of that name it is.
    mutating func number(
        _ name: StaticString, axis: Int? = nil, from low: Int = 1, through high: Int = FileLayout.largestExtent
    ) throws(PlanError) -> Int {
        let value = Int(Int32(bitPattern: try word()))
        try require(
            value >= low && value <= high,
            ".\(name)\(axis.map { "[\($0)]" } ?? ""): found \(value), expected \(low) through \(high)")
        return value
    }

    mutating func wide(_ axis: StaticString, _ name: StaticString, from low: Int, through high: Int) throws(PlanError) -> Int {
        let lowHalf = UInt64(try word())
        let value = Int64(bitPattern: lowHalf | UInt64(try word()) << 32)
        try require(
            value >= Int64(low) && value <= Int64(high), ".\(axis).\(name): found \(value), expected \(low) through \(high)")
        return Int(value)
    }

    mutating func code<Code: RawRepresentable>(_ name: StaticString) throws(PlanError) -> Code where Code.RawValue == UInt32 {
        let found = try word()
        guard let code = Code(rawValue: found) else { throw .unknown(name, found) }
        return code
    }

    mutating func flag(_ name: StaticString) throws(PlanError) -> Bool {
        let value = try word()
        try require(value <= 1, ".\(name): found \(value), expected 0 or 1")
        return value == 1
    }

    mutating func float() throws(PlanError) -> Float { Float(bitPattern: try word()) }

    mutating func activation() throws(PlanError) -> Activation {
        let code = try word()
        guard let function = Activation.Function(rawValue: code) else {
            throw PlanError(.corrupt, ".activation: function \(code) is not known")
        }
        return Activation(function, try float(), try float(), try float())
    }

    var remaining: Int { words.count - position }

    func finish() throws(PlanError) {
        try require(
            position == words.count,
            ": # parameter words, expected #", words.count, position)
    }
}

extension PlanError {
    /// A code in the file that this version has no meaning for.
    @inline(never)
    static func unknown(_ field: StaticString, _ code: UInt32) -> PlanError {
        PlanError(.corrupt, ".\(field): \(code) is not known")
    }
}

extension KernelParameters {
    /// The code of the family in the file.
    package var familyCode: UInt32 {
        if case .plain(let kernel) = self { return kernel.family.rawValue }
        return family?.rawValue ?? 0
    }

    private var family: FamilyCode? {
        switch self {
        case .input: .input
        case .output: .output
        case .convolution: .convolution
        case .transposedConvolution: .transposedConvolution
        case .pooling: .pooling
        case .globalPooling: .globalPooling
        case .resize: .resize
        case .resampling: .resampling
        case .elementwise: .elementwise
        case .binary: .binary
        case .concatenation: .concatenation
        case .padding: .padding
        case .scaleShift: .scaleShift
        case .softmax: .softmax
        case .plainInput: .plainInput
        case .plainOutput: .plainOutput
        case .blocking: .blocking
        case .unblocking: .unblocking
        case .plain: nil
        }
    }

    func write(to out: inout WordWriter) {
        switch self {
        case .input(let entry, let image): out.put(entry, image)
        case .output(let entry), .plainInput(let entry), .plainOutput(let entry): out.put(entry)
        case .convolution(let p): p.write(to: &out)
        case .transposedConvolution(let p): p.write(to: &out)
        case .pooling(let p): p.write(to: &out)
        case .globalPooling(let kind): out.put(Int(kind.rawValue))
        case .resize(let p):
            out.put(Int(p.interpolation.rawValue))
            p.rows.write(to: &out)
            p.columns.write(to: &out)
        case .resampling(let p):
            out.put(Int(p.axis.rawValue))
            p.sampling.write(to: &out)
            out.put(p.taps)
        case .elementwise(let activation), .scaleShift(let activation): out.put(activation)
        case .binary(let p):
            out.put(Int(p.kind.rawValue))
            out.put(p.activation)
        case .padding(let p):
            out.put(Int(p.mode.rawValue))
            out.put(p.value)
            out.put(p.top, p.left)
        case .blocking(let strides), .unblocking(let strides):
            out.put(strides.offset, strides.image, strides.row, strides.column, strides.channel)
        case .plain(let kernel): kernel.write(to: &out)
        case .concatenation, .softmax: break
        }
    }

    init(family code: UInt32, reading words: inout WordReader) throws(PlanError) {
        guard let family = FamilyCode(rawValue: code) else {
            guard let family = PlainKernel.Family(rawValue: code) else {
                throw .unknown("family", code)
            }
            self = .plain(try PlainKernel(family, reading: &words))
            try words.finish()
            return
        }
        switch family {
        case .input: self = .input(entry: try words.number("entry", from: 0), image: try words.count("image"))
        case .output: self = .output(entry: try words.number("entry", from: 0))
        case .convolution: self = .convolution(try ConvolutionParameters(reading: &words))
        case .transposedConvolution: self = .transposedConvolution(try TransposedConvolutionParameters(reading: &words))
        case .pooling: self = .pooling(try PoolingParameters(reading: &words))
        case .globalPooling: self = .globalPooling(try words.code("kind"))
        case .resize: self = .resize(try ResizeParameters(reading: &words))
        case .resampling: self = .resampling(try ResamplingParameters(reading: &words))
        case .elementwise: self = .elementwise(try words.activation())
        case .binary: self = .binary(try BinaryParameters(reading: &words))
        case .concatenation: self = .concatenation
        case .padding: self = .padding(try PaddingParameters(reading: &words))
        case .scaleShift: self = .scaleShift(try words.activation())
        case .softmax: self = .softmax
        case .plainInput: self = .plainInput(entry: try words.number("entry", from: 0))
        case .plainOutput: self = .plainOutput(entry: try words.number("entry", from: 0))
        case .blocking: self = .blocking(try ImageStrides(reading: &words))
        case .unblocking: self = .unblocking(try ImageStrides(reading: &words))
        }
        try words.finish()
    }
}

extension ImageStrides {
    fileprivate init(reading words: inout WordReader) throws(PlanError) {
        self.init(
            offset: try words.count("offset"), image: try words.count("image"), row: try words.count("row"),
            column: try words.count("column"), channel: try words.count("channel"))
    }
}

extension ConvolutionParameters {
    fileprivate func write(to out: inout WordWriter) {
        out.put(Int(algorithm.rawValue), kernelHeight, kernelWidth, strideHeight, strideWidth)
        out.put(dilationHeight, dilationWidth, paddingTop, paddingLeft, imageHeight, imageWidth, groups)
        out.put(activation)
        out.put(poolingHeight, poolingWidth)
        out.put(keepsUnpooled)
        weights.writeLast(to: &out)
    }

    fileprivate init(reading words: inout WordReader) throws(PlanError) {
        self.init()
        algorithm = try words.code("algorithm")
        kernelHeight = try words.number("kernelHeight")
        kernelWidth = try words.number("kernelWidth")
        strideHeight = try words.number("strideHeight")
        strideWidth = try words.number("strideWidth")
        dilationHeight = try words.number("dilationHeight")
        dilationWidth = try words.number("dilationWidth")
        paddingTop = try words.number("paddingTop", from: 0)
        paddingLeft = try words.number("paddingLeft", from: 0)
        imageHeight = try words.number("imageHeight", through: FileLayout.largestSide)
        imageWidth = try words.number("imageWidth", through: FileLayout.largestSide)
        groups = try words.number("groups")
        activation = try words.activation()
        poolingHeight = try words.number("poolingHeight")
        poolingWidth = try words.number("poolingWidth")
        keepsUnpooled = try words.flag("keepsUnpooled")
        weights = try WeightType(readingLast: &words)
    }
}

extension TransposedConvolutionParameters {
    fileprivate func write(to out: inout WordWriter) {
        out.put(kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, paddingTop, paddingLeft)
        out.put(activation)
        weights.writeLast(to: &out)
    }

    fileprivate init(reading words: inout WordReader) throws(PlanError) {
        self.init()
        kernelHeight = try words.number("kernelHeight")
        kernelWidth = try words.number("kernelWidth")
        strideHeight = try words.number("strideHeight")
        strideWidth = try words.number("strideWidth")
        dilationHeight = try words.number("dilationHeight")
        dilationWidth = try words.number("dilationWidth")
        paddingTop = try words.number("paddingTop", from: 0)
        paddingLeft = try words.number("paddingLeft", from: 0)
        activation = try words.activation()
        weights = try WeightType(readingLast: &words)
    }
}

extension PoolingParameters {
    fileprivate func write(to out: inout WordWriter) {
        out.put(Int(kind.rawValue), kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth)
        out.put(paddingTop, paddingLeft, paddingBottom, paddingRight)
        out.put(countsPadding)
    }

    fileprivate init(reading words: inout WordReader) throws(PlanError) {
        self.init()
        kind = try words.code("kind")
        kernelHeight = try words.number("kernelHeight")
        kernelWidth = try words.number("kernelWidth")
        strideHeight = try words.number("strideHeight")
        strideWidth = try words.number("strideWidth")
        dilationHeight = try words.number("dilationHeight")
        dilationWidth = try words.number("dilationWidth")
        paddingTop = try words.number("paddingTop", from: 0)
        paddingLeft = try words.number("paddingLeft", from: 0)
        paddingBottom = try words.number("paddingBottom", from: 0)
        paddingRight = try words.number("paddingRight", from: 0)
        countsPadding = try words.flag("countsPadding")
    }
}

extension ResizeParameters {
    fileprivate init(reading words: inout WordReader) throws(PlanError) {
        self.init(
            try words.code("interpolation"), rows: try AxisSampling(reading: &words, "rows"),
            columns: try AxisSampling(reading: &words, "columns"))
    }
}

extension ResamplingParameters {
    fileprivate init(reading words: inout WordReader) throws(PlanError) {
        self.init(try words.code("axis"), try AxisSampling(reading: &words, "sampling"), taps: try words.number("taps"))
    }
}

extension AxisSampling {
    fileprivate func write(to out: inout WordWriter) {
        out.put(wide: scale)
        out.put(wide: offset)
        out.put(wide: divisor)
    }

    fileprivate init(reading words: inout WordReader, _ axis: StaticString) throws(PlanError) {
        let bound = FileLayout.largestSampling
        self.init(
            scale: try words.wide(axis, "scale", from: 0, through: bound),
            offset: try words.wide(axis, "offset", from: -bound, through: bound),
            divisor: try words.wide(axis, "divisor", from: 1, through: bound))
    }
}

extension BinaryParameters {
    fileprivate init(reading words: inout WordReader) throws(PlanError) {
        self.init(try words.code("kind"), activation: try words.activation())
    }
}

extension PaddingParameters {
    fileprivate init(reading words: inout WordReader) throws(PlanError) {
        let mode: Mode = try words.code("mode")
        let value = try words.float()
        let bound = FileLayout.largestSide
        self.init(
            mode, value: value, top: try words.number("top", from: -bound, through: bound),
            left: try words.number("left", from: -bound, through: bound))
    }
}
