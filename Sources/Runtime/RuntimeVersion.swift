/// The version of Venule that this runtime belongs to.
public enum RuntimeVersion {
    /// Zero-terminated, as literals are.
    public static let literal: StaticString = "0.1.0"
    public static var text: String { literal.description }
}
