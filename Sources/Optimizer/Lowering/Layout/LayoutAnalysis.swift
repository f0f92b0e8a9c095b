import GraphIR
import PlanFormat

/// Finds out, from the graph alone, the layout of every value before any operation has a kernel.
///
/// The nodes are visited in their order, and what each of them reads is followed: an operation runs on images where it has a
/// kernel for them and its operands are there as such (``ImageLowering/runsOnImages(_:_:)``); an input has the layout in which its
/// first reader wants it; and what reads a whole tensor needs the whole batch at once.
struct LayoutAnalysis {
    let function: Function
    private let constants: ConstantTable
    /// As the next reader finds them: what has been copied to a plain tensor is one from then on.
    private var current: [ValueLayout?]
    private var layout: GraphLayout
    /// Inputs that are copied to a plain tensor.
    private var isReadWhole: [Bool]
    /// The first thing that needs the whole batch.
    private var wholeBatchReason: String?
    /// Who reads at the moment, for the reason.
    private var reader = ""

    /// - Parameter graph: within ``GraphBounds``.
    static func layout(of graph: Graph) -> GraphLayout {
        var analysis = LayoutAnalysis(graph)
        let isLive = analysis.function.liveValues()
        analysis.layOutInputs(isLive)
        for (index, node) in analysis.function.nodes.enumerated() where node.outputs.contains(where: { isLive[$0.index] }) {
            analysis.layOut(node, index)
        }
        analysis.layOutOutputs()
        return analysis.finished()
    }

    private init(_ graph: Graph) {
        function = graph.main
        constants = graph.constants
        current = [ValueLayout?](repeating: nil, count: function.values.count)
        isReadWhole = [Bool](repeating: false, count: function.inputs.count)
        layout = GraphLayout(
            placements: [GraphLayout.Placement?](repeating: nil, count: function.nodes.count),
            values: current, inputs: [], outputs: [], batch: .whole(reason: nil))
    }

    private mutating func layOutInputs(_ isLive: [Bool]) {
        for (index, input) in function.inputs.enumerated() {
            let type = function.type(of: input)
            let shape = type.staticShape ?? []
            // An input that no output depends on is in the plan's interface all the same.
            let isUnreadImage = !isLive[input.index] && shape.count == 4 && type.element == .float32 && !shape.contains(0)
            layout.inputs.append(isUnreadImage ? .nhwc : .plain)
            set(input, .view(TensorView(.input(index), type.element, shape)))
        }
    }

    private mutating func layOut(_ node: Node, _ index: Int) {
        reader = "\(node.operation.mnemonic) '\(node.name)'"
        let lowering = node.operation.lowering
        if let images = lowering.images, couldRunOnImages(node), images.runsOnImages(node, self) {
            layout.placements[index] = .images
            for operand in images.imageOperands(of: node) { readAsImages(operand) }
            for output in node.outputs { set(output, .images(axes: ImageAxes.channelsLast)) }
            return
        }
        layout.placements[index] = .plain
        guard let plain = lowering.plain else {
            // There is no kernel; whoever gives out kernels says so.
            for output in node.outputs { set(output, .plain) }
            return
        }
        plain.layOutPlain(node, in: &self)
    }

    private mutating func layOutOutputs() {
        for output in function.outputs {
            reader = "output '\(output.name)'"
            if case .images(let axes)? = current[output.value.index], let taken = ImageAxes.outputLayout(axes) {
                layout.outputs.append(taken)
            } else if hasImages(output.value) {
                readAsImages(output.value)
                layout.outputs.append(.nhwc)
            } else {
                readWhole(output.value)
                layout.outputs.append(.plain)
            }
        }
    }

    private func finished() -> GraphLayout {
        var layout = layout
        if let images = function.sharedBatch {
            layout.batch = wholeBatchReason.map { .whole(reason: $0) } ?? .repeated(images: images)
        }
        return layout
    }
}

// MARK: What operations ask
extension LayoutAnalysis {
    /// As the next reader finds it; nil for what no output depends on.
    func layout(of value: ValueID) -> ValueLayout? { current[value.index] }

