import CONNX
import CProtobufC
import GraphIR

/// Turns the bytes of an ONNX file into Swift values.
struct ONNXDecoder {
    /// Reads the files of tensors that are stored beside the model.
    var externalData: ONNXExternalData
    /// Parts that are sound but not imported, in the order of the file.
    private(set) var problems: [ImportProblem] = []

    init(externalData: ONNXExternalData) { self.externalData = externalData }

    /// Throws `.corrupt` where the bytes are no ONNX model.
    mutating func decode(_ bytes: UnsafeRawBufferPointer) throws(ONNXError) -> ONNXModel {
        try ONNXWireScan.check(bytes)
        guard let message = venule_onnx__model_proto__unpack(nil, bytes.count, bytes.bindMemory(to: UInt8.self).baseAddress) else {
            throw .corrupt("the file", "a protocol buffer that cannot be unpacked", accepted: "an ONNX ModelProto")
        }
        defer { venule_onnx__model_proto__free_unpacked(message, nil) }
        return try model(message.pointee)
    }

    mutating func report(_ problem: ImportProblem) { problems.append(problem) }
}

// MARK: Messages
extension ONNXDecoder {
    private mutating func model(_ message: VenuleOnnx__ModelProto) throws(ONNXError) -> ONNXModel {
        guard let graphMessage = message.graph else {
            throw .corrupt("the model", attribute: "graph", "none", accepted: "a graph")
        }
        var functions: [ONNXFunction] = []
        for pointer in pointers(message.functions, message.n_functions) {
            functions.append(try function(pointer.pointee))
        }
        var version: Int? = nil
        if message.has_ir_version != 0 { version = Int(message.ir_version) }
        return ONNXModel(
            irVersion: version ?? 0, producer: producer(message),
            opsets: try opsets(message.opset_import, message.n_opset_import, place: "the model"),
            graph: try graph(graphMessage.pointee, place: "", depth: 0), functions: functions)
    }

