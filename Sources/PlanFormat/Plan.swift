/// A compiled model: what is computed, in which order, and where every row lies in memory. Documentation/PlanFormat.md defines
/// how it stands in a file.
public struct Plan: Sendable {
    public var values: [PlanValue] = []
    public var operations: [PlanOperation] = []
    /// The steps in the order in which they are executed. All of them together are one inference of one image.
    public var schedule: [Step] = []
    /// Where each constant lies in the constants section.
    public var constants: [ConstantRange] = []
    public var inputs: [EntryPoint] = []
    /// A run may end early at one of the outputs (an *exit*): output e is complete once the steps of all operations with
    /// `firstExit <= e` are done.
    public var outputs: [EntryPoint] = []
    /// The number of images in a batch. The schedule runs once for each.
    public var batch: Int = 1
    public var memory = PlanMemory()
    /// Whether every float32 that a step stores is flushed: a number below 2⁻¹²⁶ in magnitude becomes the zero of its sign.
    public var flushesSubnormals = false
    /// Pairs of texts in UTF-8 that say where the plan comes from. Their order is kept, and nothing interprets them.
    public var provenance: [ProvenanceEntry] = []
    /// In ascending order of their operations. Empty in a plan without a self-test.
    public var selfTest: [Probe] = []
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

/// An image in blocked rows, of which a ring of rows is in memory, or a whole tensor in the plain layout.
///
/// A row of an image is `[⌈channels / 16⌉][leftHalo + width + rightHalo][16]` float32: channels in blocks of 16, in a block
/// column by column. The halo columns are zero. Lanes beyond the last channel hold finite values. Row y of a ring is at the
/// byte `offset + (y mod ringRows) · rowBytes` of the arena.
///
/// To the schedule, a plain tensor is a single row with all of its bytes: its channels, width, height and ring rows are 1 and
/// its halos 0.
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
    /// How many rows are in memory at a time; equal to `height` if all of them are.
    public var ringRows: Int
    public var storage: Storage
    /// Nil for an image.
    public var plain: PlainTensor?

    public init(_ plain: PlainTensor, storage: Storage) {
        self.init(channels: 1, width: 1, height: 1, ringRows: 1, storage: storage)
        self.plain = plain
    }

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

    /// How many channels a block has; a block's channels of one pixel are processed as one vector.
    public static let lanes = 16

    /// Blocks of 16 channels.
    public var blocks: Int { (channels + Self.lanes - 1) / Self.lanes }
    /// Floats from a column of one block to the same column of the next.
    public var blockStride: Int { (leftHalo + width + rightHalo) * Self.lanes }
    /// Int.max where that overflows, as in a plan that is not verified.
    public var rowBytes: Int { plain?.byteCount ?? blocks.saturating(times: blockStride).saturating(times: 4) }
    public var ringBytes: Int { ringRows.saturating(times: rowBytes) }
}

/// Makes `rowCount` rows of an operation, from `firstRow` on. They are counted in its progress rows
/// (``PlanOperation/progressRows(in:)``).
public struct Step: Hashable, Sendable {
    // The numbers are as narrow as in the file, since the schedule of a large image has hundreds of thousands of steps.
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

/// One operation of a plan: the kernel that it runs with its parameters, the values that it reads and those that it makes.
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

/// An input or output of the model: a dense, row-major tensor in the caller's memory.
public struct EntryPoint: Hashable, Sendable {
    /// What the axes of the tensor mean. The codes are those of the file.
    public enum Layout: UInt32, Hashable, Sendable, CaseIterable {
        /// A tensor that is no image.
        case plain = 0
        /// Images, float32 or, of an input, uint8: [N, height, width, channels].
        case nhwc = 1
        /// Likewise: [N, channels, height, width].
        case nchw = 2
    }

    /// UTF-8, as in the source model.
    public var name: [UInt8]
    /// What one run of the schedule takes or makes. Where a batch is run by repeating the schedule, the first side is 1 here,
    /// and the caller's tensor has ``Plan/batch`` of these one after the other (see ``Plan/shape(of:)``).
    public var tensor: PlainTensor
    public var layout: Layout

    public init(name: [UInt8], _ tensor: PlainTensor, layout: Layout = .plain) {
        self.name = name
        self.tensor = tensor
        self.layout = layout
    }

    /// One image, NHWC.
    public init(name: [UInt8], height: Int, width: Int, channels: Int) {
        self.init(name: name, PlainTensor(.float32, [1, height, width, channels]), layout: .nhwc)
    }

    /// Bytes of one run; Int.max where that overflows, as in a plan that is not verified.
    public var byteCount: Int { tensor.byteCount }

    // Sides of images; 1 for a plain tensor.
    public var images: Int { side(0, 0) }
    public var height: Int { side(1, 2) }
    public var width: Int { side(2, 3) }
    public var channels: Int { side(3, 1) }

    private func side(_ nhwc: Int, _ nchw: Int) -> Int {
        guard tensor.shape.count == 4 else { return 1 }
        switch layout {
        case .plain: return 1
        case .nhwc: return tensor.shape[nhwc]
        case .nchw: return tensor.shape[nchw]
        }
    }

    /// Where the elements of image `image` lie. Of a verified entry point, whose number of elements is bounded.
    public func strides(ofImage image: Int) -> ImageStrides {
        let size = height.saturating(times: width).saturating(times: channels)
        let offset = image.saturating(times: size)
        switch layout {
        case .plain, .nhwc:
            return ImageStrides(offset: offset, image: size, row: width.saturating(times: channels), column: channels, channel: 1)
        case .nchw:
            return ImageStrides(offset: offset, image: size, row: width, column: 1, channel: height.saturating(times: width))
        }
    }

    /// Where the elements of rows lie that are handed over without the rest of their image. The rows are dense,
    /// `[width][channels]` or `[channels][width]`, and follow each other without a gap; if there are several images, the same
    /// `rowCount` rows of each follow one after the other.
    public func stridesOfRows(_ rowCount: Int) -> ImageStrides {
        let row = width.saturating(times: channels)
        let image = row.saturating(times: rowCount)
        switch layout {
        case .plain, .nhwc: return ImageStrides(image: image, row: row, column: channels, channel: 1)
        case .nchw: return ImageStrides(image: image, row: row, column: 1, channel: width)
        }
    }

    /// Bytes of one row of one image. A plain tensor is one row to a schedule, so that these are all of its bytes.
    public var rowBytes: Int {
        layout == .plain ? byteCount : width.saturating(times: channels).saturating(times: tensor.element.byteCount)
    }
}

extension Plan {
    /// The shape of the caller's tensor for an input or output, which holds the whole batch.
    public func shape(of entry: EntryPoint) -> [Int] {
        guard batch != 1, let first = entry.tensor.shape.first else { return entry.tensor.shape }
        return [first.saturating(times: batch)] + entry.tensor.shape.dropFirst()
    }
}

/// The sizes of a session's working memory. The arena holds the rings and plain tensors, and a row of zeros that stands for the
/// rows outside an image. The scratch is a memory of its own, because its size depends on the number of threads that a device
/// uses.
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
