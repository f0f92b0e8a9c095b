import PlanFormat

extension KernelParameters {
    /// Whether source 0 is the caller's input rather than a value of the plan.
    var readsEntry: Bool {
        inputEntry != nil
    }

    /// Whether result 0 is the caller's output.
    var writesEntry: Bool {
        outputEntry != nil
    }
}
