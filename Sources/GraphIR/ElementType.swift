/// The type of one element of a tensor.
public enum ElementType: String, Hashable, Sendable, CaseIterable {
    case float32 = "f32"
    case int64 = "i64"
    case int32 = "i32"
    case uint8 = "u8"
    case int8 = "i8"
    case bool = "bool"

    /// Bytes that one element takes.
    public var byteCount: Int {
        switch self {
        case .int64: 8
        case .float32, .int32: 4
        case .uint8, .int8, .bool: 1
        }
    }
}
