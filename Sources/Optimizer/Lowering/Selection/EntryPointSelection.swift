import GraphIR
import PlanFormat

extension Selection {
    /// An input that no output depends on is in the plan's interface, but nothing reads it.
    mutating func addInputs() {
        for (entry, input) in function.inputs.enumerated() {
            let type = function.type(of: input)
            let name = Array(function[input].name.utf8)
            let shape = type.staticShape ?? []
            // What is read as images gets its layout then.
            let isUnreadImage = !isLive[input.index] && shape.count == 4 && type.element == .float32 && !shape.contains(0)
            let layout: EntryPoint.Layout = isUnreadImage ? .nhwc : .plain
            network.inputs.append(EntryPoint(name: name, entryTensor(type), layout: layout))
            forms[input] = TensorForm(TensorView(.entry(entry), type.element, shape))
        }
        network.batch = repeats ? function.sharedBatch ?? 1 : 1
    }

    mutating func addOutputs() {
        for (entry, output) in function.outputs.enumerated() {
            do throws(Unsupported) {
                let name = Array(output.name.utf8)
                let sources: [PlanValueID]
                var layout = forms[output.value]?.imageLayout
                if let images = forms[output.value]?.images, layout != nil {
                    sources = images
                } else if hasImages(output.value) {
                    layout = .nhwc
                    sources = try allImages(output.value)
                } else {
                    sources = [try dense(output.value)]
                }
                network.outputs.append(
                    EntryPoint(name: name, entryTensor(function.type(of: output.value)), layout: layout ?? .plain))
                let kernel: KernelParameters = layout == nil ? .plainOutput(entry: entry) : .output(entry: entry)
                network.operations.append(PlanOperation(kernel, sources: sources, results: [], name: name))
            } catch {
                problems.append(UnsupportedPart(name: output.name, kind: "output", reason: error.reason))
            }
        }
        // Exits are refined once all outputs are there.
        for index in network.operations.indices { network.operations[index].firstExit = network.outputs.count - 1 }
    }

    /// Bytes of an input become images while they are read.
    mutating func lower(_ cast: Cast, _ node: Node) throws(Unsupported) {
        guard let (entry, layout) = byteEntry(node) else { throw Unsupported("it converts no bytes of an input") }
        let image = repeats ? 0 : currentImage
        use(
            entryImage(entry, layout, try self.image(node.outputs[0]), image: image, name: function[node.outputs[0]].name),
            as: node.outputs[0])
    }

    /// The input of bytes that a cast to float32 reads, in the layout that its images have there.
    func byteEntry(_ node: Node) -> (entry: Int, layout: EntryPoint.Layout)? {
        guard let view = forms[node.inputs[0]]?.view, case .entry(let entry) = view.base,
            let layout = entryLayout(entry, view, of: .uint8)
        else { return nil }
        return (entry, layout)
    }

    private mutating func allImages(_ value: ValueID) throws(Unsupported) -> [PlanValueID] {
        var images: [PlanValueID] = []
        for image in try self.images(of: value) {
            currentImage = image
            images.append(try source(value))
        }
        currentImage = 0
        return images
    }

    /// What one run of the schedule takes or makes.
    private func entryTensor(_ type: TensorType) -> PlainTensor {
        var tensor = PlainTensor(PlanElement(type.element), type.staticShape ?? [])
        if repeats, !tensor.shape.isEmpty { tensor.shape[0] = 1 }
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

    /// The first side of all inputs and outputs, where it is the same and more than 1.
    var sharedBatch: Int? {
        let sides = Set((inputs + outputs.map(\.value)).map { type(of: $0).staticShape?.first ?? 1 })
        guard sides.count == 1, let side = sides.first, side > 1 else { return nil }
        return side
    }

    /// For each value whether an output depends on it.
    func liveValues() -> [Bool] {
        var isLive = [Bool](repeating: false, count: values.count)
        for output in outputs { isLive[output.value.index] = true }
        for node in nodes.reversed() where node.outputs.contains(where: { isLive[$0.index] }) {
            for input in node.inputs { isLive[input.index] = true }
        }
        return isLive
    }
}
