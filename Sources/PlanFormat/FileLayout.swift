/// The fixed numbers of the plan file, format 1. Documentation/PlanFormat.md describes each.
enum FileLayout {
    /// A byte above 127 and both line endings, so that a transfer as text is noticed (the idea is PNG's).
    static let magic: [UInt8] = [0x89, 0x56, 0x4E, 0x4C, 0x0D, 0x0A, 0x1A, 0x0A]
    static let major: UInt16 = 1
    static let minor: UInt16 = 0
    static let headerBytes = 64
    static let sectionRecordBytes = 32
    static let sectionRequired: UInt32 = 1
    /// Alignment of every section and of every constant within its section.
    static let alignment = 64
    /// Bits of required features that this reader knows: none yet.
    static let knownFeatures: UInt64 = 0

    static let valueBytes = 48
    static let operationBytes = 48
    static let wordBytes = 4
    static let stepBytes = 12
    static let constantBytes = 16
    static let entryPointBytes = 32
    static let memoryBytes = 48
    static let provenanceBytes = 16

    /// Bounds that keep all later arithmetic on file numbers within 64 bits: a ring is below 2^59 bytes.
    static let largestSide = 1 << 20
    static let largestChannelCount = 1 << 16
    static let largestExtent = 1 << 16
    /// Values, and operations; keeps the check for overlapping rings quick.
    static let largestRecordCount = 1 << 16
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
        }
    }

    /// All but the provenance; a file without one of these is refused.
    var isRequired: Bool { self != .provenance }
}
