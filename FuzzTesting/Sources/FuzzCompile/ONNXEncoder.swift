import GraphIR

@testable import Importer

/// Writes an ONNX model as a protocol buffer, by the field numbers of the specification.
struct ONNXEncoder {
    private var bytes: [UInt8] = []

    static func bytes(of model: ONNXModel) -> [UInt8] {
        var out = ONNXEncoder()
        out.put(1, model.irVersion)
        out.put(7) { $0.put(model.graph) }
        for (domain, version) in model.opsets.sorted(by: { $0.key < $1.key }) {
            out.put(8) {
                $0.put(1, domain)
                $0.put(2, version)
            }
        }
        for function in model.functions { out.put(25) { $0.put(function) } }
        return out.bytes
    }
}

// MARK: Fields
extension ONNXEncoder {
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func put(_ field: Int, _ value: Int) {
        varint(UInt64(field << 3))
        varint(UInt64(bitPattern: Int64(value)))
    }

    private mutating func put(_ field: Int, _ value: Float) {
        varint(UInt64(field << 3 | 5))
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    private mutating func put(_ field: Int, _ content: [UInt8]) {
        varint(UInt64(field << 3 | 2))
        varint(UInt64(content.count))
        bytes += content
    }

    private mutating func put(_ field: Int, _ text: String) { put(field, Array(text.utf8)) }

    private mutating func put(_ field: Int, _ write: (inout ONNXEncoder) -> Void) {
        var inner = ONNXEncoder()
        write(&inner)
        put(field, inner.bytes)
    }
}

// MARK: Messages
extension ONNXEncoder {
    private mutating func put(_ graph: ONNXGraph) {
        for node in graph.nodes { put(1) { $0.put(node) } }
        put(2, graph.name)
        for tensor in graph.initializers { put(5) { $0.put(tensor) } }
        for input in graph.inputs { put(11) { $0.put(input) } }
        for output in graph.outputs { put(12) { $0.put(output) } }
    }

    private mutating func put(_ node: ONNXNode) {
        for input in node.inputs { put(1, input) }
        for output in node.outputs { put(2, output) }
        put(3, node.name)
        put(4, node.operatorName)
        for attribute in node.attributes { put(5) { $0.put(attribute) } }
        if !node.domain.isEmpty { put(7, node.domain) }
        if !node.overload.isEmpty { put(8, node.overload) }
    }

    private mutating func put(_ attribute: ONNXAttribute) {
        put(1, attribute.name)
        put(20, kind(of: attribute.value))
        switch attribute.value {
        case .float(let float): put(2, float)
        case .int(let int): put(3, int)
        case .string(let text): put(4, text)
        case .tensor(let tensor): put(5) { $0.put(tensor) }
        case .graph(let graph): put(6) { $0.put(graph) }
        case .floats(let floats): for float in floats { put(7, float) }
        case .ints(let ints): for int in ints { put(8, int) }
        case .strings(let texts): for text in texts { put(9, text) }
        case .reference(let name): put(21, name)
        case .other: break
        }
    }

    private func kind(of value: ONNXAttribute.Value) -> Int {
        switch value {
        case .float: 1
        case .int, .reference: 2
        case .string: 3
        case .tensor: 4
        case .graph: 5
        case .floats: 6
        case .ints: 7
        case .strings: 8
        case .other: 0
        }
    }

    private mutating func put(_ tensor: ONNXTensor) {
        for side in tensor.shape { put(1, side) }
        put(2, tensor.element.rawValue)
        put(8, tensor.name)
        guard case .bytes(let stored) = tensor.content else { return }
        put(9, stored.withUnsafeBytes { Array($0) })
    }

    private mutating func put(_ value: ONNXValueInfo) {
        put(1, value.name)
        guard let element = value.element else { return }
        put(2) {
            $0.put(1) {
                $0.put(1, element.rawValue)
                guard let shape = value.shape else { return }
                $0.put(2) { sides in
                    for side in shape {
                        sides.put(1) {
                            switch side {
                            case .fixed(let number): $0.put(1, number)
                            case .named(let name): $0.put(2, name)
                            case .unknown: break
                            }
                        }
                    }
                }
            }
        }
    }

    private mutating func put(_ function: ONNXFunction) {
        put(1, function.name)
        for input in function.inputs { put(4, input) }
        for output in function.outputs { put(5, output) }
        for attribute in function.attributes { put(6, attribute) }
        for node in function.nodes { put(7) { $0.put(node) } }
        for (domain, version) in function.opsets.sorted(by: { $0.key < $1.key }) {
            put(9) {
                $0.put(1, domain)
                $0.put(2, version)
            }
        }
        put(10, function.domain)
        for attribute in function.defaults { put(11) { $0.put(attribute) } }
        if !function.overload.isEmpty { put(13, function.overload) }
    }
}
