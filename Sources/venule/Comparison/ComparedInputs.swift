import DeviceCommandLine
import Files
import GraphIR
import Optimizer
import PlanFormat
import Reference
import Runtime

/// What both sides are computed on.
struct ComparedInputs {
    /// Names and tensors in the order of the inputs of the side that they were made for.
    let entries: [(name: String, tensor: Tensor)]
    /// For people.
    let description: String

    /// The tensors for another side's inputs: by their names, or where these are others, by their order.
    func tensors(for names: [String]) -> [Tensor] {
        let byName = Dictionary(entries.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        let found = names.compactMap { byName[$0] }
        return found.count == names.count ? found : entries.map(\.tensor)
    }

    /// The arrays and pictures that were given, or where none were, random numbers that are the same every time.
    ///
    /// - Parameters:
    ///   - arguments: of `--input`.
    ///   - interface: whose inputs they are for; only these are read.
    /// - Throws: `CommandFailure` for an input that nothing is given for.
    init(_ arguments: [String], for interface: Plan, note: (String) -> Void) throws {
        if arguments.isEmpty {
            entries = Self.random(for: interface)
            description = "random numbers, the same every time"
            return
        }
        entries = try zip(interface.inputs.indices, InputFiles.open(arguments, for: interface)).map { index, reader in
            let entry = interface.inputs[index]
            guard let reader else { throw CommandFailure(.usage, "input '\(entry.text)': --input is missing") }
            let bytes = try interface.readInput(index, from: reader, note: note)
            let element = ElementType(entry.tensor.element)
            return (entry.text, Tensor(Constant(element: element, shape: interface.shape(of: entry), bytes: .owned(bytes))))
        }
        description = arguments.joined(separator: ", ")
    }

    init(_ entries: [(name: String, tensor: Tensor)], description: String) {
        self.entries = entries
        self.description = description
    }

    /// Fractions for floats, any byte for 8-bit images, 0 or 1 for other integers.
    private static func random(for interface: Plan) -> [(name: String, tensor: Tensor)] {
        var state: UInt64 = 1
        return interface.inputs.map { entry in
            let shape = interface.shape(of: entry)
            let bits = (0..<shape.reduce(1, *)).map { _ in
                // Constants of Knuth's MMIX generator; the upper bits are the good ones.
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return state
            }
            let element = ElementType(entry.tensor.element)
            if element.isFloat {
                let fractions = bits.map { Float(element.rounded(Double($0 >> 40) / Double(1 << 24))) }
                return (entry.text, Tensor(fractions, shape: shape, element: element))
            }
            let isPicture = entry.layout != .plain && element == .uint8
            return (entry.text, Tensor(integers: bits.map { Int64($0 >> (isPicture ? 56 : 63)) }, shape: shape, element: element))
        }
    }
}

extension LoadedModel {
    /// The inputs of a model that is bound to a size, as a plan of it would have them.
    var interface: Plan {
        var plan = Plan()
        plan.inputs = inputs.map { name, type in
            let tensor = PlainTensor(PlanElement(type.element), type.staticShape ?? [])
            let layout: EntryPoint.Layout =
                switch type.shape.channelAxis {
                case 1?: .nchw
                case 3?: .nhwc
                default: .plain
                }
            return EntryPoint(name: Array(name.utf8), tensor, layout: layout)
        }
        return plan
    }

    /// The model for the size of arrays, where it takes several and none is asked for.
    ///
    /// - Parameter arguments: of `--input`.
    func bound(toArrays arguments: [String]) throws -> LoadedModel {
        guard inputs.contains(where: { $0.type.staticShape == nil }), !arguments.isEmpty else { return try bound(to: [InputShape]()) }
        var shapes: [String: [Int]] = [:]
        for ((name, type), reader) in zip(inputs, try InputFiles.open(arguments, named: inputs.map(\.name))) {
            guard let reader, type.staticShape == nil, !PNMHeader.isLikely(try reader.head(PNMHeader.longest)) else { continue }
            shapes[name] = try ArrayFile(reader).header.shape
        }
        return shapes.isEmpty ? try bound(to: [InputShape]()) : try bound(to: shapes)
    }
}
