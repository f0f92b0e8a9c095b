import PlanFormat

/// The text of a plan, with or without a schedule, for people and for comparing two builds of the compiler: `compile
/// --print-lowered` and `--stop-after`. The same plan gives the same text. Documentation/Architecture.md says how to read it.
struct PlanText {
    private let plan: Plan
    /// Whether rings have their sizes and places.
    private let isScheduled: Bool
    private let lines: [String]

    init(_ plan: Plan) {
        self.plan = plan
        isScheduled = !plan.schedule.isEmpty
        var lines = [Self.heading(plan, isScheduled: isScheduled)]
        for (index, point) in plan.inputs.enumerated() { lines.append("input \(index) \(Self.text(of: point))") }
        for (index, point) in plan.outputs.enumerated() { lines.append("output \(index) \(Self.text(of: point))") }
        for (index, constant) in plan.constants.enumerated() { lines.append("c\(index): \(constant.byteCount) bytes") }
        for (index, value) in plan.values.enumerated() {
            guard case .constant(let id) = value.storage else { continue }
            lines.append("%\(index): \(Self.text(of: value, isScheduled: false)) = c\(id.index)")
        }
        for (index, operation) in plan.operations.enumerated() {
            lines.append("#\(index) \(Self.text(of: operation, plan, isScheduled: isScheduled))")
        }
        for step in plan.schedule {
            lines.append("step #\(step.operation.index) rows \(step.firstRow)..<\(step.firstRow + step.rowCount)")
        }
        self.lines = lines
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    private static func heading(_ plan: Plan, isScheduled: Bool) -> String {
        let runs = plan.batch == 1 ? "" : ", once for each of \(plan.batch) images"
        guard isScheduled else { return "plan without a schedule\(runs)" }
        let memory = plan.memory
        return "plan of \(plan.schedule.count) steps\(runs), arena \(memory.arenaBytes) bytes, zeros \(memory.zeroRowBytes) at "
            + "\(memory.zeroRowOffset), scratch \(memory.scratchBytesPerThread) for each thread"
    }

    private static func text(of point: EntryPoint) -> String {
        "'\(printableText(point.name))': \(point.layout.text) \(text(of: point.tensor))"
    }

    private static func text(of tensor: PlainTensor) -> String { "\(tensor.element.name)\(tensor.shape)" }

    private static func text(of value: PlanValue, isScheduled: Bool) -> String {
        var text: String
        if let plain = value.plain {
            text = "plain \(Self.text(of: plain))"
        } else {
            text = "image float32[\(value.height), \(value.width), \(value.channels)] halo \(value.leftHalo)+\(value.rightHalo)"
            if isScheduled { text += " ring \(value.ringRows)" }
        }
        if isScheduled, case .arena(let offset) = value.storage { text += " at \(offset)" }
        return text
    }

    private static func text(of operation: PlanOperation, _ plan: Plan, isScheduled: Bool) -> String {
        let results = operation.results.map { "%\($0.index): \(text(of: plan.values[$0.index], isScheduled: isScheduled))" }
        let operands = operation.sources.map { "%\($0.index)" } + operation.constants.map { "c\($0.index)" }
        let parameters = KernelText.parameters(of: operation.kernel)
        let exit = plan.outputs.count > 1 ? " exit \(operation.firstExit)" : ""
        return (results.isEmpty ? "" : results.joined(separator: ", ") + " = ")
            + "\(operation.kernel.kindName)(\(operands.joined(separator: ", ")))"
            + (parameters.isEmpty ? "" : " \(parameters)") + "\(exit) '\(printableText(operation.name))'"
    }
}
