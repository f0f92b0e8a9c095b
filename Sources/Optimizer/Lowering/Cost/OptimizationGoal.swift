/// What a plan is chosen for among those that fit the memory limit.
public enum OptimizationGoal: String, Sendable, CaseIterable {
    /// The quickest, by the cost model.
    case speed
    /// The least product of seconds and the cube root of bytes: half of the memory is worth a fifth of the time.
    case balanced
    /// The one that takes the least memory; of several the quickest.
    case memory

    /// What is least for the best plan; it rises with both.
    func score(seconds: Double, bytes: Int) -> Double {
        switch self {
        case .speed: seconds
        case .balanced: seconds * seconds * seconds * Double(bytes)
        // No plan takes a thousand seconds for each byte that another saves.
        case .memory: Double(bytes) + seconds / 1000
        }
    }
}
