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

extension PlanOperation {
    /// Rows of source `position` that a step over progress rows `rows` is given, also those outside the image.
    func rowsRead(_ position: Int, _ rows: RowRange, _ values: [PlanValue]) -> RowRange {
        if case .input = kernel { return rows }
        let read = sourceRows(position, for: rows, in: values)
        return RowRange(first: read.first, count: max(0, read.count))
    }

    /// Rows of result `position` that a step over progress rows `rows` writes.
    func rowsWritten(_ position: Int, _ rows: RowRange, _ values: [PlanValue]) -> RowRange {
        switch kernel {
        case .output:
            return rows
        case .globalPooling:
            // The one row accumulates from the first step on, although only the last completes it.
            return RowRange(first: 0, count: 1)
        default:
            return resultRows(position, for: rows, in: values)
        }
    }
}
