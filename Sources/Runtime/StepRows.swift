import PlanFormat

extension KernelParameters {
    /// Whether source 0 is the caller's input rather than a value of the plan.
    var readsEntry: Bool {
        if case .input = self { return true }
        return false
    }

    /// Whether result 0 is the caller's output.
    var writesEntry: Bool {
        if case .output = self { return true }
        return false
    }
}
