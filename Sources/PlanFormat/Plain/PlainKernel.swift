/// A kernel on whole plain tensors: one result, one step. Its parameters stand in the file in the order in which the
/// kernels' structs have them, so that the runtime hands them over as they are.
public enum PlainKernel: Hashable, Sendable {
    case elementwise(PlainElementwise)
    case arithmetic(PlainArithmetic)
    case comparison(PlainComparison)
    case logic(PlainLogic)
    case selection(PlainSelection)
    case copy(PlainCopy)
    case gather(PlainGather)
    case reduction(PlainReduction)
    case argumentMaximum(PlainArgumentMaximum)
    case matrixMultiplication(PlainMatrixMultiplication)
    case softmax(PlainSoftmax)
    case normalization(PlainNormalization)
    case cast(PlainCast)
    case quantization(PlainQuantization)
    case dequantization(PlainDequantization)
    case resampling(PlainResampling)
    case convolution(PlainConvolution)
    case transposedConvolution(PlainTransposedConvolution)
    case poolingPositions(PlainPoolingPositions)
}

extension PlainKernel {
    /// The codes of the families in the file.
    public enum Family: UInt32, Hashable, Sendable, CaseIterable {
        case elementwise = 17
        case arithmetic = 18
        case comparison = 19
        case logic = 20
        case selection = 21
        case copy = 22
        case gather = 23
        case reduction = 24
        case argumentMaximum = 25
        case matrixMultiplication = 26
        case softmax = 27
        case normalization = 28
        case cast = 29
        case quantization = 30
        case dequantization = 31
        case resampling = 32
        case convolution = 33
        case transposedConvolution = 34
        case poolingPositions = 35
    }

    public var family: Family {
        switch self {
        case .elementwise: .elementwise
        case .arithmetic: .arithmetic
        case .comparison: .comparison
        case .logic: .logic
        case .selection: .selection
        case .copy: .copy
        case .gather: .gather
        case .reduction: .reduction
        case .argumentMaximum: .argumentMaximum
        case .matrixMultiplication: .matrixMultiplication
        case .softmax: .softmax
        case .normalization: .normalization
        case .cast: .cast
        case .quantization: .quantization
        case .dequantization: .dequantization
        case .resampling: .resampling
        case .convolution: .convolution
        case .transposedConvolution: .transposedConvolution
        case .poolingPositions: .poolingPositions
        }
    }

    init(_ family: Family, reading words: inout WordReader) throws(PlanError) {
        switch family {
        case .elementwise: self = .elementwise(try PlainElementwise(reading: &words))
        case .arithmetic: self = .arithmetic(try PlainArithmetic(reading: &words))
        case .comparison: self = .comparison(try PlainComparison(reading: &words))
        case .logic: self = .logic(try PlainLogic(reading: &words))
        case .selection: self = .selection(try PlainSelection(reading: &words))
        case .copy: self = .copy(try PlainCopy(reading: &words))
        case .gather: self = .gather(try PlainGather(reading: &words))
        case .reduction: self = .reduction(try PlainReduction(reading: &words))
        case .argumentMaximum: self = .argumentMaximum(try PlainArgumentMaximum(reading: &words))
        case .matrixMultiplication: self = .matrixMultiplication(try PlainMatrixMultiplication(reading: &words))
        case .softmax: self = .softmax(try PlainSoftmax(reading: &words))
        case .normalization: self = .normalization(try PlainNormalization(reading: &words))
        case .cast: self = .cast(try PlainCast(reading: &words))
        case .quantization: self = .quantization(try PlainQuantization(reading: &words))
        case .dequantization: self = .dequantization(try PlainDequantization(reading: &words))
        case .resampling: self = .resampling(try PlainResampling(reading: &words))
        case .convolution: self = .convolution(try PlainConvolution(reading: &words))
        case .transposedConvolution: self = .transposedConvolution(try PlainTransposedConvolution(reading: &words))
        case .poolingPositions: self = .poolingPositions(try PlainPoolingPositions(reading: &words))
        }
    }

    func write(to out: inout WordWriter) {
        switch self {
        case .elementwise(let p): p.write(to: &out)
        case .arithmetic(let p): p.write(to: &out)
        case .comparison(let p): p.write(to: &out)
        case .logic(let p): p.write(to: &out)
        case .selection(let p): p.write(to: &out)
        case .copy(let p): p.write(to: &out)
        case .gather(let p): p.write(to: &out)
        case .reduction(let p): p.write(to: &out)
        case .argumentMaximum(let p): p.write(to: &out)
        case .matrixMultiplication(let p): p.write(to: &out)
        case .softmax(let p): p.write(to: &out)
        case .normalization(let p): p.write(to: &out)
        case .cast(let p): p.write(to: &out)
        case .quantization(let p): p.write(to: &out)
        case .dequantization(let p): p.write(to: &out)
        case .resampling(let p): p.write(to: &out)
        case .convolution(let p): p.write(to: &out)
        case .transposedConvolution(let p): p.write(to: &out)
        case .poolingPositions(let p): p.write(to: &out)
        }
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        switch self {
        case .elementwise(let p): try p.verify(operands)
        case .arithmetic(let p): try p.verify(operands)
        case .comparison(let p): try p.verify(operands)
        case .logic(let p): try p.verify(operands)
        case .selection(let p): try p.verify(operands)
        case .copy(let p): try p.verify(operands)
        case .gather(let p): try p.verify(operands)
        case .reduction(let p): try p.verify(operands)
        case .argumentMaximum(let p): try p.verify(operands)
        case .matrixMultiplication(let p): try p.verify(operands)
        case .softmax(let p): try p.verify(operands)
        case .normalization(let p): try p.verify(operands)
        case .cast(let p): try p.verify(operands)
        case .quantization(let p): try p.verify(operands)
        case .dequantization(let p): try p.verify(operands)
        case .resampling(let p): try p.verify(operands)
        case .convolution(let p): try p.verify(operands)
        case .transposedConvolution(let p): try p.verify(operands)
        case .poolingPositions(let p): try p.verify(operands)
        }
    }

    func work(_ operands: PlainOperands) -> Int64 {
        switch self {
        case .elementwise(let p): p.work(operands)
        case .arithmetic(let p): p.work(operands)
        case .comparison(let p): p.work(operands)
        case .logic(let p): p.work(operands)
        case .selection(let p): p.work(operands)
        case .copy(let p): p.work(operands)
        case .gather(let p): p.work(operands)
        case .reduction(let p): p.work(operands)
        case .argumentMaximum(let p): p.work(operands)
        case .matrixMultiplication(let p): p.work(operands)
        case .softmax(let p): p.work(operands)
        case .normalization(let p): p.work(operands)
        case .cast(let p): p.work(operands)
        case .quantization(let p): p.work(operands)
        case .dequantization(let p): p.work(operands)
        case .resampling(let p): p.work(operands)
        case .convolution(let p): p.work(operands)
        case .transposedConvolution(let p): p.work(operands)
        case .poolingPositions(let p): p.work(operands)
        }
    }

    func constantByteCounts(_ operands: PlainOperands) -> [Int] {
        switch self {
        case .resampling(let p): p.constantByteCounts(operands)
        case .matrixMultiplication(let p): p.constantByteCounts(operands)
        default: []
        }
    }

    /// The parameters as they stand in the file, for the kernels.
    public var words: [UInt32] {
        var out = WordWriter()
        write(to: &out)
        return out.words
    }
}
