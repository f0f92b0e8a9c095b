/// A family of kernels: what its operations have for parameters, how these stand in a file, and all that follows from them for
/// steps, rows, constants, memory and work. One file for each family, in `Images/` or `Plain/`; what a family does not say is so
/// for an operation that makes each row of an image from the same row of one source.
///
/// Whoever asks goes through ``KernelParameters/visit(_:of:in:)``, the only place that lists the families of images, or through
/// ``PlainKernel/visit(_:)``. The operation and all values of its plan are given along: a copy for each of the steps of a schedule
/// would take longer than all else.
protocol KernelFamily {
    // MARK: The record in the file

    /// The family in the file, equal to `venule_family` in the kernels' header.
    var familyCode: UInt32 { get }

    /// What reports call the kind of operation.
    var name: StaticString { get }

    /// Writes the words in the order of the family's struct in the kernels' header, which they are handed to as they are.
    func write(to out: inout WordWriter)

    /// Where the pixels of its images lie in the caller's memory or in a plain tensor; nil where it has none there. Kernels are
    /// handed these in place of the record.
    func imageStrides(in plan: Plan) -> ImageStrides?

    /// Which of the family's kernels: the code of a convolution's algorithm.
    var variant: UInt32 { get }

    // MARK: Operands

    var operandRule: OperandRule { get }

    /// Checks shapes and parameters of an operation whose operands are there, as many and in the layouts as the rule says.
    ///
    /// - Throws: ``PlanError`` unless its kernel stays inside its operands and makes all of its results.
    func verify(_ operation: PlanOperation, in plan: Plan) throws(PlanError)

    /// Bytes that each constant must have, in their order; Int.max where that overflows.
    func constantByteCounts(of operation: PlanOperation, in values: [PlanValue]) -> [Int]

    /// How a constant is stored; nil where it holds no floats.
    func weightType(ofConstant position: Int) -> WeightType?

    /// How the weights are stored, float32 where there are none.
    var weights: WeightType { get }

    /// The operation with its weights stored in another way; nil where there are none.
    func storingWeights(as type: WeightType) -> KernelParameters?

    // MARK: Rows

    /// Rows over which the operation's steps advance.
    func progressRows(of operation: PlanOperation, in values: [PlanValue]) -> Int

    /// Rows that step boundaries must be multiples of.
    var rowGranularity: Int { get }

    /// Columns times blocks of one progress row, by which kernels number their items.
    func rowSize(of operation: PlanOperation, in values: [PlanValue]) -> Int64

    /// Rows of a source that progress rows `rows` read, before clamping to the image.
    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange

    /// Rows of a result that progress rows `rows` complete.
    func resultRows(_ result: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange

    /// Rows of a source that a step is given pointers to.
    func rowsRead(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange

    /// Rows of a result that a step is given pointers to.
    func rowsWritten(_ result: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange

    var rowsOutside: RowsOutside { get }

    /// Whether a step reads the same rows of every source.
    var readsSourcesAlike: Bool { get }

    /// Columns of zeros that a source must have on its left and right.
    func halo(ofSource source: Int, of operation: PlanOperation, in values: [PlanValue]) -> (left: Int, right: Int)

    // MARK: Costs

    /// Bytes of scratch for each thread.
    func scratchBytes(of operation: PlanOperation, in values: [PlanValue]) -> Int

    /// Multiply-accumulates of one image, one for each element where there are none.
    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64

    /// The same of the algorithm that the kernel uses.
    func kernelWork(of operation: PlanOperation, in values: [PlanValue]) -> Int64

    /// Whether each element of the results is one of the sources': the kernel makes no number that these do not have.
    var movesElements: Bool { get }

    /// What is applied to each result.
    var resultActivation: Activation? { get }
}

/// A family with a code of its own; the plain ones have theirs together, in ``PlainKernel/Family``.
protocol CodedFamily: KernelFamily {
    static var code: UInt32 { get }

    /// - Throws: ``PlanError`` that names the first word that no operation can have.
    init(reading words: inout WordReader) throws(PlanError)
}

extension CodedFamily {
    var familyCode: UInt32 { Self.code }
}

/// How many operands an operation has, and in which layouts.
struct OperandRule {
    var sources: ClosedRange<Int> = 1...1
    var results = 1
    var hasPlainSources = false
    var hasPlainResults = false
}

extension KernelFamily {
    func imageStrides(in plan: Plan) -> ImageStrides? { nil }
    var variant: UInt32 { 0 }

    var operandRule: OperandRule { OperandRule() }

    func constantByteCounts(of operation: PlanOperation, in values: [PlanValue]) -> [Int] { [] }
    func weightType(ofConstant position: Int) -> WeightType? { position == 0 ? weights : .float32 }
    var weights: WeightType { .float32 }
    func storingWeights(as type: WeightType) -> KernelParameters? { nil }

    func progressRows(of operation: PlanOperation, in values: [PlanValue]) -> Int { values[operation.results[0].index].height }
    var rowGranularity: Int { 1 }

    func rowSize(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        let result = values[operation.results[0].index]
        return Int64(result.width) * Int64(result.blocks)
    }

    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange { rows }
    func resultRows(_ result: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange { rows }

    func rowsRead(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        let read = sourceRows(source, for: rows, of: operation, in: values)
        switch rowsOutside {
        case .zeros: return read
        case .absent: return read.clamped(to: values[operation.sources[source].index].height)
        }
    }

    func rowsWritten(_ result: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange {
        resultRows(result, for: rows, of: operation, in: values)
    }

    var rowsOutside: RowsOutside { .absent }
    var readsSourcesAlike: Bool { true }
    func halo(ofSource source: Int, of operation: PlanOperation, in values: [PlanValue]) -> (left: Int, right: Int) { (0, 0) }

    func scratchBytes(of operation: PlanOperation, in values: [PlanValue]) -> Int { 0 }

    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        operation.elements(of: operation.results[0], in: values)
    }

    func kernelWork(of operation: PlanOperation, in values: [PlanValue]) -> Int64 { multiplyAccumulates(of: operation, in: values) }

    var movesElements: Bool { false }
    var resultActivation: Activation? { nil }
}

/// A question to the family of an operation.
protocol FamilyVisitor {
    associatedtype Answer
    associatedtype Failure: Error = Never
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) throws(Failure) -> Answer
}

extension PlanOperation {
    /// Elements of one of its operands, without halos and padded lanes. Looked at where the value is: Swift 6.3.1 destroys a
    /// copy wrongly in link-time optimised code for armv7, which crashes there.
    func elements(of id: PlanValueID, in values: [PlanValue]) -> Int64 {
        if let plain = values[id.index].plain { return Int64(clamping: plain.elementCount) }
        return product(values[id.index].height, values[id.index].width, values[id.index].channels)
    }
}

/// The product of numbers that are not negative, or the largest Int64 where that overflows.
func product(_ factors: Int...) -> Int64 {
    var product: Int64 = 1
    for factor in factors { product = product.saturating(times: Int64(factor)) }
    return product
}
