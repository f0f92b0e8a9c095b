import GraphIR
import PlanFormat

/// Chooses a kernel for every operation of a bound graph and packs its weights. What has no kernel is collected, so
/// that the user is told of all of it at once.
struct Selection {
    let graph: Graph
    let function: Function
    var network = Network()
    /// For each value whether an output depends on it.
    private let isLive: [Bool]
    private var planValues: [ValueID: PlanValueID] = [:]
    private var constantIDs: [ValueID: ConstantID] = [:]
    /// Images that are constants; packed when the halos are known.
    private var constantImages: [(value: PlanValueID, constant: ConstantID)] = []
    private var problems: [UnsupportedPart] = []

    /// Why one operation has no kernel.
    struct Unsupported: Error {
        var reason: String
        init(_ reason: String) { self.reason = reason }
    }

    private init(_ graph: Graph) {
        self.graph = graph
        function = graph.main
        isLive = function.liveValues()
    }

    static func network(for graph: Graph) throws(CompileError) -> Network {
        var selection = Selection(graph)
        try selection.checkCompleteness()
        selection.addInputs()
        for node in selection.function.nodes { selection.select(node) }
        selection.addOutputs()
        guard selection.problems.isEmpty else { throw .unsupported(selection.problems) }
        selection.network.assignHalos()
        try selection.network.checkBounds()
        selection.packConstantImages()
        selection.network.assignExits()
        return selection.network
    }

    private mutating func select(_ node: Node) {
        guard node.outputs.contains(where: { isLive[$0.index] }) else { return }
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
            case .identity, .dropout: use(try source(node.inputs[0]), as: node.outputs[0])
            case .reshape, .transpose:
                throw Unsupported("it reorders a tensor's elements, which plans of this version cannot")
            case .cast, .comparison, .logical, .selection, .slice, .gather, .reduction, .argumentMaximum, .expansion, .tiling,
                .normalization, .quantization, .dequantization, .poolingPositions, .resampling:
                throw Unsupported("plans of this version have no kernel for it")
            case .call(let call): throw Unsupported("the call of '\(call.function)' must be inlined by unroll-iterations first")
            }
        } catch {
            problems.append(UnsupportedPart(name: node.name, kind: node.operation.mnemonic, reason: error.reason))
            // Later operations are examined all the same, as if this one had worked.
            for output in node.outputs where planValues[output] == nil {
                if let value = try? image(output) { planValues[output] = addValue(value, name: function[output].name) }
            }
        }
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

// MARK: Inputs and outputs
extension Selection {
    /// A graph without these is no model yet, and everything else would only follow from that.
    private func checkCompleteness() throws(CompileError) {
        guard !function.inputs.isEmpty else { throw .invalid("the graph has no input; a plan has at least one") }
        guard !function.outputs.isEmpty else { throw .invalid("the graph has no output; a plan has at least one") }
        let unbound = function.inputs.filter { function.type(of: $0).staticShape == nil }
        guard unbound.isEmpty else {
            let inputs = unbound.map { "input '\(function[$0].name)' is \(function.type(of: $0))" }
            throw .invalid("\(inputs.joined(separator: ", ")): every side has to be bound to a number")
        }
    }

    /// An input that no output depends on is in the plan's interface, but nothing reads it.
    private mutating func addInputs() {
        var batch: Int?
        for (entry, input) in function.inputs.enumerated() {
            let name = function[input].name
            do throws(Unsupported) {
                let value = try entryImage(input, batch: batch)
                batch = function.type(of: input).staticShape?[0]
                network.inputs.append(
                    EntryPoint(name: Array(name.utf8), height: value.height, width: value.width, channels: value.channels))
                guard isLive[input.index] else { continue }
                let id = addValue(value, name: name)
                planValues[input] = id
                network.operations.append(
                    PlanOperation(.input(entry: entry), sources: [], results: [id], name: Array(name.utf8)))
            } catch {
                problems.append(UnsupportedPart(name: name, kind: "input", reason: error.reason))
            }
        }
        network.batch = batch ?? 1
    }

    private mutating func addOutputs() {
        for (entry, output) in function.outputs.enumerated() {
            do throws(Unsupported) {
                let value = try entryImage(output.value, batch: network.batch)
                let id = try source(output.value)
                let name = Array(output.name.utf8)
                network.outputs.append(
                    EntryPoint(name: name, height: value.height, width: value.width, channels: value.channels))
                network.operations.append(PlanOperation(.output(entry: entry), sources: [id], results: [], name: name))
            } catch {
                problems.append(UnsupportedPart(name: output.name, kind: "output", reason: error.reason))
            }
        }
        // Exits are refined once all outputs are there.
        for index in network.operations.indices { network.operations[index].firstExit = network.outputs.count - 1 }
    }

    /// The image of an input or output: of rank 4 even where it is a constant, because the caller's array has the
    /// model's shape.
    /// - Parameter batch: what the model's other inputs have; nil for the first.
    private func entryImage(_ value: ValueID, batch: Int?) throws(Unsupported) -> PlanValue {
        let type = function.type(of: value)
        let image = try image(value)
        guard let shape = type.staticShape, shape.count == 4 else {
            throw Unsupported("\(type) is no image [N, H, W, C]; plans of this version hold only images")
        }
        guard shape[0] == batch ?? shape[0] else {
            throw Unsupported("\(type) has a batch of \(shape[0]), the first input one of \(batch ?? 0)")
        }
        return image
    }
}

extension Function {
    /// For each value whether an output depends on it.
    fileprivate func liveValues() -> [Bool] {
        var isLive = [Bool](repeating: false, count: values.count)
        for output in outputs { isLive[output.value.index] = true }
        for node in nodes.reversed() where node.outputs.contains(where: { isLive[$0.index] }) {
            for input in node.inputs { isLive[input.index] = true }
        }
        return isLive
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
    @discardableResult
    mutating func add(
        _ kernel: KernelParameters, _ node: Node, sources: [PlanValueID], constants: [PlanConstantID] = []
    ) throws(Unsupported) -> [PlanValueID] {
        var results: [PlanValueID] = []
        for output in node.outputs {
            let id = addValue(try image(output), name: function[output].name)
            planValues[output] = id
            results.append(id)
        }
        network.operations.append(
            PlanOperation(kernel, sources: sources, results: results, constants: constants, name: Array(node.name.utf8)))
        return results
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

    /// Makes a value of the graph another name of one that the plan has.
    mutating func use(_ id: PlanValueID, as value: ValueID) { planValues[value] = id }

    mutating func addValue(_ value: PlanValue, name: String) -> PlanValueID {
        network.values.append(value)
        network.valueNames.append(name)
        return PlanValueID(network.values.count - 1)
    }
}
