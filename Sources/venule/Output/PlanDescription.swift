import Optimizer
import PlanFormat

/// What `compile` and `inspect` say of a plan.
enum PlanDescription {
    static func entryLines(of plan: Plan) -> [String] {
        let entries = plan.inputs.map { ("input", $0) } + plan.outputs.map { ("output", $0) }
        return entries.map { role, entry in
            Format.line(role, "\(entry.text): \(entry.tensor.element.text) \(Format.shape(plan.shape(of: entry)))")
        }
    }

    /// How many convolutions each algorithm computes, of those that compute any.
    static func algorithmCounts(of plan: Plan) -> [(algorithm: ConvolutionAlgorithm, count: Int)] {
        let used = plan.operations.compactMap { operation -> ConvolutionAlgorithm? in
            if case .convolution(let p) = operation.kernel { p.algorithm } else { nil }
        }
        return ConvolutionAlgorithm.allCases.map { algorithm in (algorithm, used.count { $0 == algorithm }) }.filter { $0.1 > 0 }
    }

    /// The same as text.
    static func algorithms(of plan: Plan) -> String {
        let parts = algorithmCounts(of: plan).map { "\($0.count) \($0.algorithm.label)" }
        return parts.isEmpty ? "no convolutions" : parts.joined(separator: ", ")
    }

    /// How operations' weights are stored.
    static func weightTypes(of plan: Plan) -> String {
        let used = Set(plan.operations.filter { !$0.constants.isEmpty }.map(\.kernel.weights))
        return used.isEmpty ? "f32" : WeightType.allCases.filter(used.contains).map(\.argument).joined(separator: ", ")
    }

    /// - Parameter fileBytes: the size of the plan's file.
    static func lines(of plan: Plan, fileBytes: Int) -> [String] {
        var lines = entryLines(of: plan)
        let memory = plan.memory
        let work = plan.operations.reduce(0) { $0 + $1.work(in: plan.values) }
        var kinds: [String: Int] = [:]
        for operation in plan.operations { kinds[operation.kernel.kindName, default: 0] += 1 }
        let buffers = (plan.inputs + plan.outputs).reduce(0) { $0 + $1.byteCount * plan.batch }
        lines += [
            Format.line("file", Format.mebibytes(fileBytes)),
            Format.line("weights", "\(Format.mebibytes(plan.constantsSection.byteCount)), packed, \(weightTypes(of: plan))"),
            Format.line("arena", Format.mebibytes(memory.arenaBytes)),
            Format.line("scratch", "\(Format.mebibytes(memory.scratchBytesPerThread)) for each thread"),
            Format.line(
                "buffers",
                "\(Format.mebibytes(buffers)) for inputs and outputs, \(Format.mebibytes(plan.entryBytesHeld)) where rows are handed over"),
            Format.line("MACs", "\(Format.count(work)) for one image, each other element counted as one"),
            Format.line("steps", Format.grouped(plan.schedule.count)),
            Format.line("subnormals", plan.flushesSubnormals ? "flushed" : "kept"),
            Format.line("self-test", "\(plan.selfTest.count) operations"),
            Format.line("algorithms", algorithms(of: plan)),
            Format.line("operations", Format.grouped(plan.operations.count)),
        ]
        lines += kinds.sorted { $0.key < $1.key }.map { "  \(Format.line($0.key, Format.grouped($0.value)))" }
        // The figures of a cost table are for `--schedule` to read.
        lines += plan.provenance.filter { $0.key != Array("costs.figures".utf8) }.map {
            Format.line(printableText($0.key), printableText($0.value))
        }
        return lines
    }
}
