import GraphIR
import PlanFormat

// What the operations' files use.
extension PlanBuilder {
    /// The image that a value is: of float32, no symbols. Missing sides in front are 1.
    func image(_ value: ValueID) throws(Unsupported) -> PlanValue {
        let sides = try imageSides(value)
        return PlanValue(channels: sides[3], width: sides[2], height: sides[1], ringRows: sides[1], storage: .arena(offset: 0))
    }

    /// The images that a value is made of one by one, of which each takes an operation and a value of the plan.
    func images(of value: ValueID) throws(Unsupported) -> Range<Int> {
        if layout.repeats { return 0..<1 }
        let count = try tensor(value).1.first ?? 1
        let most = FileLayout.largestRecordCount
        // A single one is an operation like any other.
        guard count == 1 || plan.values.count + count <= most else {
            throw Unsupported(
                "its \(count) images are computed one by one, with which the plan has more than \(most) values; a smaller batch is expected"
            )
        }
        return 0..<count
    }

    /// [N, H, W, C]
    func imageSides(_ value: ValueID) throws(Unsupported) -> [Int] {
        let type = function.type(of: value)
        guard type.element == .float32 else { throw Unsupported("\(type) is not float32") }
        guard let shape = type.staticShape else { throw Unsupported("\(type) has a side that is not bound to a number") }
        guard shape.count <= 4 else { throw Unsupported("\(type) is no image [N, H, W, C]") }
        guard shape.allSatisfy({ $0 > 0 }) else { throw Unsupported("\(type) is empty") }
        return [Int](repeating: 1, count: 4 - shape.count) + shape
    }

    /// A constant operand such as a convolution's kernel.
    func constant(_ value: ValueID, _ role: String) throws(Unsupported) -> (id: ConstantID, value: Constant) {
        guard let id = constantID(value) else {
            throw Unsupported("its \(role) '\(function[value].name)' is computed, expected a constant")
        }
        let constant = graph.constants[id]
        guard constant.element == .float32 else { throw Unsupported("its \(role) is \(constant.type), expected float32") }
        return (id, constant)
    }

    /// The constant that a value is, all of it in its order.
    func constantID(_ value: ValueID) -> ConstantID? {
        guard let view = forms[value]?.view, case .constant(let id) = view.base, view.isRowMajor,
            view.shape == graph.constants[id].shape
        else { return nil }
        return id
    }

    /// Adds an operation on images whose results are those of the node for the image that is being lowered.
    @discardableResult
    mutating func add(
        _ kernel: KernelParameters, _ node: Node, sources: [PlanValueID], constants: [PlanConstantID] = []
    ) throws(Unsupported) -> [PlanValueID] {
        var results: [PlanValueID] = []
        for output in node.outputs {
            let id = addValue(try image(output), name: function[output].name)
            use(id, as: output)
            results.append(id)
        }
        plan.operations.append(
            PlanOperation(kernel, sources: sources, results: results, constants: constants, name: Array(node.name.utf8)))
        return results
    }

    /// The bias as whole blocks; zeros where there is none.
    mutating func bias(_ value: ValueID?, channels: Int) throws(Unsupported) -> PlanConstantID {
        guard let value else {
            return plan.constants.insert(ConstantKey(sources: [], packing: .zeros(channels: channels))) {
                WeightPacking.vector([Float](repeating: 0, count: channels))
            }
        }
        let bias = try constant(value, "bias")
        return plan.constants.insert(ConstantKey(sources: [bias.id.index], packing: .vector(channels: channels))) {
            WeightPacking.vector(bias.value.floats)
        }
    }

    /// The next image of a value of the graph.
    mutating func use(_ id: PlanValueID, as value: ValueID) { forms[value, default: TensorForm()].images.append(id) }

    mutating func addValue(_ value: PlanValue, name: String) -> PlanValueID {
        plan.values.append(value)
        plan.valueNames.append(name)
        return PlanValueID(plan.values.count - 1)
    }
}
