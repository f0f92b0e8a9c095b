import PlanFormat
import Platform

/// A plan that has been read and verified, with its constants where they lie. Several sessions may share it, on any threads.
public final class Model: Sendable {
    public let plan: Plan
    /// The constants section. Valid as long as this object lives.
    nonisolated(unsafe) let constants: UnsafeRawPointer
    /// The limits within which the plan was verified. Sessions keep to them too.
    let limits: PlanLimits
    private let storage: PlanStorage

    /// Maps a plan file, or reads it into memory if the file system cannot map it. The constants of a mapped file are read from
    /// it whenever kernels touch them; the file must not be cut short in the meantime.
    ///
    /// - Parameters:
    ///   - isMapped: false to read the file into memory in any case.
    ///   - allocator: for the memory that the file is read into; it must outlive this object.
    public convenience init(
        path: UnsafePointer<CChar>, isMapped: Bool = true, limits: PlanLimits = .standard,
        allocator: venule_allocator = venule_allocator_system()
    ) throws(RuntimeError) {
        var reader = venule_reader()
        let code = venule_reader_open(path, &reader)
        guard code == 0 else { throw .cannotOpen(path: String(cString: path), code: code, reason: systemText(code)) }
        defer { venule_reader_close(&reader) }
        let storage = try PlanStorage(reader, path: path, isMapped: isMapped, allocator)
        try self.init(storage, limits: limits)
    }

    /// Loads the regular file of a descriptor. The descriptor stays the caller's and may be closed afterwards. See
    /// ``init(path:isMapped:limits:allocator:)``.
    public convenience init(
        descriptor: Int32, isMapped: Bool = true, limits: PlanLimits = .standard,
        allocator: venule_allocator = venule_allocator_system()
    ) throws(RuntimeError) {
        var reader = venule_reader()
        let code = venule_reader_duplicate(descriptor, &reader)
        guard code == 0 else { throw .cannotOpen(path: "descriptor \(descriptor)", code: code, reason: systemText(code)) }
        defer { venule_reader_close(&reader) }
        let storage = try PlanStorage(reader, path: nil, isMapped: isMapped, allocator)
        try self.init(storage, limits: limits)
    }

    /// Uses a plan in memory without copying it. The bytes must begin at a multiple of 64, and the caller keeps them unchanged
    /// as long as this object lives.
    public convenience init(borrowing bytes: UnsafeRawBufferPointer, limits: PlanLimits = .standard) throws(RuntimeError) {
        if let start = bytes.baseAddress, Int(bitPattern: start) % AlignedBuffer.alignment != 0 { throw .misalignedPlan }
        try self.init(PlanStorage(borrowing: bytes), limits: limits)
    }

    /// Copies a plan that is in memory.
    public convenience init(
        copying bytes: UnsafeRawBufferPointer, limits: PlanLimits = .standard,
        allocator: venule_allocator = venule_allocator_system()
    ) throws(RuntimeError) {
        try self.init(PlanStorage(copying: bytes, allocator), limits: limits)
    }

    /// Takes a plan that was built in memory, and copies its constants section. For tests: the parameters of its operations are
    /// not checked, as they are when a file is read.
    package init(plan: Plan, constants: UnsafeRawBufferPointer, limits: PlanLimits = .standard) throws(RuntimeError) {
        try Self.verify(plan, constantBytes: constants.count, limits)
        self.plan = plan
        self.limits = limits
        storage = try PlanStorage(copying: constants, venule_allocator_system())
        self.constants = storage.start
    }

    private init(_ storage: PlanStorage, limits: PlanLimits) throws(RuntimeError) {
        let bytes = UnsafeRawBufferPointer(start: storage.start, count: storage.byteCount)
        do {
            plan = try PlanReader.read(bytes.bytes, limits: limits)
        } catch {
            throw .plan(error)
        }
        self.limits = limits
        self.storage = storage
        constants = storage.start + plan.constantsSection.offset
    }