    private func producer(_ message: VenuleOnnx__ModelProto) -> String {
        [text(message.producer_name), text(message.producer_version)].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func opsets(
        _ list: UnsafeMutablePointer<UnsafeMutablePointer<VenuleOnnx__OperatorSetIdProto>?>?, _ count: Int, place: String
    ) throws(ONNXError) -> [String: Int] {
        var versions: [String: Int] = [:]
        for pointer in pointers(list, count) {
            let domain = standardized(text(pointer.pointee.domain))
            let version = Int(pointer.pointee.version)
            guard versions.updateValue(version, forKey: domain) == nil || versions[domain] == version else {
                throw .corrupt(place, attribute: "opset_import", "domain '\(domain)' twice", accepted: "once")
            }
        }
        return versions
    }

    mutating func graph(_ message: VenuleOnnx__GraphProto, place: String, depth: Int) throws(ONNXError) -> ONNXGraph {
        let prefix = place.isEmpty ? "" : "\(place), "
        var initializers: [ONNXTensor] = []
        for (index, pointer) in pointers(message.initializer, message.n_initializer).enumerated() {
            let name = text(pointer.pointee.name)
            let tensor = try tensor(
                pointer.pointee, place: "\(prefix)initializer " + (name.isEmpty ? "\(index)" : name))
            initializers.append(tensor)
        }
        for pointer in pointers(message.sparse_initializer, message.n_sparse_initializer) {
            let name = text(pointer.pointee.values?.pointee.name)
            report(
                ImportProblem(
                    place: "\(prefix)initializer \(name)", found: "a sparse tensor", accepted: "a dense one"))
        }
        var nodes: [ONNXNode] = []
        for (index, pointer) in pointers(message.node, message.n_node).enumerated() {
            nodes.append(try node(pointer.pointee, index: index, place: prefix, depth: depth))
        }
        var inputs: [ONNXValueInfo] = []
        for pointer in pointers(message.input, message.n_input) { inputs.append(valueInfo(pointer.pointee)) }
        var outputs: [ONNXValueInfo] = []
        for pointer in pointers(message.output, message.n_output) { outputs.append(valueInfo(pointer.pointee)) }
        return ONNXGraph(
            name: text(message.name), nodes: nodes, initializers: initializers, inputs: inputs, outputs: outputs)
    }

    private mutating func node(
        _ message: VenuleOnnx__NodeProto, index: Int, place: String, depth: Int
    ) throws(ONNXError) -> ONNXNode {
        let inputs = texts(message.input, message.n_input)
        let outputs = texts(message.output, message.n_output)
        let operatorName = text(message.op_type)
        var name = text(message.name)
        if name.isEmpty { name = outputs.first { !$0.isEmpty } ?? "node \(index)" }
        guard !operatorName.isEmpty else {
            throw .corrupt("\(place)node \(name)", attribute: "op_type", "none", accepted: "an operator's name")
        }
        var attributes: [ONNXAttribute] = []
        for pointer in pointers(message.attribute, message.n_attribute) {
            let attribute = try attribute(pointer.pointee, place: "\(place)node \(name) (\(operatorName))", depth: depth)
            guard !attributes.contains(where: { $0.name == attribute.name }) else {
                throw .corrupt("\(place)node \(name) (\(operatorName))", attribute: attribute.name, "the attribute twice", accepted: "once")
            }
            attributes.append(attribute)
        }
        return ONNXNode(
            name: name, domain: standardized(text(message.domain)), operatorName: operatorName,
            overload: text(message.overload), inputs: inputs, outputs: outputs, attributes: attributes)
    }

    private mutating func function(_ message: VenuleOnnx__FunctionProto) throws(ONNXError) -> ONNXFunction {
        let name = text(message.name)
        let place = "function \(name)"
        var nodes: [ONNXNode] = []
        for (index, pointer) in pointers(message.node, message.n_node).enumerated() {
            nodes.append(try node(pointer.pointee, index: index, place: "\(place), ", depth: 0))
        }
        var defaults: [ONNXAttribute] = []
        for pointer in pointers(message.attribute_proto, message.n_attribute_proto) {
            defaults.append(try attribute(pointer.pointee, place: place, depth: 0))
        }
        return ONNXFunction(
            domain: standardized(text(message.domain)), name: name, overload: text(message.overload),
            inputs: texts(message.input, message.n_input), outputs: texts(message.output, message.n_output),
            attributes: texts(message.attribute, message.n_attribute), defaults: defaults, nodes: nodes,
            opsets: try opsets(message.opset_import, message.n_opset_import, place: place))
    }

    private func valueInfo(_ message: VenuleOnnx__ValueInfoProto) -> ONNXValueInfo {
        guard let type = message.type?.pointee.tensor_type?.pointee else {
            return ONNXValueInfo(name: text(message.name), otherKind: message.type.flatMap { kind(of: $0.pointee) })
        }
        let shape = type.shape.map { shape in
            pointers(shape.pointee.dim, shape.pointee.n_dim).map { dimension -> ONNXValueInfo.Side in
                if dimension.pointee.has_dim_value != 0 { return .fixed(Int(dimension.pointee.dim_value)) }
                let name = text(dimension.pointee.dim_param)
                return name.isEmpty ? .unknown : .named(name)
            }
        }
        let element = ONNXElementType(rawValue: Int(type.elem_type))
        return ONNXValueInfo(
            name: text(message.name), element: element, otherKind: element == nil ? "element type \(type.elem_type)" : nil, shape: shape)
    }

    private func kind(of type: VenuleOnnx__TypeProto) -> String? {
        if type.has_sequence_type != 0 { return "sequence" }
        if type.has_map_type != 0 { return "map" }
        if type.has_optional_type != 0 { return "optional" }
        return type.has_sparse_tensor_type != 0 ? "sparse tensor" : nil
    }
}

// MARK: C lists and texts
extension ONNXDecoder {
    func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }

    func texts(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ count: Int) -> [String] {
        UnsafeBufferPointer(start: list, count: list == nil ? 0 : count).map { text($0) }
    }

    func pointers<Message>(
        _ list: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int
    ) -> [UnsafeMutablePointer<Message>] {
        UnsafeBufferPointer(start: list, count: list == nil ? 0 : count).compactMap(\.self)
    }

    /// `ai.onnx` is another name of the standard domain.
    private func standardized(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }
}
