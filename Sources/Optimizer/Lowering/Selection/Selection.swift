import GraphIR
import PlanFormat

/// Chooses a kernel for every operation of a bound graph and packs its weights. What has no kernel is collected, so
/// that the user is told of all of it at once.
struct Selection {
    let graph: Graph
    let function: Function
    var network = Network()
    private var planValues: [ValueID: PlanValueID] = [:]
    private var constantIDs: [ValueID: ConstantID] = [:]
    /// Images that are constants; packed when the halos are known.
    private var constantImages: [(value: PlanValueID, constant: ConstantID)] = []
    private var problems: [UnsupportedOperation] = []

    /// Why one operation has no kernel.
    struct Unsupported: Error {
        var reason: String
        init(_ reason: String) { self.reason = reason }
    }

    private init(_ graph: Graph) {
        self.graph = graph
        function = graph.main
    }

    static func network(for graph: Graph) throws(CompileError) -> Network {
        var selection = Selection(graph)
        try selection.addInputs()
        for node in selection.function.nodes { selection.select(node) }
        try selection.addOutputs()
        guard selection.problems.isEmpty else { throw .unsupported(selection.problems) }
        selection.network.assignHalos()
        selection.packConstantImages()
        selection.network.assignExits()
        return selection.network
    }

    private mutating func select(_ node: Node) {
        do throws(Unsupported) {
            switch node.operation {
            case .constant(let constant): constantIDs[node.outputs[0]] = constant.id
            case .convolution(let convolution): try lower(convolution, node)
            case .transposedConvolution(let convolution): try lower(convolution, node)
            case .pooling(let pooling): try lower(pooling, node)
            case .globalPooling(let pooling): try lower(pooling, node)
            case .batchNormalization(let normalization): try lower(normalization, node)
            case .elementwise(let elementwise): try lower(elementwise, node)
            case .binary(let binary): try lower(binary, node)
            case .concatenation(let concatenation): try lower(concatenation, node)
            case .padding(let padding): try lower(padding, node)
            case .resize(let resize): try lower(resize, node)
            case .matrixMultiplication(let product): try lower(product, node)
            case .softmax(let softmax): try lower(softmax, node)
            case .identity, .dropout: planValues[node.outputs[0]] = try source(node.inputs[0])
            case .reshape, .transpose:
                throw Unsupported("it reorders a tensor's elements, which plans of this version cannot")
            case .cast, .comparison, .logical, .selection, .slice, .gather, .reduction, .argumentMaximum, .expansion, .tiling,
                .normalization, .quantization, .dequantization, .poolingPositions, .resampling:
                throw Unsupported("plans of this version have no kernel for it")
            case .call(let call): throw Unsupported("the call of '\(call.function)' must be inlined by unroll-iterations first")
            }
        } catch {
            problems.append(UnsupportedOperation(name: node.name, operation: node.operation.mnemonic, reason: error.reason))
            // Later operations are examined all the same, as if this one had worked.
            for output in node.outputs where planValues[output] == nil {
                if let value = try? image(output) { planValues[output] = addValue(value, name: function[output].name) }
            }
        }
    }

    private mutating func addInputs() throws(CompileError) {
        for (entry, input) in function.inputs.enumerated() {
            let name = function[input].name
            let value: PlanValue
            do throws(Unsupported) { value = try image(input) } catch {
                throw .invalid("input '\(name)' is \(function.type(of: input)): \(error.reason)")
            }
            let batch = function.type(of: input).staticShape?[0] ?? 1
            if entry > 0 && batch != network.batch {
                throw .invalid("input '\(name)' has a batch of \(batch), the first input one of \(network.batch)")
            }
            network.batch = batch
            network.inputs.append(
                EntryPoint(name: Array(name.utf8), height: value.height, width: value.width, channels: value.channels))
            let id = addValue(value, name: name)
            planValues[input] = id
            network.operations.append(PlanOperation(.input(entry: entry), sources: [], results: [id], name: Array(name.utf8)))
        }
    }

