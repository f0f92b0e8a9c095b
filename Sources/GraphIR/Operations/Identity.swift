/// Its operand, unchanged.
public struct Identity: Hashable, Sendable {
    public init() {}
}
