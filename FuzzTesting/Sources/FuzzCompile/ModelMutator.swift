import Foundation
import FuzzSupport
import GraphIR

@testable import Importer

/// Changes ONNX models as structs, mostly to what is a model again: other attributes, shapes, operators and operands of the kinds
/// that were there, and whole models joined together.
struct ModelMutator {
    var random: Randomness

    private typealias Change = @Sendable (inout ModelMutator, inout ONNXModel) -> Void

    private static let changes: [Change] = [
        { $0.changeAttribute(&$1) }, { $0.changeAttribute(&$1) }, { $0.changeAttribute(&$1) }, { $0.changeShape(&$1) },
        { $0.changeShape(&$1) },
        { $0.changeConstant(&$1) }, { $0.changeConstant(&$1) }, { $0.rewire(&$1) }, { $0.rewire(&$1) }, { $0.changeOperator(&$1) },
        { $0.changeOperator(&$1) }, { $0.insertNode(&$1) }, { $0.insertNode(&$1) }, { $0.insertNode(&$1) }, { $0.removeNode(&$1) },
        { $0.addOutput(&$1) }, { $0.moveOperand(&$1) }, { $0.changeElement(&$1) }, { $0.changeVersion(&$1) }, { $0.join(&$1) },
    ]

    mutating func mutate(_ model: inout ONNXModel) {
        for _ in 0...random.below(3) { random.element(of: Self.changes)(&self, &model) }
    }

    /// Small, as most numbers of a model are; now and then one that nothing can be.
    private mutating func integer(near old: Int) -> Int {
        switch random.below(10) {
        case 0...3: return old &+ random.within(-1...1)
        case 4...6: return random.within(0...4)
        case 7: return random.within(-3...16)
        case 8: return old
        default: return random.once(in: 8) ? random.element(of: [-1 << 40, 1 << 20, 1 << 31, 1 << 40, .max, .min, 65_537, 4096]) : 0 &- old
        }
    }
}

// MARK: Attributes and constants
extension ModelMutator {
    /// The words that attributes may have.
    private static let words = [
        "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID", "nearest", "linear", "cubic", "half_pixel", "half_pixel_symmetric",
        "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize", "round_prefer_floor", "round_prefer_ceil", "floor",
        "ceil", "constant", "edge", "reflect", "wrap", "DCR", "CRD", "tanh", "none", "stretch", "not_larger", "not_smaller",
    ]

    private mutating func changeAttribute(_ model: inout ONNXModel) {
        let places = model.graph.nodes.indices.filter { !model.graph.nodes[$0].attributes.isEmpty }
        guard !places.isEmpty else { return insertNode(&model) }
        let node = random.element(of: places)
        let index = random.below(model.graph.nodes[node].attributes.count)
        if random.once(in: 10) {
            model.graph.nodes[node].attributes.remove(at: index)
            return
        }
        model.graph.nodes[node].attributes[index].value = changed(model.graph.nodes[node].attributes[index].value)
    }

    private mutating func changed(_ value: ONNXAttribute.Value) -> ONNXAttribute.Value {
        switch value {
        case .int(let old): return .int(integer(near: old))
        case .ints(var ints):
            switch random.below(6) {
            case 0 where ints.count > 1: ints.swapAt(random.below(ints.count), random.below(ints.count))
            case 1 where !ints.isEmpty: ints = ints.map { _ in ints[0] }
            case 2: ints.append(integer(near: ints.last ?? 1))
            case 3 where !ints.isEmpty: ints.removeLast()
            default:
                guard !ints.isEmpty else { break }
                let index = random.below(ints.count)
                ints[index] = integer(near: ints[index])
            }
            return .ints(ints)
        case .float: return .float(random.float())
        case .floats(var floats):
            if !floats.isEmpty { floats[random.below(floats.count)] = random.float() }
            return .floats(floats)
        case .string: return .string(random.element(of: Self.words))
        case .tensor(var tensor):
            change(&tensor)
            return .tensor(tensor)
        case .graph, .strings, .reference, .other: return value
        }
    }

    private mutating func changeConstant(_ model: inout ONNXModel) {
        guard !model.graph.initializers.isEmpty else { return changeShape(&model) }
        change(&model.graph.initializers[random.below(model.graph.initializers.count)])
    }

