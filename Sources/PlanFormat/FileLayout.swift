/// The fixed numbers of the plan file, format 1: codes, sizes and offsets, and the bounds that a reader enforces.
/// Documentation/PlanFormat.md describes each.
package enum FileLayout {
    /// A byte above 127 and both line endings, so that a transfer as text is noticed (the idea is PNG's).
    static let magic: [UInt8] = [0x89, 0x56, 0x4E, 0x4C, 0x0D, 0x0A, 0x1A, 0x0A]
    static let major: UInt16 = 1
    static let minor: UInt16 = 0
    static let headerBytes = 64
    static let sectionRecordBytes = 32
    static let sectionRequired: UInt32 = 1
    /// Alignment of every section and of every constant within its section.
    static let alignment = 64
    /// Required feature: operations may have weights of 16 bits.
    static let narrowWeights: UInt64 = 1
    /// Required feature: subnormal numbers are flushed.
    static let flushedSubnormals: UInt64 = 2
    /// Bits of required features that this reader knows.
    static let knownFeatures: UInt64 = narrowWeights | flushedSubnormals

    package static let valueBytes = 84
    package static let operationBytes = 48
    static let wordBytes = 4
    static let stepBytes = 12
    static let constantBytes = 16
    static let entryPointBytes = 56
    static let memoryBytes = 48
    static let provenanceBytes = 16
    package static let probeBytes = 16

    /// Bounds on the numbers in a file. They keep later arithmetic on these numbers within an Int of 64 bits and of 32 bits;
    /// where it could still pass that, it saturates. Documentation/PlanFormat.md lists them.
    package static let largestSide = 1 << 20
    package static let largestChannelCount = 1 << 16
    /// Rows or columns that a window spans; strides, paddings and left halos.
    package static let largestExtent = 1 << 16
    /// The last window may begin `largestExtent` beyond the image and span as much.
    static let largestRightHalo = 2 * largestExtent
    /// Kernel rows times kernel columns.
    package static let largestWindow = 1 << 20
    /// Each number of a resizing's positions; three times the largest side.
    package static let largestSampling = 1 << 22
    /// Elements of a plain tensor, and positions of the loops of its kernels. An index fits into a signed number of 32 bits,
    /// and a count that has saturated in an Int of 32 bits is larger than this.
    package static let largestElementCount = Int(Int32.max) - 1
    /// The number of values, and that of operations. Small enough for the check for overlapping rings to be quick.
    package static let largestRecordCount = 1 << 14
    package static let largestConstantCount = 1 << 16
    package static let largestSourceCount = 1 << 12
    package static let largestEntryPointCount = 1 << 10
    package static let largestProvenanceCount = 1 << 12
    /// All names and all provenance together, each counted as often as a record names it.
    package static let largestStringBytes = 1 << 22
    /// The same limit for a file with this many bytes besides its constants. A small file cannot take much memory by naming a
    /// long text many times.
    package static func largestStringBytes(inFileOf byteCount: Int) -> Int {
        min(largestStringBytes, (1 << 12).saturating(plus: byteCount.saturating(times: 8)))
    }
    package static let largestBatch = 1 << 16
    package static let largestThreadCount = 1 << 10
    /// Columns times blocks of channels in the rows of one step, since kernels number these with 32 bits.
    package static let largestStepSize = Int(Int32.max)
    /// Bytes of the arena; more than an address space of 47 bits has.
    static let largestArena: Int64 = 1 << 48
    /// The operands of all steps together, where a value counts once for each step: this is the work of verifying a schedule. A
    /// single operation may have thousands of sources, but on average the steps have few.
    package static func largestVisitCount(steps: Int) -> Int {
        min(1 << 26, (1 << 16).saturating(plus: steps.saturating(times: 64)))
    }
}

extension Plan {
    /// What a reader must know of to compute what the plan says.
    var requiredFeatures: UInt64 {
        (hasNarrowWeights ? FileLayout.narrowWeights : 0) | (flushesSubnormals ? FileLayout.flushedSubnormals : 0)
    }
}

/// Where the header's fields lie.
enum HeaderOffset {
    static let major = 8
    static let sectionCount = 12
    static let fileSize = 16
    static let features = 24
    static let table = 32
    static let tableCRC = 40
    static let reserved = 44
    static let crc = 60
}

/// Sections by their codes in the file.
public enum PlanSection: UInt32, Sendable, CaseIterable {
    case strings = 1
    case values = 2
    case operations = 3
    case operands = 4
    case parameters = 5
    case schedule = 6
    case constantIndex = 7
    case constants = 8
    case entryPoints = 9
    case memory = 10
    case provenance = 11
    case selfTest = 12

    public var name: String {
        switch self {
        case .strings: "strings"
        case .values: "values"
        case .operations: "operations"
        case .operands: "operands"
        case .parameters: "parameters"
        case .schedule: "schedule"
        case .constantIndex: "constantIndex"
        case .constants: "constants"
        case .entryPoints: "entryPoints"
        case .memory: "memory"
        case .provenance: "provenance"
        case .selfTest: "selfTest"
        }
    }

    /// Bytes of one record; 1 for sections without records.
    var recordBytes: Int {
        switch self {
        case .strings, .constants: 1
        case .values: FileLayout.valueBytes
        case .operations: FileLayout.operationBytes
        case .operands, .parameters: FileLayout.wordBytes
        case .schedule: FileLayout.stepBytes
        case .constantIndex: FileLayout.constantBytes
        case .entryPoints: FileLayout.entryPointBytes
        case .memory: FileLayout.memoryBytes
        case .provenance: FileLayout.provenanceBytes
        case .selfTest: FileLayout.probeBytes
        }
    }

    /// Records that a reader accepts; where it says Int.max other checks bound them.
    var largestCount: Int {
        switch self {
        case .values, .operations, .selfTest: FileLayout.largestRecordCount
        case .constantIndex: FileLayout.largestConstantCount
        case .entryPoints: 2 * FileLayout.largestEntryPointCount
        case .provenance: FileLayout.largestProvenanceCount
        case .strings, .operands, .parameters, .schedule, .constants, .memory: Int.max
        }
    }

    /// A file without one of these is refused.
    var isRequired: Bool { self != .provenance && self != .selfTest }
}
