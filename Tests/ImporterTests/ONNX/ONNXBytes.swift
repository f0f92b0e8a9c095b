import GraphIR

/// Writes protocol buffers field by field, sound ones and damaged ones.
struct ProtobufWriter {
    var bytes: [UInt8] = []

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func tag(_ field: Int, _ wireType: Int) { varint(UInt64(field << 3 | wireType)) }

    mutating func integer(_ field: Int, _ value: Int) {
        tag(field, 0)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func float(_ field: Int, _ value: Float) {
        tag(field, 5)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    mutating func data(_ field: Int, _ content: [UInt8]) {
        tag(field, 2)
        varint(UInt64(content.count))
        bytes += content
    }

    mutating func text(_ field: Int, _ content: String) { data(field, Array(content.utf8)) }

    mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        data(field, inner.bytes)
    }
}

/// The bytes of ONNX models, by the field numbers of the specification.
struct ONNXBytes {
    enum Attribute {
        case int(Int)
        case ints([Int])
        case float(Float)
        case string(String)
        case tensor([UInt8])
        case graph([UInt8])
    }

    static func node(
        _ operatorName: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String = "",
        _ attributes: KeyValuePairs<String, Attribute> = [:]
    ) -> [UInt8] {
        var writer = ProtobufWriter()
        for input in inputs { writer.text(1, input) }
        for output in outputs { writer.text(2, output) }
        if !name.isEmpty { writer.text(3, name) }
        writer.text(4, operatorName)
        for (name, value) in attributes { writer.data(5, attribute(name, value)) }
        if !domain.isEmpty { writer.text(7, domain) }
        return writer.bytes
    }

    private static func attribute(_ name: String, _ value: Attribute) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.text(1, name)
        switch value {
        case .float(let float):
            writer.float(2, float)
            writer.integer(20, 1)
        case .int(let int):
            writer.integer(3, int)
            writer.integer(20, 2)
        case .string(let string):
            writer.text(4, string)
            writer.integer(20, 3)
        case .tensor(let tensor):
            writer.data(5, tensor)
            writer.integer(20, 4)
        case .graph(let graph):
            writer.data(6, graph)
            writer.integer(20, 5)
        case .ints(let ints):
            for int in ints { writer.integer(8, int) }
            writer.integer(20, 7)
        }
        return writer.bytes
    }

    /// A tensor with its elements in `raw_data`.
    static func tensor(_ name: String, _ dataType: Int, _ shape: [Int], raw: [UInt8]) -> [UInt8] {
        tensor(name, dataType, shape) { $0.data(9, raw) }
    }

    static func tensor(_ name: String, _ shape: [Int], _ floats: [Float]) -> [UInt8] {
        tensor(name, 1, shape, raw: floats.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } })
    }

    static func tensor(_ name: String, _ shape: [Int], integers: [Int]) -> [UInt8] {
        tensor(name, 7, shape, raw: integers.flatMap { withUnsafeBytes(of: Int64($0).littleEndian) { Array($0) } })
    }

    static func tensor(
        _ name: String, _ dataType: Int, _ shape: [Int], content: (inout ProtobufWriter) -> Void
    ) -> [UInt8] {
        var writer = ProtobufWriter()
        for side in shape { writer.integer(1, side) }
        writer.integer(2, dataType)
        writer.text(8, name)
        content(&writer)
        return writer.bytes
    }

    /// An input or output; a side is a number, or a name, or neither.
    static func value(_ name: String, _ shape: [Any], dataType: Int = 1) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.text(1, name)
        writer.message(2) { type in
            type.message(1) { tensor in
                tensor.integer(1, dataType)
                tensor.message(2) { sides in
                    for side in shape {
                        sides.message(1) { dimension in
                            if let number = side as? Int { dimension.integer(1, number) }
                            if let name = side as? String, !name.isEmpty { dimension.text(2, name) }
                        }
                    }
                }
            }
        }
        return writer.bytes
    }

    static func graph(
        _ nodes: [[UInt8]], inputs: [[UInt8]] = [], outputs: [[UInt8]], initializers: [[UInt8]] = []
    ) -> [UInt8] {
        var writer = ProtobufWriter()
        for node in nodes { writer.data(1, node) }
        writer.text(2, "test")
        for initializer in initializers { writer.data(5, initializer) }
        for input in inputs { writer.data(11, input) }
        for output in outputs { writer.data(12, output) }
        return writer.bytes
    }

    static func function(
        _ name: String, domain: String, inputs: [String], outputs: [String], attributes: [String] = [], nodes: [[UInt8]],
        opset: Int = 17
    ) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.text(1, name)
        for input in inputs { writer.text(4, input) }
        for output in outputs { writer.text(5, output) }
        for attribute in attributes { writer.text(6, attribute) }
        for node in nodes { writer.data(7, node) }
        writer.message(9) { $0.integer(2, opset) }
        writer.text(10, domain)
        return writer.bytes
    }

    static func model(graph: [UInt8], opset: Int = 17, functions: [[UInt8]] = []) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.integer(1, 8)
        writer.text(2, "test")
        writer.data(7, graph)
        writer.message(8) { $0.integer(2, opset) }
        for function in functions { writer.data(25, function) }
        return writer.bytes
    }

    static func model(
        _ nodes: [[UInt8]], inputs: [[UInt8]], outputs: [[UInt8]], initializers: [[UInt8]] = [], opset: Int = 17,
        functions: [[UInt8]] = []
    ) -> [UInt8] {
        model(
            graph: graph(nodes, inputs: inputs, outputs: outputs, initializers: initializers), opset: opset,
            functions: functions)
    }
}
