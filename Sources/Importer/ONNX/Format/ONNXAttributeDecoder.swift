import CONNX
import CProtobufC

extension ONNXDecoder {
    /// `AttributeProto.AttributeType` of the ONNX specification.
    private enum Kind: Int32 {
        case float = 1
        case int, string, tensor, graph, floats, ints, strings, tensors, graphs, sparseTensor, sparseTensors
        case type, types
    }

    mutating func attribute(
        _ message: VenuleOnnx__AttributeProto, place: String, depth: Int
    ) throws(ONNXError) -> ONNXAttribute {
        let name = text(message.name)
        guard !name.isEmpty else { throw .corrupt(place, attribute: "name", "an attribute without a name", accepted: "a name") }
        let reference = text(message.ref_attr_name)
        if !reference.isEmpty { return ONNXAttribute(name: name, value: .reference(reference)) }
        return ONNXAttribute(name: name, value: try value(message, name: name, place: place, depth: depth))
    }

    private mutating func value(
        _ message: VenuleOnnx__AttributeProto, name: String, place: String, depth: Int
    ) throws(ONNXError) -> ONNXAttribute.Value {
        guard let kind = kind(of: message) else {
            return .other("attribute type \(message.type)")
        }
        switch kind {
        case .float: return .float(message.f)
        case .int: return .int(Int(message.i))
        case .string: return .string(string(message.s))
        case .floats: return .floats(Array(numbers(message.floats, message.n_floats)))
        case .ints: return .ints(numbers(message.ints, message.n_ints).map { Int($0) })
        case .strings: return .strings(numbers(message.strings, message.n_strings).map { string($0) })
        case .tensor:
            guard let tensorMessage = message.t else {
                throw .corrupt(place, attribute: name, "no tensor", accepted: "the tensor that its type announces")
            }
            return .tensor(try tensor(tensorMessage.pointee, place: "\(place), attribute \(name)"))
        case .graph:
            guard let graphMessage = message.g else {
                throw .corrupt(place, attribute: name, "no graph", accepted: "the graph that its type announces")
            }
            return .graph(try graph(graphMessage.pointee, place: "\(place), attribute \(name)", depth: depth + 1))
        case .sparseTensor, .sparseTensors: return .other("a sparse tensor")
        case .tensors: return .other("a list of tensors")
        case .graphs: return .other("a list of graphs")
        case .type, .types: return .other("a type")
        }
    }

    /// Old files leave the type out; then the field that is there tells.
    private func kind(of message: VenuleOnnx__AttributeProto) -> Kind? {
        if message.has_type != 0, message.type != 0 { return Kind(rawValue: message.type) }
        if message.has_f != 0 { return .float }
        if message.has_i != 0 { return .int }
        if message.has_s != 0 { return .string }
        if message.t != nil { return .tensor }
        if message.g != nil { return .graph }
        if message.n_floats > 0 { return .floats }
        if message.n_strings > 0 { return .strings }
        return .ints
    }

    private func string(_ data: ProtobufCBinaryData) -> String {
        String(decoding: UnsafeBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len), as: UTF8.self)
    }

    func numbers<Number>(_ list: UnsafeMutablePointer<Number>?, _ count: Int) -> UnsafeBufferPointer<Number> {
        UnsafeBufferPointer(start: list, count: list == nil ? 0 : count)
    }
}