    private static func verify(_ plan: Plan, constantBytes: Int, _ limits: PlanLimits) throws(RuntimeError) {
        do {
            try plan.verify(limits: limits)
        } catch {
            throw .plan(error)
        }
        for (index, constant) in plan.constants.enumerated() {
            guard constant.offset >= 0, constant.byteCount >= 0, constant.offset % AlignedBuffer.alignment == 0,
                constant.offset <= constantBytes, constant.byteCount <= constantBytes - constant.offset
            else {
                throw .plan(
                    PlanError(.corrupt, "constants[\(index)]: \(constant.byteCount) bytes at \(constant.offset) of \(constantBytes)"))
            }
        }
    }

    /// Reads all constants and compares their checksum, which loading does not do.
    /// - Throws: ``RuntimeError/plan(_:)``. A plan that was built in memory has no checksum to compare with.
    public func checkConstants() throws(RuntimeError) {
        guard plan.constantsSection.offset > 0 else { return }
        do {
            try PlanReader.checkConstants(UnsafeRawBufferPointer(start: storage.start, count: storage.byteCount).bytes)
        } catch {
            throw .plan(error)
        }
    }

    /// Bytes of the plan's file, or of the constants of a plan that was built in memory.
    public var fileBytes: Int { storage.byteCount }

    /// Bytes of all inputs and outputs for the whole batch.
    var entryBytes: Int { (plan.inputs + plan.outputs).reduce(0) { $0 + byteCount(of: $1) } }

    /// Bytes of input or output `entry` for the whole batch.
    func byteCount(of entry: EntryPoint) -> Int { entry.byteCount * plan.batch }
}

/// The bytes of a plan. They stay where they are as long as this object lives.
private final class PlanStorage: Sendable {
    nonisolated(unsafe) let start: UnsafeRawPointer
    let byteCount: Int
    private let isMapped: Bool
    private nonisolated(unsafe) let copy: AlignedBuffer?
    /// A valid address for a file without bytes.
    private static let nothing: StaticString = "\0"

    init(borrowing bytes: UnsafeRawBufferPointer) {
        start = bytes.baseAddress ?? UnsafeRawPointer(Self.nothing.utf8Start)
        byteCount = bytes.count
        isMapped = false
        copy = nil
    }

    init(copying bytes: UnsafeRawBufferPointer, _ allocator: venule_allocator) throws(RuntimeError) {
        let copy = try AlignedBuffer(byteCount: bytes.count, purpose: "a copy of the plan", allocator: allocator)
        if let source = bytes.baseAddress { copy.start.copyMemory(from: source, byteCount: bytes.count) }
        self.copy = copy
        start = UnsafeRawPointer(copy.start)
        byteCount = bytes.count
        isMapped = false
    }

    /// - Parameter path: the file's path; nil for a descriptor that the caller gave.
    init(
        _ reader: venule_reader, path: UnsafePointer<CChar>?, isMapped: Bool, _ allocator: venule_allocator
    ) throws(RuntimeError) {
        var reader = reader
        byteCount = Int(clamping: reader.byteCount)
        var bytes: UnsafeRawPointer?
        if isMapped, byteCount > 0, venule_reader_map(&reader, &bytes) == 0, let bytes {
            start = bytes
            self.isMapped = true
            copy = nil
            return
        }
        let copy = try AlignedBuffer(byteCount: byteCount, purpose: "a copy of the plan", allocator: allocator)
        let code = venule_reader_read(&reader, 0, copy.start, byteCount)
        guard code == 0 else {
            throw .cannotRead(path: path.map { String(cString: $0) } ?? "the descriptor", code: code, reason: systemText(code))
        }
        self.copy = copy
        start = UnsafeRawPointer(copy.start)
        self.isMapped = false
    }

    deinit {
        if isMapped { venule_unmap(start, byteCount) }
    }
}

/// The system's text for an `errno` value.
func systemText(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
        guard let text = buffer.baseAddress else { return "" }
        venule_error_text(code, text, buffer.count)
        return String(cString: text)
    }
}
