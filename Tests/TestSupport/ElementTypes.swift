import GraphIR

extension ElementType {
    /// The types that operations compute with.
    public static let computed = allCases.filter { !$0.isStorageOnly }

    /// The types that arithmetic takes.
    public static let numbers = computed.filter { $0 != .bool }
}
