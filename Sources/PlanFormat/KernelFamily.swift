/// A family of kernels: the kernels that compute one kind of operation, for all instruction sets. This protocol is everything
/// that the rest of the program asks about a family: the parameters of its operations and how they stand in a file, its
/// operands, the rows that a step reads and makes, its constants, memory and work. There is one file for each family, in
/// `Images/` or `Plain/`. The defaults below are right for an operation that makes each row of an image from the same row of
/// its one source, so that a family states only where it differs.
///
/// Questions are put to a family through ``KernelParameters/visit(_:of:in:)``, which has the only list of the families on
/// images, or through ``PlainKernel/visit(_:)``, which has that of the plain ones. The operation and the values of its plan are
/// passed along rather than stored in the family, because copying them for each step of a schedule would take longer than
/// everything else.
protocol KernelFamily {
    // MARK: The record in the file

    /// The family in the file, equal to `venule_family` in the kernels' header.
    var familyCode: UInt32 { get }

    /// What reports call the kind of operation.
    var name: StaticString { get }

    /// Writes the parameters as words in the order of the family's struct in the kernels' header: kernels read them as they
    /// stand in the file.
    func write(to out: inout WordWriter)

    /// Where the pixels of the operation's images lie in the caller's memory or in a plain tensor; nil for a family that has
    /// none there. Kernels get these strides in place of the parameters.
    func imageStrides(in plan: Plan) -> ImageStrides?

    /// Which of the family's kernels is meant: the code of a convolution's algorithm, and 0 in all other families.
    var variant: UInt32 { get }

    // MARK: Operands

    var operandRule: OperandRule { get }

    /// Checks the shapes and parameters of an operation. Its operands have been checked before: they are there, and their
    /// number and their layouts are what ``operandRule`` says.
    ///
    /// - Throws: ``PlanError`` unless the kernel stays inside its operands and makes all of its results.
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

    /// How many rows the operation's steps advance over, its progress rows.
    func progressRows(of operation: PlanOperation, in values: [PlanValue]) -> Int

    /// Steps must end at multiples of this many progress rows.
    var rowGranularity: Int { get }

    /// Columns times blocks of channels of one progress row; kernels divide a step into this many items for each row.
    func rowSize(of operation: PlanOperation, in values: [PlanValue]) -> Int64

    /// Rows of a source that the progress rows `rows` are made of; they may lie outside the image.
    func sourceRows(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange

    /// Rows of a result that are complete once the progress rows `rows` are done.
    func resultRows(_ result: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange

    /// Rows of a source to which a step is given pointers.
    func rowsRead(_ source: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange

    /// Rows of a result to which a step is given pointers.
    func rowsWritten(_ result: Int, for rows: RowRange, of operation: PlanOperation, in values: [PlanValue]) -> RowRange

    var rowsOutside: RowsOutside { get }

    /// Whether a step reads the same rows of all of its sources.
    var readsSourcesAlike: Bool { get }

    /// Columns of zeros that a source must have on its left and right.
    func halo(ofSource source: Int, of operation: PlanOperation, in values: [PlanValue]) -> (left: Int, right: Int)

    // MARK: Costs

    /// Bytes of scratch for each thread.
    func scratchBytes(of operation: PlanOperation, in values: [PlanValue]) -> Int

    /// Multiply-accumulates for one image; an operation that has none counts one for each element.
    func multiplyAccumulates(of operation: PlanOperation, in values: [PlanValue]) -> Int64

    /// The same for the algorithm that the kernel uses, which may need fewer or more than the definition.
    func kernelWork(of operation: PlanOperation, in values: [PlanValue]) -> Int64

    /// Whether every element of the results is an element of the sources, so that the kernel computes no new numbers.
    var movesElements: Bool { get }

    /// The function that is applied to each element of the results; nil where the family has none.
    var resultActivation: Activation? { get }
}

/// A family that is listed in ``KernelParameters``. The plain families are listed in ``PlainKernel/Family`` instead, and share
/// one case.
protocol CodedFamily: KernelFamily {
    static var code: UInt32 { get }

    /// Reads the parameters from their words.
    ///
    /// - Throws: ``PlanError`` that names the first word that no operation of the family can have.
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

/// A question to the family of an operation. The family is a generic parameter, so that no existential is needed, which
/// Embedded Swift lacks.
protocol FamilyVisitor {
    associatedtype Answer
    associatedtype Failure: Error = Never
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) throws(Failure) -> Answer
}

extension PlanOperation {
    /// The number of elements of one of the operation's operands, without halos and padded lanes. The value is looked at where
    /// it is and not copied: in link-time optimised code for armv7, Swift 6.3.1 destroys a copy wrongly, and the program
    /// crashes.
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
