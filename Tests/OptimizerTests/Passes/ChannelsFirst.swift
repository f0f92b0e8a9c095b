import GraphIR
import Optimizer

/// A graph of images `[N, H, W, C]` as an ONNX file has it: images are `[N, C, H, W]`, what does not care computes so, and
/// each image operation stands between two transposes. Inputs and outputs are turned round as well.
struct ChannelsFirst {
    private static let last = [0, 2, 3, 1]
    private static let first = [0, 3, 1, 2]

    private var builder: FunctionBuilder
    private var constants: ConstantTable
    private let source: Function
    /// By value of the source: the one that stands for it, and whether its channels come first.
    private var values: [ValueID: (value: ValueID, isTurned: Bool)] = [:]

    /// - Parameter graph: one flat function.
    static func graph(_ graph: Graph) throws -> Graph {
        var conversion = ChannelsFirst(graph)
        return try conversion.convert()
    }

    private init(_ graph: Graph) {
        source = graph.main
        constants = graph.constants
        builder = FunctionBuilder(name: source.name)
    }

    private mutating func convert() throws -> Graph {
        for input in source.inputs {
            let type = source.type(of: input)
            let isImage = type.rank == 4
            let turned = TensorType(type.element, isImage ? Self.first.map { type.shape[$0] } : type.shape)
            values[input] = (builder.input(source[input].name, turned), isImage)
        }
        for node in source.nodes { try convert(node) }
        for output in source.outputs { builder.output(output.name, try first(output.value)) }
        return Graph(main: builder.finish(), constants: constants)
    }

    private mutating func convert(_ node: Node) throws {
        let isImage = source.type(of: node.outputs[0]).rank == 4
        switch node.operation {
        case .constant(let constant):
            let value = builder.constant(constants[constant.id], into: &constants, name: node.name)
            values[node.outputs[0]] = (value, false)
        case .elementwise, .dropout, .binary, .identity:
            try append(node, node.operation, isTurned: isImage)
        case .concatenation(let concatenation) where isImage:
            let axis = Self.first.firstIndex(of: concatenation.axis) ?? 0
            try append(node, .concatenation(Concatenation(axis: axis)), isTurned: true)
        case .softmax(let softmax) where isImage:
            try append(node, .softmax(Softmax(axis: Self.first.firstIndex(of: softmax.axis) ?? 0)), isTurned: true)
        case .padding(let padding) where isImage:
            try append(node, .padding(Padding(padding.mode, amounts: Self.first.map { padding.amounts[$0] })), isTurned: true)
        default:
            try append(node, node.operation, isTurned: false)
            guard isImage else { return }
            for output in node.outputs {
                guard let (value, _) = values[output] else { continue }
                values[output] = (try transpose(value, Self.first, "\(node.name)_first"), true)
            }
        }
    }

    private mutating func append(_ node: Node, _ operation: Operation, isTurned: Bool) throws {
        let operands = try node.inputs.map { isTurned ? try first($0) : try last($0) }
        let results = try builder.append(operation, operands, name: node.name)
        for (output, result) in zip(node.outputs, results) { values[output] = (result, isTurned) }
    }

    /// With its channels in front of rows and columns: a vector becomes `[C, 1, 1]`.
    private mutating func first(_ value: ValueID) throws -> ValueID {
        guard let (known, isTurned) = values[value] else { return value }
        let shape = source.type(of: value).shape
        if isTurned || shape.allSatisfy({ $0 == 1 }) { return known }
        let name = "\(source[value].name)_first"
        if shape.count == 4 { return try transpose(known, Self.first, name) }
        return try builder.append(.reshape(Reshape([.inferred, .dimension(1), .dimension(1)])), [known], name: name)[0]
    }

    private mutating func last(_ value: ValueID) throws -> ValueID {
        guard let (known, isTurned) = values[value] else { return value }
        return isTurned ? try transpose(known, Self.last, "\(source[value].name)_last") : known
    }

    private mutating func transpose(_ value: ValueID, _ permutation: [Int], _ name: String) throws -> ValueID {
        try builder.append(.transpose(Transpose(permutation)), [value], name: name)[0]
    }
}
