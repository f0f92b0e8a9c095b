import GraphIR
import Shapes

/// One call of a function on tensors, with its arguments by the names of its parameters. TensorFlow's are all in the application;
/// of Keras 3 numbers are in the layer's configuration.
struct KerasFunctionCall {
    private enum Argument {
        case tensors([KerasTensor])
        case constant(JSONValue)
    }
    private var arguments: [String: Argument] = [:]

    /// - Parameters:
    ///   - parameters: names in their order, each perhaps as `spelled=name`.
    ///   - takesList: whether the first parameter is a list of tensors.
    init(
        _ application: KerasApplication, _ tensors: [KerasTensor], configuration: JSONValue, parameters: [String], takesList: Bool
    ) throws(GraphError) {
        var names: [String: String] = [:]
        var order: [String] = []
        for parameter in parameters {
            let parts = parameter.split(separator: "=").map(String.init)
            names[parts[0]] = parts[parts.count - 1]
            order.append(parts[parts.count - 1])
        }
        var rest = tensors[...]
        var position = 0
        for operand in application.operands {
            let argument = try Self.argument(operand, &rest)
            if takesList, position <= 1, case .tensors(let more) = argument {
                position = 1
                arguments[order[0]] = .tensors(self.tensors(order[0]) + more)
                continue
            }
            guard order.indices.contains(position) else { throw GraphError("\(application.operands.count) operands") }
            arguments[order[position]] = argument
            position += 1
        }
        for (spelled, operand) in application.keywords.sorted(by: { $0.key < $1.key }) {
            let argument = try Self.argument(operand, &rest)
            if let name = names[spelled] { arguments[name] = argument } else { try Self.requireNothing(spelled, operand) }
        }
        guard rest.isEmpty else { throw GraphError("\(tensors.count) operands, of which some have unknown names") }
        guard case .object(let members) = configuration else { return }
        for (spelled, value) in members.sorted(by: { $0.key < $1.key }) {
            if let name = names[spelled] {
                if arguments[name] == nil { arguments[name] = .constant(value) }
            } else {
                try Self.requireNothing(spelled, .constant(value))
            }
        }
    }

    private static func argument(_ operand: KerasOperand, _ rest: inout ArraySlice<KerasTensor>) throws(GraphError) -> Argument {
        if case .constant(let value) = operand { return .constant(value) }
        var tensors: [KerasTensor] = []
        for _ in operand.references {
            guard let tensor = rest.popFirst() else { throw GraphError("an operand is missing") }
            tensors.append(tensor)
        }
        return .tensors(tensors)
    }

    /// Names and types are told besides, and what is none or false asks for nothing.
    private static func requireNothing(_ name: String, _ operand: KerasOperand) throws(GraphError) {
        if ["name", "function", "trainable", "dtype"].contains(name) { return }
        if case .constant(let value) = operand, [.null, .bool(false)].contains(value) { return }
        if case .constant(let value) = operand { throw GraphError("the argument \(name) with \(value), which is not read") }
        throw GraphError("the argument \(name), which is not read")
    }

    private func tensors(_ name: String) -> [KerasTensor] {
        if case .tensors(let tensors)? = arguments[name] { tensors } else { [] }
    }
}

// MARK: Tensors
extension KerasFunctionCall {
    /// The tensor that is called, which comes first.
    func tensor(_ name: String = "x") throws(GraphError) -> KerasTensor {
        guard case .tensors(let tensors)? = arguments[name] else { throw GraphError("\(name) is no result of a layer, which is expected") }
        try requireOne(tensors)
        return tensors[0]
    }

    func list(_ name: String = "x") throws(GraphError) -> [KerasTensor] {
        guard case .tensors(let tensors)? = arguments[name] else { throw GraphError("\(name) is no list of results of layers") }
        return tensors
    }

    /// A tensor, or a number or an array as a constant.
    func operand(_ name: String, _ emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        switch arguments[name] {
        case .tensors?: return try tensor(name)
        case .constant(let value)?:
            guard let array = KerasArray(value) else { throw GraphError("an operand \(value); finite numbers are expected") }
            return KerasTensor(
                value: emitter.constant(
                    array.values, shape: array.shape.isEmpty ? [1] : array.shape, part: array.shape.isEmpty ? "number" : name))
        case nil: throw GraphError("the operand \(name) is missing")
        }
    }

