/// Max or average over all positions of each channel. One operand `[N, H, W, C]`, one result `[N, 1, 1, C]`.
public struct GlobalPooling: Hashable, Sendable {
    public var kind: Pooling.Kind
    public init(_ kind: Pooling.Kind) { self.kind = kind }
}