    private mutating func addOutputs() throws(CompileError) {
        for (entry, output) in function.outputs.enumerated() {
            let value: PlanValue
            let id: PlanValueID
            do throws(Unsupported) {
                value = try image(output.value)
                id = try source(output.value)
            } catch {
                throw .invalid("output '\(output.name)' is \(function.type(of: output.value)): \(error.reason)")
            }
            let name = Array(output.name.utf8)
            network.outputs.append(
                EntryPoint(name: name, height: value.height, width: value.width, channels: value.channels))
            network.operations.append(PlanOperation(.output(entry: entry), sources: [id], results: [], firstExit: entry, name: name))
        }
        // Exits are refined once all outputs are there.
        for index in network.operations.indices { network.operations[index].firstExit = network.outputs.count - 1 }
    }

    private mutating func packConstantImages() {
        for (id, constantID) in constantImages {
            let value = network.values[id.index]
            let shape = [value.height, value.width, value.channels]
            let key = ConstantKey(
                sources: [constantID.index],
                packing: .rows(shape: shape, leftHalo: value.leftHalo, rightHalo: value.rightHalo))
            let floats = graph.constants[constantID].floats
            let packed = network.constants.insert(key) { WeightPacking.rows(floats, shape: shape, layout: value) }
            network.values[id.index].storage = .constant(packed)
        }
    }
}

// MARK: What the operations' files use
extension Selection {
    /// The image that a value is: rank 4, float32, no symbols. A lower rank is only right for constants.
    func image(_ value: ValueID) throws(Unsupported) -> PlanValue {
        let type = function.type(of: value)
        guard type.element == .float32 else { throw Unsupported("\(type) is not float32") }
        guard let shape = type.staticShape else { throw Unsupported("\(type) has a side that is not bound to a number") }
        let isConstant = constantIDs[value] != nil
        guard shape.count == 4 || (isConstant && shape.count < 4) else {
            throw Unsupported("\(type) is no image [N, H, W, C]; plans of this version hold only images")
        }
        let sides = [Int](repeating: 1, count: 4 - shape.count) + shape
        if isConstant && sides[0] != 1 { throw Unsupported("the constant \(type) differs over the batch") }
        guard sides.allSatisfy({ $0 > 0 }) else { throw Unsupported("\(type) is empty") }
        return PlanValue(channels: sides[3], width: sides[2], height: sides[1], ringRows: sides[1], storage: .arena(offset: 0))
    }

    /// The plan's value for an operand; a constant becomes an image of its own.
    mutating func source(_ value: ValueID) throws(Unsupported) -> PlanValueID {
        if let id = planValues[value] { return id }
        guard let constantID = constantIDs[value] else {
            throw Unsupported("its operand '\(function[value].name)' has the type \(function.type(of: value)), which plans of this version cannot hold")
        }
        let id = addValue(try image(value), name: function[value].name)
        constantImages.append((id, constantID))
        planValues[value] = id
        return id
    }

    /// A constant operand such as a convolution's kernel.
    func constant(_ value: ValueID, _ role: String) throws(Unsupported) -> (id: ConstantID, value: Constant) {
        guard let id = constantIDs[value] else {
            throw Unsupported("its \(role) '\(function[value].name)' is computed, expected a constant")
        }
        let constant = graph.constants[id]
        guard constant.element == .float32 else { throw Unsupported("its \(role) is \(constant.type), expected float32") }
        return (id, constant)
    }

    /// Adds an operation whose results are the node's.
    mutating func add(
        _ kernel: KernelParameters, _ node: Node, sources: [PlanValueID], constants: [PlanConstantID] = []
    ) throws(Unsupported) {
        var results: [PlanValueID] = []
        for output in node.outputs {
            let id = addValue(try image(output), name: function[output].name)
            planValues[output] = id
            results.append(id)
        }
        network.operations.append(
            PlanOperation(kernel, sources: sources, results: results, constants: constants, name: Array(node.name.utf8)))
    }

    /// The bias as whole blocks; zeros where there is none.
    mutating func bias(_ value: ValueID?, channels: Int) throws(Unsupported) -> PlanConstantID {
        guard let value else {
            return network.constants.insert(ConstantKey(sources: [], packing: .zeros(channels: channels))) {
                WeightPacking.vector([Float](repeating: 0, count: channels))
            }
        }
        let bias = try constant(value, "bias")
        return network.constants.insert(ConstantKey(sources: [bias.id.index], packing: .vector(channels: channels))) {
            WeightPacking.vector(bias.value.floats)
        }
    }

    mutating func addValue(_ value: PlanValue, name: String) -> PlanValueID {
        network.values.append(value)
        network.valueNames.append(name)
        return PlanValueID(network.values.count - 1)
    }
}
