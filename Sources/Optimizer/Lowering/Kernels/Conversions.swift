import GraphIR
import PlanFormat

/// Between the two layouts. A conversion is made where a reader first needs it, and then serves all others, so that there
/// never are two inverse ones in a row.
extension PlanBuilder {
    // MARK: Images

    /// The blocked image that a value is: of the image that is being lowered, or the only one.
    mutating func source(_ value: ValueID) throws(Unsupported) -> PlanValueID {
        let form = try form(of: value)
        let shape = try imageSides(value)
        let image = shape[0] == 1 || layout.repeats ? 0 : currentImage
        if form.axes == ImageAxes.channelsLast, !form.images.isEmpty, shape.count == function.type(of: value).rank {
            return form.images[image]
        }
        if let id = form.converted[image] { return id }
        let id = try converted(value, form, sides: shape, image: image)
        forms[value]?.converted[image] = id
        return id
    }

    private mutating func converted(
        _ value: ValueID, _ form: TensorForm, sides: [Int], image: Int
    ) throws(Unsupported) -> PlanValueID {
        let size = PlanValue(
            channels: sides[3], width: sides[2], height: sides[1], ringRows: sides[1], storage: .arena(offset: 0))
        let name = function[value].name
        switch form.view?.base {
        case .constant(let constant)? where form.view?.isDenseConstant == true:
            guard sides[0] == 1 || !layout.repeats else { throw wholeBatch }
            let id = addValue(size, name: name)
            constantImages.append((id, constant, image))
            return id
        case .input(let input)? where isReadAsImages(input, form.view):
            return inputImage(input, size, image: image, name: name)
        default: break
        }
        var view = try plainView(value)
        if !view.isForward { view = try rowMajor(value) }
        guard case .value(let base) = view.base else { throw Unsupported("'\(name)' has no plain form") }
        let strides = [Int](repeating: 0, count: 4 - view.strides.count) + view.strides
        let id = addValue(size, name: name)
        let parameters = ImageStrides(
            offset: view.offset + image * strides[0], row: strides[1], column: strides[2], channel: strides[3])
        plan.operations.append(PlanOperation(.blocking(parameters), sources: [base], results: [id], name: Array(name.utf8)))
        return id
    }

    /// Whether a view is of images in the layout in which the input is read.
    private func isReadAsImages(_ input: Int, _ view: TensorView?) -> Bool {
        guard layout.inputs[input] != .plain, let view else { return false }
        return view.imageLayouts(ofInput: function.type(of: function.inputs[input])).contains(layout.inputs[input])
    }

    /// Reads an image of an input row by row, once for all.
    mutating func inputImage(_ input: Int, _ size: PlanValue, image: Int, name: String) -> PlanValueID {
        if let id = inputImages[input]?[image] { return id }
        let id = addValue(size, name: name)
        let label = plan.inputs[input].name
        plan.operations.append(PlanOperation(.input(entry: input, image: image), sources: [], results: [id], name: label))
        inputImages[input, default: [:]][image] = id
        return id
    }

    // MARK: Plain tensors

    /// For what is worked out element by element before the tensor itself is added.
    func checkHeldWhole(_ value: ValueID) throws(Unsupported) {
        if let problem = GraphBounds.wholeTensorProblem(function.type(of: value), function[value].name) { throw Unsupported(problem) }
    }

    /// A view of a plain value.
    mutating func plainView(_ value: ValueID) throws(Unsupported) -> TensorView {
        if layout.repeats { throw wholeBatch }
        try checkHeldWhole(value)
        let form = try form(of: value)
        guard var view = form.view else {
            let view = try unblocked(value, form)
            forms[value]?.view = view
            return view
        }
        switch view.base {
        case .value: return view
        case .input(let input): view.base = .value(try inputTensor(input))
        case .constant(let id): view.base = .value(try constantValue(id))
        }
        forms[value]?.view = view
        return view
    }

    /// A plain value with the elements in row-major order, as a view.
    mutating func rowMajor(_ value: ValueID) throws(Unsupported) -> TensorView {
        let view = try plainView(value)
        if let base = denseBase(view) {
            return TensorView(.value(base), view.element, view.shape)
        }
        let copy = try copied(view, name: function[value].name)
        forms[value]?.view = copy
        return copy
    }

    /// The same as an operand.
    mutating func dense(_ value: ValueID) throws(Unsupported) -> PlanValueID {
        guard case .value(let id) = try rowMajor(value).base else { throw Unsupported("it has no plain form") }
        return id
    }

    /// The base of a view that is all of it in its order.
    func denseBase(_ view: TensorView) -> PlanValueID? {
        guard case .value(let id) = view.base, view.offset == 0, view.isRowMajor,
            plan.values[id.index].plain?.elementCount == view.elementCount
        else { return nil }
        return id
    }

    /// The elements of a view, one after the other.
    mutating func copied(_ view: TensorView, name: String) throws(Unsupported) -> TensorView {
        guard case .value(let base) = view.base else { throw Unsupported("'\(name)' has no plain form") }
        let nest = LoopNest(view.shape, [view.strides, TensorView.rowMajor(view.shape)])
        let part = PlainCopy.Part(loop: nest.loop, source: nest.view(0, offset: view.offset), result: nest.view(1))
        let id = try addPlain(.copy(PlainCopy([part])), sources: [base], view.element, view.shape, name: name)
        return TensorView(.value(id), view.element, view.shape)
    }

