import GraphIR
import PlanFormat

// The plan's inputs and outputs.
extension PlanBuilder {
    /// An input that no output depends on is in the plan's interface, but nothing reads it.
    mutating func addInputs() {
        for (index, input) in function.inputs.enumerated() {
            let type = function.type(of: input)
            let name = Array(function[input].name.utf8)
            plan.inputs.append(EntryPoint(name: name, entryTensor(type), layout: layout.inputs[index]))
            forms[input] = TensorForm(TensorView(.input(index), type.element, type.staticShape ?? []))
        }
        if case .repeated(let images) = layout.batch { plan.batch = images }
    }

    mutating func addOutputs() {
        for (index, output) in function.outputs.enumerated() {
            do throws(Unsupported) {
                try addOutput(output, at: index)
            } catch {
                report(UnsupportedPart(name: output.name, kind: "output", reason: error.reason))
            }
        }
        // Exits are refined once all outputs are there.
        for index in plan.operations.indices { plan.operations[index].firstExit = plan.outputs.count - 1 }
    }

    private mutating func addOutput(_ output: Output, at index: Int) throws(Unsupported) {
        let name = Array(output.name.utf8)
        let taken = layout.outputs[index]
        let sources = taken == .plain ? [try dense(output.value)] : try imagesOfOutput(output.value, taken)
        plan.outputs.append(EntryPoint(name: name, entryTensor(function.type(of: output.value)), layout: taken))
        let kernel: KernelParameters = taken == .plain ? .plainOutput(entry: index) : .output(entry: index)
        plan.operations.append(PlanOperation(kernel, sources: sources, results: [], name: name))
    }

    /// Images that are written as they are made, or that are read from an input.
    private mutating func imagesOfOutput(_ value: ValueID, _ taken: EntryPoint.Layout) throws(Unsupported) -> [PlanValueID] {
        if let form = forms[value], !form.images.isEmpty, ImageAxes.outputLayout(form.axes) == taken { return form.images }
        var images: [PlanValueID] = []
        try forEachImage(of: value) { (builder) throws(Unsupported) in images.append(try builder.source(value)) }
        return images
    }

    /// What one run of the schedule takes or makes.
    private func entryTensor(_ type: TensorType) -> PlainTensor {
        var tensor = PlainTensor(PlanElement(type.element), type.staticShape ?? [])
        if layout.repeats, !tensor.shape.isEmpty { tensor.shape[0] = 1 }
        return tensor
    }
}

extension Function {
    /// A graph without these is no model yet, and everything else would only follow from that.
    func checkCompleteness() throws(CompileError) {
        guard !outputs.isEmpty else { throw .invalid("the graph has no output; a plan has at least one") }
        let unbound = inputs.filter { type(of: $0).staticShape == nil }
        guard unbound.isEmpty else {
            let inputs = unbound.map { "input '\(self[$0].name)' is \(type(of: $0))" }
            throw .invalid("\(inputs.joined(separator: ", ")): every side has to be bound to a number")
        }
    }
}
