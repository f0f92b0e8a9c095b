/// Hands out names that are not taken yet.
public struct UniqueNames: Sendable {
    private var taken: Set<String>
    /// Where counting goes on for a name that was wanted before.
    private var nextNumbers: [String: Int] = [:]

    public init(taken: [String] = []) { self.taken = Set(taken) }

    /// `wanted`, or `wanted.1`, `wanted.2` and so on when that is taken.
    public mutating func claim(_ wanted: String) -> String {
        var name = wanted
        while !taken.insert(name).inserted {
            let number = nextNumbers[wanted, default: 1]
            nextNumbers[wanted] = number + 1
            name = "\(wanted).\(number)"
        }
        return name
    }
}