    private mutating func unblocked(_ value: ValueID, _ form: TensorForm) throws(Unsupported) -> TensorView {
        let shape = function.type(of: value).staticShape ?? []
        let strides = TensorView.rowMajor(shape)
        var parameters = ImageStrides(row: 0, column: 0, channel: 0)
        for (axis, image) in form.axes.enumerated() {
            switch image {
            case 0: parameters.image = strides[axis]
            case 1: parameters.row = strides[axis]
            case 2: parameters.column = strides[axis]
            default: parameters.channel = strides[axis]
            }
        }
        let id = try addTensor(.float32, shape, name: function[value].name)
        plan.operations.append(
            PlanOperation(
                .unblocking(parameters), sources: form.images, results: [id], name: Array(function[value].name.utf8)))
        return TensorView(.value(id), .float32, shape)
    }

    private mutating func inputTensor(_ index: Int) throws(Unsupported) -> PlanValueID {
        if let id = inputTensors[index] { return id }
        let input = function.inputs[index]
        let type = function.type(of: input)
        let id: PlanValueID
        if layout.inputs[index] == .plain {
            id = try addTensor(type.element, type.staticShape ?? [], name: function[input].name)
            plan.operations.append(
                PlanOperation(.plainInput(entry: index), sources: [], results: [id], name: plan.inputs[index].name))
        } else {
            id = try gatheredImages(index, type, name: function[input].name)
        }
        inputTensors[index] = id
        return id
    }

    /// The tensor of an input that is read as images already: what its rows are has been settled.
    private mutating func gatheredImages(_ input: Int, _ type: TensorType, name: String) throws(Unsupported) -> PlanValueID {
        let point = plan.inputs[input]
        let size = PlanValue(
            channels: point.channels, width: point.width, height: point.height, ringRows: point.height,
            storage: .arena(offset: 0))
        var images: [PlanValueID] = []
        for image in 0..<point.images { images.append(inputImage(input, size, image: image, name: name)) }
        let shape = type.staticShape ?? []
        let id = try addTensor(.float32, shape, name: name)
        plan.operations.append(
            PlanOperation(.unblocking(point.strides(ofImage: 0)), sources: images, results: [id], name: Array(name.utf8)))
        // Images of bytes hold their values.
        return type.element == .float32 ? id : try addPlain(.cast(PlainCast()), sources: [id], type.element, shape, name: name)
    }

    private mutating func constantValue(_ id: ConstantID) throws(Unsupported) -> PlanValueID {
        let constant = graph.constants[id]
        let tensor = try addTensor(constant.element, constant.shape, name: "a constant")
        let packed = plan.constants.insert(ConstantKey(sources: [id.index], packing: .plain), constant.bytes)
        plan.values[tensor.index].storage = .constant(packed)
        return tensor
    }

    /// A plain value of the constants section.
    mutating func constantTensor(
        _ element: ElementType, _ shape: [Int], _ key: ConstantKey, bytes: () -> [UInt8]
    ) throws(Unsupported) -> PlanValueID {
        let id = try addTensor(element, shape, name: "a constant")
        let packed = plan.constants.insertBytes(key, bytes)
        plan.values[id.index].storage = .constant(packed)
        return id
    }

    // MARK: Additions

    /// Adds an operation on plain tensors.
    mutating func addPlain(
        _ kernel: PlainKernel, sources: [PlanValueID], constants: [PlanConstantID] = [], _ element: ElementType, _ shape: [Int],
        name: String
    ) throws(Unsupported) -> PlanValueID {
        if layout.repeats { throw wholeBatch }
        let id = try addTensor(element, shape, name: name)
        plan.operations.append(
            PlanOperation(.plain(kernel), sources: sources, results: [id], constants: constants, name: Array(name.utf8)))
        return id
    }

    /// Adds an operation on plain tensors whose result is the node's.
    mutating func addPlain(
        _ kernel: PlainKernel, _ node: Node, sources: [PlanValueID], constants: [PlanConstantID] = []
    ) throws(Unsupported) {
        let (element, shape) = try tensor(node.outputs[0])
        let id = try addPlain(kernel, sources: sources, constants: constants, element, shape, name: node.name)
        forms[node.outputs[0]] = TensorForm(TensorView(.value(id), element, shape))
    }

    private mutating func addTensor(_ element: ElementType, _ shape: [Int], name: String) throws(Unsupported) -> PlanValueID {
        // Lowering makes tensors that the graph does not have, such as parts that are joined.
        if let problem = GraphBounds.wholeTensorProblem(TensorType(element, shape.map { Dimension($0) }), name) {
            throw Unsupported(problem)
        }
        return addValue(PlanValue(PlainTensor(PlanElement(element), shape), storage: .arena(offset: 0)), name: name)
    }

    /// Element type and sides.
    func tensor(_ value: ValueID) throws(Unsupported) -> (ElementType, [Int]) {
        let type = function.type(of: value)
        guard let shape = type.staticShape else { throw Unsupported("\(type) has a side that is not bound to a number") }
        return (type.element, shape)
    }

    func form(of value: ValueID) throws(Unsupported) -> TensorForm {
        guard let form = forms[value] else { throw Unsupported("its operand '\(function[value].name)' could not be compiled") }
        return form
    }

    /// The analysis repeats no schedule where this is thrown.
    private var wholeBatch: Unsupported {
        Unsupported("it needs the whole batch, which the layout analysis did not foresee; please report this")
    }
}