    /// Operands in one order of axes, which broadcast as NumPy's do.
    func operands(_ names: [String], _ emitter: inout KerasEmitter) throws(GraphError) -> (values: [ValueID], isPermuted: Bool) {
        var tensors: [KerasTensor] = []
        for name in names { tensors.append(try operand(name, &emitter)) }
        // A single number has no order of axes.
        let isPermuted = tensors.allSatisfy { $0.isPermuted || emitter.type(of: $0.value).shape == [1] }
        var values: [ValueID] = []
        for tensor in tensors { values.append(isPermuted ? tensor.value : try emitter.inModelOrder(tensor)) }
        return (values, isPermuted)
    }
}

// MARK: Other arguments
extension KerasFunctionCall {
    /// An argument that is no tensor; nil where there is none.
    subscript(name: String) -> JSONValue? {
        get throws(GraphError) {
            switch arguments[name] {
            case .constant(.null)?, nil: return nil
            case .constant(let value)?: return value
            case .tensors?: throw GraphError("\(name) is a result of a layer; a constant is expected")
            }
        }
    }

    func number(_ name: String, default standard: Float? = nil) throws(GraphError) -> Float {
        guard let value = try self[name] else {
            guard let standard else { throw GraphError("\(name) is missing") }
            return standard
        }
        guard let array = KerasArray(value), array.values.count == 1 else {
            throw GraphError("\(name) is \(value); a finite number is expected")
        }
        return array.values[0]
    }

    func flag(_ name: String, default standard: Bool = false) throws(GraphError) -> Bool {
        guard let value = try self[name] else { return standard }
        guard let flag = value.flag else { throw GraphError("\(name) is \(value); true or false is expected") }
        return flag
    }

    func word(_ name: String, default standard: String) throws(GraphError) -> String {
        guard let value = try self[name] else { return standard }
        guard let word = value.string else { throw GraphError("\(name) is \(value); a word is expected") }
        return word.lowercased()
    }

    /// Whole numbers, one of them perhaps alone.
    func integers(_ name: String) throws(GraphError) -> [Int]? {
        guard let value = try self[name] else { return nil }
        let elements = (value["config"]?["value"] ?? value).array ?? [value]
        let numbers = elements.compactMap(\.integer).filter { $0.magnitude <= Limits.side }
        guard numbers.count == elements.count else { throw GraphError("\(name) is \(value); whole numbers are expected") }
        return numbers
    }

    func integer(_ name: String, default standard: Int? = nil) throws(GraphError) -> Int {
        guard let numbers = try integers(name) else {
            guard let standard else { throw GraphError("\(name) is missing") }
            return standard
        }
        guard numbers.count == 1 else { throw GraphError("\(name) is \(numbers); one number is expected") }
        return numbers[0]
    }

    /// Axes of a tensor from 0, ascending; all of them where none are given.
    func axes(_ name: String = "axis", of tensor: KerasTensor, _ emitter: KerasEmitter) throws(GraphError) -> [Int] {
        guard let given = try integers(name) else { return Array(0..<emitter.rank(of: tensor)) }
        var axes: [Int] = []
        for axis in given { axes.append(try emitter.axis(axis, of: tensor)) }
        axes.sort()
        guard Set(axes).count == axes.count else { throw GraphError("\(name) is \(given), with one axis twice") }
        return axes
    }
}

/// A constant in a configuration: a number, nested lists of numbers, or what Keras 3 writes for an array.
struct KerasArray {
    private(set) var values: [Float] = []
    private(set) var shape: [Int] = []
    private static let most = 1 << 20

    /// Nil for anything but finite numbers and truth values in a box.
    init?(_ json: JSONValue) {
        var json = json
        if ["__tensor__", "__numpy__"].contains(json["class_name"]?.string ?? ""), let value = json["config"]?["value"] { json = value }
        var inner = json
        while let elements = inner.array, let first = elements.first, shape.count < Limits.rank {
            shape.append(elements.count)
            inner = first
        }
        guard let count = checkedElementCount(shape), count <= Self.most, append(json, depth: 0) else { return nil }
    }

    private mutating func append(_ json: JSONValue, depth: Int) -> Bool {
        guard depth < shape.count else {
            guard let number = json.number ?? json.flag.map({ $0 ? 1 : 0 }), Float(number).isFinite else { return false }
            values.append(Float(number))
            return true
        }
        guard let elements = json.array, elements.count == shape[depth] else { return false }
        return elements.allSatisfy { append($0, depth: depth + 1) }
    }
}
