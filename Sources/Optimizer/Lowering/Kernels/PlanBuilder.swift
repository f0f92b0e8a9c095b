import GraphIR
import PlanFormat

/// Why one operation has no kernel.
struct Unsupported: Error {
    var reason: String
    init(_ reason: String) { self.reason = reason }
}

/// Gives every operation of a bound graph its kernels and weights, in the layout that the analysis has found. What has no kernel is
/// collected, so that the user is told of all of it at once.
///
/// Where the schedule is repeated over the batch, all of this is there for one image. Otherwise operations on images are there once
/// for each image, and those on plain tensors see the whole batch.
struct PlanBuilder {
    let graph: Graph
    let function: Function
    let layout: GraphLayout
    var plan = UnscheduledPlan()
    /// The image of the batch that is being lowered.
    private(set) var currentImage = 0
    var forms: [ValueID: TensorForm] = [:]
    /// Images that are constants; packed when the halos are known.
    var constantImages: [(value: PlanValueID, constant: ConstantID, image: Int)] = []
    /// Plain tensors that inputs were copied to.
    var inputTensors: [Int: PlanValueID] = [:]
    /// For inputs that are read as images, those that are.
    var inputImages: [Int: [Int: PlanValueID]] = [:]
    private var problems: [UnsupportedPart] = []

    private init(_ graph: Graph, _ layout: GraphLayout) {
        self.graph = graph
        self.layout = layout
        function = graph.main
    }

    /// - Parameter graph: within ``GraphBounds``.
    static func plan(for graph: Graph, in layout: GraphLayout) throws(CompileError) -> UnscheduledPlan {
        var builder = PlanBuilder(graph, layout)
        builder.addInputs()
        for (node, placement) in zip(builder.function.nodes, layout.placements) {
            if let placement { builder.lower(node, placement) }
        }
        builder.addOutputs()
        return try builder.finished()
    }

    private mutating func finished() throws(CompileError) -> UnscheduledPlan {
        guard problems.isEmpty else { throw .unsupported(problems) }
        let held = valuePlaces()
        let places = plan.dropUnread()
        plan.places = held.compactMap { $0.moved(to: places) }
        constantImages = constantImages.compactMap { constant in
            places[constant.value.index].map { ($0, constant.constant, constant.image) }
        }
        plan.assignHalos()
        try plan.checkBounds()
        packConstantImages()
        plan.assignExits()
        plan.markSingleRows()
        return plan
    }

    /// Where the graph's values are. Several may be views of one value of the plan; it is that of the first, whose node makes it.
    private func valuePlaces() -> [LoweredValues.Place] {
        var taken = Set<PlanValueID>()
        var places: [LoweredValues.Place] = []
        for (index, node) in function.nodes.enumerated() {
            for output in node.outputs {
                guard let form = forms[output] else { continue }
                let images = form.images.isEmpty ? nil : form.images
                let ids = images ?? form.view.flatMap { denseBase($0) }.map { [$0] } ?? []
                guard !ids.isEmpty, !ids.contains(where: taken.contains), !ids.contains(where: { plan.values[$0.index].isConstant })
                else { continue }
                taken.formUnion(ids)
                places.append(LoweredValues.Place(value: output, node: index, values: ids, axes: images == nil ? nil : form.axes))
            }
        }
        return places
    }

    private mutating func lower(_ node: Node, _ placement: GraphLayout.Placement) {
        do throws(Unsupported) {
            let lowering = node.operation.lowering
            switch (placement, lowering.images, lowering.plain) {
            case (.images, let images?, _): try lowerImages(node, images)
            case (.plain, _, let plain?): try plain.lowerPlain(node, in: &self)
            default: throw Unsupported("\(function.type(of: node.inputs[0])) is no image [N, H, W, C] of float32")
            }
        } catch {
            report(UnsupportedPart(name: node.name, kind: node.operation.mnemonic, reason: error.reason))
            // Later operations are examined all the same, as if this one had worked.
            for output in node.outputs { addPlaceholder(output) }
        }
    }

    /// Lowers an operation on images, once for each of them.
    private mutating func lowerImages(_ node: Node, _ lowering: any ImageLowering) throws(Unsupported) {
        for output in node.outputs { forms[output] = TensorForm() }
        try forEachImage(of: node.outputs[0]) { (builder) throws(Unsupported) in try lowering.lowerImage(node, in: &builder) }
    }

    /// Does something for each image that a value is made of, as ``currentImage``.
    mutating func forEachImage(
        of value: ValueID, _ body: (inout PlanBuilder) throws(Unsupported) -> Void
    ) throws(Unsupported) {
        defer { currentImage = 0 }
        for image in try images(of: value) {
            currentImage = image
            try body(&self)
        }
    }

    mutating func report(_ problem: UnsupportedPart) { problems.append(problem) }

    /// What stands for a value that could not be made.
    private mutating func addPlaceholder(_ value: ValueID) {
        var form = TensorForm()
        if case .images? = layout.values[value.index], let size = try? image(value) {
            // Of more images than a plan may have, one: whoever reads them has as many, and is refused too.
            for _ in (try? images(of: value)) ?? 0..<1 { form.images.append(addValue(size, name: function[value].name)) }
        } else {
            let type = function.type(of: value)
            let tensor = PlainTensor(PlanElement(type.element), type.staticShape ?? [])
            let id = addValue(PlanValue(tensor, storage: .arena(offset: 0)), name: function[value].name)
            form.view = TensorView(.value(id), type.element, tensor.shape)
        }
        forms[value] = form
    }

    private mutating func packConstantImages() {
        for (id, constantID, image) in constantImages {
            let value = plan.values[id.index]
            let shape = [value.height, value.width, value.channels]
            let key = ConstantKey(
                sources: [constantID.index],
                packing: .rows(image: image, shape: shape, leftHalo: value.leftHalo, rightHalo: value.rightHalo))
            let constant = graph.constants[constantID]
            let packed = plan.constants.insert(key, count: value.ringBytes / MemoryLayout<Float>.stride) {
                let size = shape.reduce(1, *)
                return WeightPacking.rows(
                    Array(constant.floats[(image * size)..<((image + 1) * size)]), shape: shape, layout: value)
            }
            plan.values[id.index].storage = .constant(packed)
        }
    }
}

extension LoweredValues.Place {
    /// - Parameter places: for each value of the plan where it is now; nil for one that is gone.
    fileprivate func moved(to places: [PlanValueID?]) -> LoweredValues.Place? {
        var moved = self
        moved.values = values.compactMap { places[$0.index] }
        return moved.values.count == values.count ? moved : nil
    }
}

extension PlanValue {
    fileprivate var isConstant: Bool {
        if case .constant = storage { true } else { false }
    }
}