    private mutating func change(_ tensor: inout ONNXTensor) {
        guard case .bytes(let stored) = tensor.content, let width = tensor.element.byteCount else { return }
        var bytes = stored.withUnsafeBytes { Array($0) }
        if random.once(in: 3), !tensor.shape.isEmpty {
            // Another shape, with the elements repeated.
            let axis = random.below(tensor.shape.count)
            switch random.below(5) {
            case 0: tensor.shape.swapAt(axis, random.below(tensor.shape.count))
            case 1: tensor.shape.insert(1, at: axis)
            case 2 where tensor.shape[axis] == 1: tensor.shape.remove(at: axis)
            default: tensor.shape[axis] = random.within(0...6)
            }
            let count = tensor.shape.reduce(1, *) * width
            guard count <= 1 << 14 else {
                tensor.shape = [bytes.count / width]
                return
            }
            let old = bytes.isEmpty ? [0] : bytes
            bytes = (0..<count).map { old[$0 % old.count] }
        } else if !bytes.isEmpty {
            let start = random.below(bytes.count / width) * width
            let bits: UInt64
            switch tensor.element {
            case .float: bits = UInt64(random.float().bitPattern)
            case .int64, .int32:
                var old: Int64 = 0
                for byte in 0..<width { old |= Int64(bytes[start + byte]) << (8 * Int64(byte)) }
                bits = UInt64(bitPattern: Int64(integer(near: tensor.element == .int32 ? Int(Int32(truncatingIfNeeded: old)) : Int(old))))
            default: bits = UInt64(random.below(4))
            }
            for byte in 0..<width { bytes[start + byte] = UInt8(truncatingIfNeeded: bits >> (8 * UInt64(byte))) }
        }
        tensor.content = .bytes(.owned(bytes))
    }
}

// MARK: Shapes and types
extension ModelMutator {
    private mutating func changeShape(_ model: inout ONNXModel) {
        guard !model.graph.inputs.isEmpty else { return }
        let index = random.below(model.graph.inputs.count)
        guard var shape = model.graph.inputs[index].shape else { return }
        guard !shape.isEmpty else {
            model.graph.inputs[index].shape = [.fixed(random.within(1...8))]
            return
        }
        let axis = random.below(shape.count)
        switch random.below(10) {
        case 0: shape.append(.fixed(random.within(1...6)))
        case 1: shape.remove(at: axis)
        case 2: shape.swapAt(axis, random.below(shape.count))
        case 3: shape[axis] = .named(random.element(of: ["n", "h", "w"]))
        case 4: shape = shape.map { _ in shape[axis] }
        default: shape[axis] = .fixed(random.once(in: 30) ? integer(near: 1) : random.within(1...17))
        }
        model.graph.inputs[index].shape = shape
    }

    private mutating func changeElement(_ model: inout ONNXModel) {
        let types: [ONNXElementType] = [.float, .float, .int64, .int32, .uint8, .int8, .bool]
        if random.once(in: 2), !model.graph.inputs.isEmpty {
            model.graph.inputs[random.below(model.graph.inputs.count)].element = random.element(of: types)
        } else {
            insert("Cast", [("to", .int(random.element(of: types).rawValue))], into: &model)
        }
    }

    private mutating func changeVersion(_ model: inout ONNXModel) {
        model.opsets[""] = random.once(in: 4) ? random.within(6...23) : random.element(of: [9, 11, 13, 17, 18, 19, 21])
    }

    /// Makes an input of a constant, or a constant of an input.
    private mutating func moveOperand(_ model: inout ONNXModel) {
        if random.once(in: 2), !model.graph.initializers.isEmpty {
            let tensor = model.graph.initializers.remove(at: random.below(model.graph.initializers.count))
            model.graph.inputs.removeAll { $0.name == tensor.name }
            model.graph.inputs.append(ONNXValueInfo(name: tensor.name, element: tensor.element, shape: tensor.shape.map { .fixed($0) }))
        } else if model.graph.inputs.count > 1 {
            let index = random.below(model.graph.inputs.count)
            let input = model.graph.inputs[index]
            let shape = (input.shape ?? []).map { side in if case .fixed(let number) = side { number } else { 4 } }
            guard shape.allSatisfy({ (0...64).contains($0) }), shape.reduce(1, *) <= 1 << 12, let element = input.element,
                let width = element.byteCount
            else { return }
            let bytes = (0..<(shape.reduce(1, *) * width)).map { _ in UInt8(random.once(in: 2) ? 0 : random.below(64)) }
            model.graph.inputs.remove(at: index)
            model.graph.initializers.append(
                ONNXTensor(name: input.name, shape: shape, element: element, content: .bytes(.owned(bytes))))
        }
    }
}

