/// Why a plan was refused: names the section, the record and field, what was found and what was expected.
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

/// What a caller is willing to run.
public struct PlanLimits: Sendable {
    /// Bytes of the arena.
    public var arenaBytes: Int
    /// Multiply-accumulates of one image, counting one for each other element computed.
    public var work: Int
    /// 64 GiB, and 10^15 multiply-accumulates: hours of work, a bound against hostile files rather than a budget.
    public static let standard = PlanLimits(arenaBytes: 1 << 36, work: 1_000_000_000_000_000)

    public init(arenaBytes: Int, work: Int) {
        self.arenaBytes = arenaBytes
        self.work = work
    }
}
