import PlanFormat

extension KernelParameters {
    /// Whether source 0 is the caller's input rather than a value of the plan.
    var readsEntry: Bool {
        inputEntry != nil
    }

    /// Whether it converts images of the caller's.
    var isImageEntry: Bool {
        switch self {
        case .input, .output: true
        default: false
        }
    }

    /// Whether result 0 is the caller's output.
    var writesEntry: Bool {
        outputEntry != nil
    }
}
