extension Plan {
    /// Checks one operation on its own: operand counts, shapes, halos, and the sizes of its constants.
    func verifyOperation(_ operation: PlanOperation) throws(PlanError) {
        let rule = operation.kernel.visit(OperandRuleQuestion(), of: operation, in: values)
        try verifyOperandCounts(operation, rule)
        for id in operation.sources + operation.results {
            try require(id.index < values.count, ": value # of #", id.index, values.count)
        }
        for id in operation.constants {
            try require(id.index < constants.count, ": constant # of #", id.index, constants.count)
        }
        try require(operation.firstExit < outputs.count, ".firstExit: # of # outputs", operation.firstExit, outputs.count)
        try verifyLayouts(operation, rule)
        try operation.kernel.visit(RuleQuestion(plan: self), of: operation, in: values)
        try verifyHalos(operation)
        let expected = operation.constantByteCounts(in: values)
        try require(operation.constants.count == expected.count, ": # constants, expected #", operation.constants.count, expected.count)
        for (position, bytes) in expected.enumerated() {
            let found = constants[operation.constants[position].index].byteCount
            try require(found == bytes, ": constant # has # bytes, expected #", position, found, bytes)
        }
        let scratch = operation.scratchBytes(in: values)
        try require(
            scratch <= memory.scratchBytesPerThread,
            ": needs # bytes of scratch, memory.scratchBytesPerThread is #", scratch, memory.scratchBytesPerThread)
    }

    private func verifyOperandCounts(_ operation: PlanOperation, _ rule: OperandRule) throws(PlanError) {
        try require(
            rule.sources.contains(operation.sources.count),
            ": # sources, expected # through #", operation.sources.count, rule.sources.lowerBound, rule.sources.upperBound)
        try require(operation.results.count == rule.results, ": # results, expected #", operation.results.count, rule.results)
        // A kernel reads and writes at the same time, so a result must not be a source.
        for result in operation.results {
            try require(!operation.sources.contains(result), ": values[#] is a source and a result", result.index)
        }
    }

    /// Checks which operands are plain tensors and which are images.
    private func verifyLayouts(_ operation: PlanOperation, _ rule: OperandRule) throws(PlanError) {
        for (operands, arePlain) in [(operation.sources, rule.hasPlainSources), (operation.results, rule.hasPlainResults)] {
            let (expected, other) = arePlain ? ("a plain tensor", "an image") : ("an image", "a plain tensor")
            for id in operands {
                try require(
                    (values[id.index].plain != nil) == arePlain, ": values[\(id.index)] is \(other), expected \(expected)")
            }
        }
    }

    private func verifyHalos(_ operation: PlanOperation) throws(PlanError) {
        for (position, id) in operation.sources.enumerated() {
            let needed = operation.halo(ofSource: position, in: values)
            let value = values[id.index]
            try require(
                needed.left <= value.leftHalo && needed.right <= value.rightHalo,
                ": source \(position) has halos of \(value.leftHalo) and \(value.rightHalo) columns, needs \(needed.left) and \(needed.right)"
            )
        }
    }
}

private struct OperandRuleQuestion: FamilyVisitor {
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) -> OperandRule {
        family.operandRule
    }
}

private struct RuleQuestion: FamilyVisitor {
    let plan: Plan
    func visit(_ family: some KernelFamily, of operation: PlanOperation, in values: [PlanValue]) throws(PlanError) {
        try family.verify(operation, in: plan)
    }
}