// MARK: Nodes
extension ModelMutator {
    /// Operators that may stand for each other.
    private static let families: [[String]] = [
        [
            "Relu", "Sigmoid", "Tanh", "Exp", "Log", "Sqrt", "Abs", "Neg", "Floor", "Ceil", "Erf", "Softplus", "Softsign", "HardSwish",
            "Mish", "Reciprocal", "Identity", "LeakyRelu", "Elu", "Selu", "Celu", "HardSigmoid", "Gelu", "ThresholdedRelu", "Softmax",
            "LogSoftmax", "Dropout", "Flatten", "Not", "GlobalAveragePool", "GlobalMaxPool", "Shape", "Size", "Transpose", "Hardmax",
        ],
        [
            "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Mod", "PRelu", "Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual",
            "MatMul", "And", "Or", "Xor", "Sum", "Mean",
        ],
        [
            "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum",
            "ReduceLogSumExp", "ArgMax", "ArgMin",
        ],
        ["MaxPool", "AveragePool", "LpPool"], ["Conv", "ConvTranspose"], ["Squeeze", "Unsqueeze", "Reshape", "Expand", "Tile"],
        ["Gather", "GatherElements", "GatherND", "Slice"],
        ["InstanceNormalization", "LayerNormalization", "BatchNormalization", "GroupNormalization"],
        ["Resize", "Upsample"], ["DepthToSpace", "SpaceToDepth"], ["QuantizeLinear", "DequantizeLinear"],
    ]

    private mutating func changeOperator(_ model: inout ONNXModel) {
        guard !model.graph.nodes.isEmpty else { return }
        let index = random.below(model.graph.nodes.count)
        guard let family = Self.families.first(where: { $0.contains(model.graph.nodes[index].operatorName) }) else { return }
        let name = random.element(of: family)
        model.graph.nodes[index].operatorName = name
        guard let known = ONNXOperator.table[name] else { return }
        model.graph.nodes[index].attributes.removeAll { !known.attributes.contains($0.name) }
    }

    /// Names that a node may read, before all nodes or behind so many.
    private func names(in graph: ONNXGraph, before node: Int) -> [String] {
        graph.inputs.map(\.name) + graph.initializers.map(\.name) + graph.nodes[..<node].flatMap(\.outputs).filter { !$0.isEmpty }
    }

    private mutating func rewire(_ model: inout ONNXModel) {
        let places = model.graph.nodes.indices.filter { !model.graph.nodes[$0].inputs.isEmpty }
        guard !places.isEmpty else { return }
        let node = random.element(of: places)
        let known = names(in: model.graph, before: node)
        guard !known.isEmpty else { return }
        // What was made last is most like an operand.
        let name = random.once(in: 2) ? random.element(of: known.suffix(3)) : random.element(of: known)
        let operand = random.below(model.graph.nodes[node].inputs.count)
        model.graph.nodes[node].inputs[operand] = random.once(in: 12) ? "" : name
    }

    private mutating func insertNode(_ model: inout ONNXModel) {
        switch random.below(9) {
        case 0: insert("Transpose", [("perm", .ints((0..<random.within(2...5)).shuffled(using: &random)))], into: &model)
        case 1: insert("Concat", [("axis", .int(random.within(-2...3)))], operands: random.within(1...3), into: &model)
        case 2: insert(random.element(of: Self.families[1]), [], operands: 2, into: &model)
        case 3:
            let window: [(String, ONNXAttribute.Value)] = [
                ("kernel_shape", .ints([random.within(1...3), random.within(1...3)])),
                ("strides", .ints([random.within(1...2), random.within(1...2)])),
                ("pads", .ints((0..<4).map { _ in random.within(0...1) })), ("ceil_mode", .int(random.below(2))),
            ]
            insert(random.element(of: ["MaxPool", "AveragePool"]), window, into: &model)
        case 4: insertConvolution(into: &model)
        case 5: insert("Softmax", [("axis", .int(random.within(-2...3)))], into: &model)
        case 6: insert("ReduceMax", [("axes", .ints([random.within(-2...3)])), ("keepdims", .int(random.below(2)))], into: &model)
        default: insert(random.element(of: Self.families[0]), [], into: &model)
        }
    }

    private mutating func insertConvolution(into model: inout ONNXModel) {
        let side = random.within(1...3)
        let channels = random.within(1...20)
        let inputs = random.element(of: [1, 2, 3, 4, 8, 16])
        let name = "w\(random.below(1 << 30))"
        let count = channels * inputs * side * side
        let floats = (0..<count).flatMap { _ in withUnsafeBytes(of: random.float().bitPattern.littleEndian) { Array($0) } }
        model.graph.initializers.append(
            ONNXTensor(name: name, shape: [channels, inputs, side, side], element: .float, content: .bytes(.owned(floats))))
        let padding = random.within(0...side / 2)
        insert("Conv", [("pads", .ints([padding, padding, padding, padding]))], operands: 1, and: [name], into: &model)
    }

