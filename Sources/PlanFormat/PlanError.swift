/// Why a plan was refused. The message names the section, the record and the field, what was found and what was expected.
public struct PlanError: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// The bytes are not what a writer of this format makes.
        case corrupt
        /// A newer version, or a required feature that this reader does not know.
        case unsupported
        /// Larger than the limits that the caller set.
        case exceedsLimit
    }
    public var kind: Kind
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

extension PlanError: CustomStringConvertible {
    public var description: String { message }
}

/// Throws a `corrupt` error unless the condition holds.
@inline(__always)
func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(PlanError) {
    if !condition { throw PlanError(.corrupt, message()) }
}

// Nearly all messages consist of fixed text and a few numbers. Written as a template, such a message is one call, which on a
// device takes a quarter of the bytes that the pieces of an interpolation take.
extension PlanError {
    /// - Parameter template: The message, in which `#` stands for each of the numbers, in order.
    @inline(never)
    init(_ kind: Kind, _ template: StaticString, _ first: Int) {
        self.init(kind, template, first, 0, 0, 0)
    }

    @inline(never)
    init(_ kind: Kind, _ template: StaticString, _ first: Int, _ second: Int) {
        self.init(kind, template, first, second, 0, 0)
    }

    @inline(never)
    init(_ kind: Kind, _ template: StaticString, _ first: Int, _ second: Int, _ third: Int) {
        self.init(kind, template, first, second, third, 0)
    }

    @inline(never)
    init(_ kind: Kind, _ template: StaticString, _ first: Int, _ second: Int, _ third: Int, _ fourth: Int) {
        var numbers = (first, second, third, fourth)
        var text: [UInt8] = []
        for index in 0..<template.utf8CodeUnitCount {
            let byte = template.utf8Start[index]
            if byte == UInt8(ascii: "#") {
                text += numbers.0.description.utf8
                numbers = (numbers.1, numbers.2, numbers.3, 0)
            } else {
                text.append(byte)
            }
        }
        self.init(kind, String(decoding: text, as: UTF8.self))
    }

    /// The same for a message about a record, which begins with the name of a field or with a colon; the section and the record
    /// are put in front of it.
    @inline(never)
    func of(_ section: StaticString, _ index: Int) -> PlanError {
        PlanError(kind, "\(section)[\(index)]\(message)")
    }
}

@inline(__always)
func require(_ condition: Bool, _ template: StaticString, _ first: @autoclosure () -> Int) throws(PlanError) {
    if !condition { throw PlanError(.corrupt, template, first()) }
}

@inline(__always)
func require(
    _ condition: Bool, _ template: StaticString, _ first: @autoclosure () -> Int, _ second: @autoclosure () -> Int
) throws(PlanError) {
    if !condition { throw PlanError(.corrupt, template, first(), second()) }
}

@inline(__always)
func require(
    _ condition: Bool, _ template: StaticString, _ first: @autoclosure () -> Int, _ second: @autoclosure () -> Int,
    _ third: @autoclosure () -> Int
) throws(PlanError) {
    if !condition { throw PlanError(.corrupt, template, first(), second(), third()) }
}

@inline(__always)
func require(
    _ condition: Bool, _ template: StaticString, _ first: @autoclosure () -> Int, _ second: @autoclosure () -> Int,
    _ third: @autoclosure () -> Int, _ fourth: @autoclosure () -> Int
) throws(PlanError) {
    if !condition { throw PlanError(.corrupt, template, first(), second(), third(), fourth()) }
}

/// Calls `body` with the index of each record of a section. An error that it throws gets the section and the index in front of
/// its message.
func forEachRecord(_ section: StaticString, _ count: Int, _ body: (Int) throws(PlanError) -> Void) throws(PlanError) {
    for index in 0..<count {
        do throws(PlanError) { try body(index) } catch { throw error.of(section, index) }
    }
}

/// What a caller is willing to run. A plan that takes more is refused.
public struct PlanLimits: Sendable {
    /// Bytes of the arena, the scratch, the tables of row pointers, and the inputs and outputs of the batch.
    public var memoryBytes: Int
    /// Multiply-accumulates of the whole batch. Every other element that is computed, every halo element that is cleared and
    /// every row pointer that is written counts as one.
    public var work: Int64
    /// 64 GiB, or all of a smaller address space, and 10^15 multiply-accumulates, which are hours of work. These are bounds
    /// against hostile files rather than a budget.
    public static let standard = PlanLimits(memoryBytes: Int(clamping: Int64(1) << 36), work: 1_000_000_000_000_000)

    public init(memoryBytes: Int, work: Int64 = Self.standard.work) {
        self.memoryBytes = memoryBytes
        self.work = work
    }
}

/// Adds up what a plan costs, and refuses it where that passes the caller's limits.
struct CostMeter {
    private let limits: PlanLimits
    private let batch: Int
    private var work: Int64 = 0
    private var memory = 0

    init(limits: PlanLimits, batch: Int) {
        self.limits = limits
        self.batch = batch
    }

    /// - Parameter amount: multiply-accumulates of one image.
    mutating func charge(work amount: Int64) throws(PlanError) {
        work = work.saturating(plus: amount.saturating(times: Int64(batch)))
        guard work <= limits.work else {
            throw PlanError(.exceedsLimit, ": the plan's work passes the limit of \(limits.work) multiply-accumulates")
        }
    }

    /// - Parameter place: What takes the memory, unless it is a record.
    mutating func charge(memory bytes: Int, _ place: StaticString = "") throws(PlanError) {
        memory = memory.saturating(plus: bytes)
        guard memory <= limits.memoryBytes else {
            throw PlanError(.exceedsLimit, "\(place): with its \(bytes) bytes the plan takes \(memory), the limit is \(limits.memoryBytes)")
        }
    }
}
