import PlanFormat

extension KernelParameters {
    /// Whether the kernel's source 0 is the caller's input and not a value of the plan.
    var readsEntry: Bool {
        inputEntry != nil
    }

    /// Whether it converts images from or to the caller's memory.
    var isImageEntry: Bool {
        switch self {
        case .input, .output: true
        default: false
        }
    }

    /// Whether the kernel's result 0 is the caller's output and not a value of the plan.
    var writesEntry: Bool {
        outputEntry != nil
    }
}