    /// Puts a node behind a value: whoever reads the value, or the last one of them, reads the node's result.
    private mutating func insert(
        _ operatorName: String, _ attributes: [(String, ONNXAttribute.Value)], operands count: Int = 1, and constants: [String] = [],
        into model: inout ONNXModel
    ) {
        let position = random.within(0...model.graph.nodes.count)
        let known = names(in: model.graph, before: position)
        guard !known.isEmpty, model.graph.nodes.count < 24 else { return }
        let value = random.once(in: 2) ? known[known.count - 1] : random.element(of: known)
        let result = "v\(random.below(1 << 30))"
        let operands = [value] + (1..<max(1, count)).map { _ in random.element(of: known) } + constants
        for node in position..<model.graph.nodes.count {
            for operand in model.graph.nodes[node].inputs.indices where model.graph.nodes[node].inputs[operand] == value {
                model.graph.nodes[node].inputs[operand] = result
            }
        }
        model.graph.nodes.insert(
            ONNXNode(
                name: "", domain: "", operatorName: operatorName, overload: "", inputs: operands, outputs: [result],
                attributes: attributes.map { ONNXAttribute(name: $0.0, value: $0.1) }), at: position)
        for output in model.graph.outputs.indices where model.graph.outputs[output].name == value {
            model.graph.outputs[output] = ONNXValueInfo(name: result, element: nil, shape: nil)
        }
    }

    /// Whoever read the node's results reads its first operand.
    private mutating func removeNode(_ model: inout ONNXModel) {
        guard model.graph.nodes.count > 1 else { return }
        let removed = model.graph.nodes.remove(at: random.below(model.graph.nodes.count))
        guard let operand = removed.inputs.first, !operand.isEmpty else { return }
        for node in model.graph.nodes.indices {
            model.graph.nodes[node].inputs = model.graph.nodes[node].inputs.map { removed.outputs.contains($0) ? operand : $0 }
        }
        for output in model.graph.outputs.indices where removed.outputs.contains(model.graph.outputs[output].name) {
            model.graph.outputs[output] = ONNXValueInfo(name: operand, element: nil, shape: nil)
        }
    }

    private mutating func addOutput(_ model: inout ONNXModel) {
        if random.once(in: 3), model.graph.outputs.count > 1 {
            model.graph.outputs.remove(at: random.below(model.graph.outputs.count))
            return
        }
        let known = names(in: model.graph, before: model.graph.nodes.count).filter { name in
            !model.graph.outputs.contains { $0.name == name }
        }
        guard !known.isEmpty, model.graph.outputs.count < 6 else { return }
        model.graph.outputs.append(ONNXValueInfo(name: random.element(of: known), element: nil, shape: nil))
    }

    /// The nodes of another model behind those of this one, reading one of its values in place of an input.
    private mutating func join(_ model: inout ONNXModel) {
        guard let other = modelPool.model(&random), model.graph.nodes.count + other.graph.nodes.count < 24 else { return }
        let prefix = "j\(random.below(1 << 30))_"
        let known = names(in: model.graph, before: model.graph.nodes.count)
        guard !known.isEmpty, !other.graph.inputs.isEmpty else { return }
        let joined = other.graph.inputs[random.below(other.graph.inputs.count)].name
        let source = random.once(in: 2) ? known[known.count - 1] : random.element(of: known)
        func renamed(_ name: String) -> String { name.isEmpty ? "" : name == joined ? source : prefix + name }
        for input in other.graph.inputs where input.name != joined {
            model.graph.inputs.append(ONNXValueInfo(name: renamed(input.name), element: input.element, shape: input.shape))
        }
        for var tensor in other.graph.initializers {
            tensor.name = renamed(tensor.name)
            model.graph.initializers.append(tensor)
        }
        for var node in other.graph.nodes {
            node.inputs = node.inputs.map(renamed)
            node.outputs = node.outputs.map(renamed)
            model.graph.nodes.append(node)
        }
        let outputs = other.graph.outputs.map { ONNXValueInfo(name: renamed($0.name), element: nil, shape: nil) }
        model.graph.outputs = random.once(in: 2) ? outputs : model.graph.outputs + outputs
        var seen = Set<String>()
        model.graph.outputs.removeAll { !seen.insert($0.name).inserted }
    }
}
