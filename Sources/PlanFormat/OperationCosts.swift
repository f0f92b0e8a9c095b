extension PlanOperation {
    /// Multiply-accumulates for one image; an operation that has none counts one for each element. Those of a convolution are
    /// the same whichever algorithm it uses.
    public func work(in values: [PlanValue]) -> Int { Int(clamping: kernel.visit(WorkQuestion(), of: self, in: values)) }

    /// What running the operation for one image costs, in units of a multiply-accumulate: its own, and what the kernel and the
    /// runtime do besides.
    package func cost(in values: [PlanValue]) -> Int64 {
        var cost = kernel.visit(KernelWorkQuestion(), of: self, in: values)
        for id in results {
            let value = values[id.index]
            let cleared = product(value.height, value.blocks, value.leftHalo + value.rightHalo, PlanValue.lanes)
            cost = cost.saturating(plus: cleared)
        }
        return cost
    }

    /// Bytes that each of the operation's constants must have, in their order; Int.max where that overflows.
    public func constantByteCounts(in values: [PlanValue]) -> [Int] { kernel.visit(ConstantsQuestion(), of: self, in: values) }

    /// Bytes of scratch that the kernel needs for each thread.
    public func scratchBytes(in values: [PlanValue]) -> Int { kernel.visit(ScratchQuestion(), of: self, in: values) }
}

private struct WorkQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        family.multiplyAccumulates(of: operation, in: values)
    }
}

private struct KernelWorkQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> Int64 {
        family.kernelWork(of: operation, in: values)
    }
}

private struct ConstantsQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> [Int] {
        family.constantByteCounts(of: operation, in: values)
    }
}

private struct ScratchQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> Int {
        family.scratchBytes(of: operation, in: values)
    }
}
