/// A compiled model: what to compute, in which order, and where every row lives. Documentation/PlanFormat.md is the
/// normative description of its form in a file.
public struct Plan: Sendable {
    public var values: [PlanValue] = []
    public var operations: [PlanOperation] = []
    /// The static schedule; the whole of it is one inference of one image.
    public var schedule: [Step] = []
    /// Where each constant lies in the constants section.
    public var constants: [ConstantRange] = []
    public var inputs: [EntryPoint] = []
    /// In the order of the exits: output e is complete once the steps of operations with `firstExit <= e` are done.
    public var outputs: [EntryPoint] = []
    /// Images in a batch; the schedule runs once for each.
    public var batch: Int = 1
    public var memory = PlanMemory()
    /// Ordered pairs in UTF-8 that say where the plan came from; not interpreted.
    public var provenance: [ProvenanceEntry] = []
    /// Where the constants section lies in the file.
    public var constantsSection = ConstantRange(offset: 0, byteCount: 0)

    public init() {}
}

/// An index into `Plan.values`.
public struct PlanValueID: Hashable, Sendable {
    public let index: Int
    public init(_ index: Int) { self.index = index }
}

/// An index into `Plan.operations`.
public struct PlanOperationID: Hashable, Sendable {
    public let index: Int
    public init(_ index: Int) { self.index = index }
}

/// An index into `Plan.constants`.
public struct PlanConstantID: Hashable, Sendable {
    public let index: Int
    public init(_ index: Int) { self.index = index }
}

/// An image in the `blockedRows` layout, of which a ring of rows is held.
///
/// A row is `[⌈channels / 16⌉][leftHalo + width + rightHalo][16]` float32. The halo columns are zero; padded lanes
/// hold finite values. Row y of a ring is at `offset + (y mod ringRows) · rowBytes`.
public struct PlanValue: Hashable, Sendable {
    public enum Storage: Hashable, Sendable {
        /// A ring in the arena, at this byte offset.
        case arena(offset: Int)
        /// All rows in the constants section, ready before the first step.
        case constant(PlanConstantID)
    }

    public var channels: Int
    public var width: Int
    public var height: Int
    public var leftHalo: Int
    public var rightHalo: Int
    /// Rows that are held at a time; equals `height` for a whole tensor.
    public var ringRows: Int
    public var storage: Storage

    public init(
        channels: Int, width: Int, height: Int, leftHalo: Int = 0, rightHalo: Int = 0, ringRows: Int, storage: Storage
    ) {
        self.channels = channels
        self.width = width
        self.height = height
        self.leftHalo = leftHalo
        self.rightHalo = rightHalo
        self.ringRows = ringRows
        self.storage = storage
    }

    /// Channels that share a vector in the blocked layout.
    public static let lanes = 16

    /// Blocks of 16 channels.
    public var blocks: Int { (channels + Self.lanes - 1) / Self.lanes }
    /// Floats from a column of one block to the same column of the next.
    public var blockStride: Int { (leftHalo + width + rightHalo) * Self.lanes }
    /// Int.max where that overflows, as in a plan that is not verified.
    public var rowBytes: Int { blocks.saturating(times: blockStride).saturating(times: 4) }
    public var ringBytes: Int { ringRows.saturating(times: rowBytes) }
}

/// `rowCount` rows of an operation's progress from `firstRow` on (see ``PlanOperation/progressRows(in:)``).
public struct Step: Hashable, Sendable {
    // As narrow as in the file: a large image has hundreds of thousands of steps.
    private var operationIndex: UInt32
    private var first: UInt32
    private var count: UInt32

    /// Rows and operation indices are below 2^32; the verifier bounds them far lower.
    public init(_ operation: PlanOperationID, firstRow: Int, rowCount: Int) {
        operationIndex = UInt32(truncatingIfNeeded: operation.index)
        first = UInt32(truncatingIfNeeded: firstRow)
        count = UInt32(truncatingIfNeeded: rowCount)
    }

    public var operation: PlanOperationID { PlanOperationID(Int(operationIndex)) }
    public var firstRow: Int { Int(first) }
    public var rowCount: Int { Int(count) }
    public var rows: RowRange { RowRange(first: firstRow, count: rowCount) }
}

/// One operation of a plan: its kernel with parameters, what it reads and what it makes.
public struct PlanOperation: Hashable, Sendable {
    public var kernel: KernelParameters
    public var sources: [PlanValueID]
    public var results: [PlanValueID]
    /// In the order that the kernel's parameters name.
    public var constants: [PlanConstantID]
    /// Index of the first output that needs this operation.
    public var firstExit: Int
    /// The source model's name for it, in UTF-8.
    public var name: [UInt8]

    public init(
        _ kernel: KernelParameters, sources: [PlanValueID], results: [PlanValueID], constants: [PlanConstantID] = [],
        firstExit: Int = 0, name: [UInt8] = []
    ) {
        self.kernel = kernel
        self.sources = sources
        self.results = results
        self.constants = constants
        self.firstExit = firstExit
        self.name = name
    }
}

/// Bytes of the constants section; a multiple of 64 from its start.
public struct ConstantRange: Hashable, Sendable {
    public var offset: Int
    public var byteCount: Int
    public init(offset: Int, byteCount: Int) {
        self.offset = offset
        self.byteCount = byteCount
    }
}

/// An input or output of the model: float32, NHWC, dense.
public struct EntryPoint: Hashable, Sendable {
    /// UTF-8, as in the source model.
    public var name: [UInt8]
    /// Of one image of the batch.
    public var height: Int
    public var width: Int
    public var channels: Int
    public init(name: [UInt8], height: Int, width: Int, channels: Int) {
        self.name = name
        self.height = height
        self.width = width
        self.channels = channels
    }
    /// Bytes of one image; Int.max where that overflows, as in a plan that is not verified.
    public var byteCount: Int { height.saturating(times: width).saturating(times: channels).saturating(times: 4) }
}

/// The arena: rings, then a row of zeros that stands for the rows outside an image. Scratch is apart, because its
/// size follows the number of threads that the device uses.
public struct PlanMemory: Hashable, Sendable {
    public var arenaBytes: Int = 0
    public var zeroRowOffset: Int = 0
    public var zeroRowBytes: Int = 0
    /// The largest scratch that any operation needs, for each thread.
    public var scratchBytesPerThread: Int = 0
    /// Threads that the compiler's `--max-memory` allowed for.
    public var declaredThreads: Int = 1
    public init() {}
}

public struct ProvenanceEntry: Hashable, Sendable {
    public var key: [UInt8]
    public var value: [UInt8]
    public init(key: [UInt8], value: [UInt8]) {
        self.key = key
        self.value = value
    }
}
