/// A kernel on whole plain tensors, with its parameters. It has one result, which it makes in a single step. The parameters
/// stand in the file in the order of the kernels' structs, so that the runtime hands them over as they are.
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
    case scatter(PlainScatter)
    case cumulative(PlainCumulative)
    case topPositions(PlainTopPositions)
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
        case scatter = 37
        case cumulative = 38
        case topPositions = 39
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
        case .scatter: .scatter
        case .cumulative: .cumulative
        case .topPositions: .topPositions
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
        case .scatter: self = .scatter(try PlainScatter(reading: &words))
        case .cumulative: self = .cumulative(try PlainCumulative(reading: &words))
        case .topPositions: self = .topPositions(try PlainTopPositions(reading: &words))
        }
    }

    /// Puts a question to the family. This switch is the only list of the plain families.
    private func visit<Visitor: PlainVisitor>(_ visitor: Visitor) throws(Visitor.Failure) -> Visitor.Answer {
        switch self {
        case .elementwise(let family): try visitor.visit(family)
        case .arithmetic(let family): try visitor.visit(family)
        case .comparison(let family): try visitor.visit(family)
        case .logic(let family): try visitor.visit(family)
        case .selection(let family): try visitor.visit(family)
        case .copy(let family): try visitor.visit(family)
        case .gather(let family): try visitor.visit(family)
        case .reduction(let family): try visitor.visit(family)
        case .argumentMaximum(let family): try visitor.visit(family)
        case .matrixMultiplication(let family): try visitor.visit(family)
        case .softmax(let family): try visitor.visit(family)
        case .normalization(let family): try visitor.visit(family)
        case .cast(let family): try visitor.visit(family)
        case .quantization(let family): try visitor.visit(family)
        case .dequantization(let family): try visitor.visit(family)
        case .resampling(let family): try visitor.visit(family)
        case .convolution(let family): try visitor.visit(family)
        case .transposedConvolution(let family): try visitor.visit(family)
        case .poolingPositions(let family): try visitor.visit(family)
        case .scatter(let family): try visitor.visit(family)
        case .cumulative(let family): try visitor.visit(family)
        case .topPositions(let family): try visitor.visit(family)
        }
    }
}

/// To the schedule all plain tensors are one row, and every plain kernel makes its result in one step. So the plain families
/// share all answers about rows.
extension PlainKernel: KernelFamily {
    var familyCode: UInt32 { family.rawValue }
    var name: StaticString { "plain" }

    /// The parameters as they stand in the file, for the kernels.
    public var words: [UInt32] { visit(PlainWordsQuestion()) }

    func write(to out: inout WordWriter) { out.words += words }

    var operandRule: OperandRule {
        OperandRule(sources: 0...FileLayout.largestSourceCount, hasPlainSources: true, hasPlainResults: true)
    }

    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError) {
        try verify(operation.plainOperands(in: plan.values))
    }

    func verify(_ operands: PlainOperands) throws(PlanError) {
        try visit(PlainRuleQuestion(operands: operands))
        if family == .cast || movesElements { return }
        for tensor in operands.sources + [operands.result] {
            try require(!tensor.element.isStorageOnly, ".element: is \(tensor.element.name), with which no kernel computes")
        }
    }

    func constantByteCounts(of operation: PlanOperation, in values: [PlanValue]) -> [Int] {
        visit(PlainConstantsQuestion(operands: operation.plainOperands(in: values)))
    }

    func weightType(ofConstant position: Int) -> WeightType? { visit(PlainConstantTypeQuestion(position: position)) }
    var weights: WeightType { visit(PlainWeightsQuestion()) }
    func storingWeights(as type: WeightType) -> KernelParameters? {
        visit(PlainStoredWeightsQuestion(type: type)).map { .plain($0) }
    }

    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        RowRange(first: 0, count: 1)
    }

    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        work(operation.plainOperands(in: values))
    }

    func work(_ operands: PlainOperands) -> Int64 { visit(PlainWorkQuestion(operands: operands)) }

    var movesElements: Bool { visit(PlainMovesElementsQuestion()) }
}

/// A question to a family of plain kernels.
private protocol PlainVisitor {
    associatedtype Answer
    associatedtype Failure: Error = Never
    func visit(_ family: some PlainParameters) throws(Failure) -> Answer
}

private struct PlainWordsQuestion: PlainVisitor {
    func visit(_ family: some PlainParameters) -> [UInt32] {
        var out = WordWriter()
        family.write(to: &out)
        return out.words
    }
}

private struct PlainRuleQuestion: PlainVisitor {
    let operands: PlainOperands
    func visit(_ family: some PlainParameters) throws(PlanError) { try family.verify(operands) }
}

private struct PlainConstantsQuestion: PlainVisitor {
    let operands: PlainOperands
    func visit(_ family: some PlainParameters) -> [Int] { family.constantByteCounts(operands) }
}

private struct PlainConstantTypeQuestion: PlainVisitor {
    let position: Int
    func visit(_ family: some PlainParameters) -> WeightType? { family.weightType(ofConstant: position) }
}

private struct PlainWeightsQuestion: PlainVisitor {
    func visit(_ family: some PlainParameters) -> WeightType { family.weights }
}

private struct PlainStoredWeightsQuestion: PlainVisitor {
    let type: WeightType
    func visit(_ family: some PlainParameters) -> PlainKernel? { family.storingWeights(as: type) }
}

private struct PlainWorkQuestion: PlainVisitor {
    let operands: PlainOperands
    func visit(_ family: some PlainParameters) -> Int64 { family.work(operands) }
}

private struct PlainMovesElementsQuestion: PlainVisitor {
    func visit(_ family: some PlainParameters) -> Bool { family.movesElements }
}

extension PlanOperation {
    /// The tensors of an operation all of whose operands are plain and which has one result.
    func plainOperands(in values: [PlanValue]) -> PlainOperands {
        let nothing = PlainTensor(.float32, [])
        return PlainOperands(
            sources: sources.map { values[$0.index].plain ?? nothing }, result: values[results[0].index].plain ?? nothing)
    }
}