    /// Whether all that an operation makes could be images, and all that it reads has elements.
    private func couldRunOnImages(_ node: Node) -> Bool {
        node.outputs.allSatisfy(couldBeImages) && !node.inputs.contains { function.type(of: $0).staticShape?.contains(0) == true }
    }

    /// Rank 4, float32, not empty.
    func couldBeImages(_ value: ValueID) -> Bool {
        let type = function.type(of: value)
        return type.element == .float32 && type.rank == 4 && type.staticShape?.contains(0) == false
    }

    /// Whether the value is there as images, or can be read as such from an input, without a plain tensor between.
    func hasImages(_ value: ValueID) -> Bool {
        switch current[value.index] {
        case .images(let axes)?: axes == ImageAxes.channelsLast
        case .view(let view)?: view.element == .float32 && inputLayout(view) != nil
        case .plain?, nil: false
        }
    }

    /// Whether an operation on images made the value.
    func hasMadeImages(_ value: ValueID) -> Bool { current[value.index] == .images(axes: ImageAxes.channelsLast) }

    /// Whether the value is an input of bytes that can be read as images.
    func isInputOfByteImages(_ value: ValueID) -> Bool {
        guard case .view(let view)? = current[value.index] else { return false }
        return view.element == .uint8 && inputLayout(view) != nil
    }

    /// Whether the values are constants, all of each in its order.
    func areConstants(_ values: ArraySlice<ValueID>) -> Bool { values.allSatisfy(isConstant) }

    private func isConstant(_ value: ValueID) -> Bool {
        guard case .view(let view)? = current[value.index], case .constant(let id) = view.base else { return false }
        return view.isRowMajor && view.shape == constants[id].shape
    }

    /// Whether no operand that is computed is there as images. What costs little then stays among plain tensors.
    func isAmongPlain(_ node: Node) -> Bool {
        let computed = node.inputs.filter { !isConstant($0) }
        return !computed.isEmpty && !computed.contains { hasImages($0) }
    }

    /// In which layout an input is read where a view of it is wanted as images. An input has one layout, and has none of images
    /// where a plain tensor was copied from it first.
    private func inputLayout(_ view: TensorView) -> EntryPoint.Layout? {
        guard case .input(let input) = view.base else { return nil }
        let taken = layout.inputs[input]
        guard taken != .plain || !isReadWhole[input] else { return nil }
        return view.imageLayouts(ofInput: function.type(of: function.inputs[input])).first { taken == .plain || taken == $0 }
    }
}

// MARK: What operations do
extension LayoutAnalysis {
    /// What a node makes.
    mutating func set(_ value: ValueID, _ made: ValueLayout?) {
        current[value.index] = made
        layout.values[value.index] = made
    }

    /// Follows the reading of an operand as images.
    mutating func readAsImages(_ value: ValueID) {
        switch current[value.index] {
        case .images(let axes)? where axes == ImageAxes.channelsLast:
            return
        case .view(let view)?:
            if view.isDenseConstant {
                if view.shape.count == 4, view.shape[0] > 1 {
                    needWholeBatch("a constant of \(view.shape[0]) images", value)
                }
                return
            }
            if case .input(let input) = view.base, let taken = inputLayout(view) {
                layout.inputs[input] = taken
                return
            }
        case .images?, .plain?, nil: break
        }
        readWhole(value)
    }

    /// Follows the reading of an operand as a plain tensor, which is copied from images or from an input first.
    mutating func readWhole(_ value: ValueID) {
        needWholeBatch("the whole tensor", value)
        guard case .view(let view)? = current[value.index] else { return }
        if case .input(let input) = view.base { isReadWhole[input] = true }
        current[value.index] = .plain
    }

    private mutating func needWholeBatch(_ what: String, _ value: ValueID) {
        if wholeBatchReason == nil { wholeBatchReason = "\(reader) reads \(what) '\(function[value].name)'" }
    }
}

extension Function {
    /// The first side of all inputs and outputs, where it is the same and more than 1.
    fileprivate var sharedBatch: Int? {
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
