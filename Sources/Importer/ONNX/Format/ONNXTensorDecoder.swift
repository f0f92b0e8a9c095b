import CONNX
import CProtobufC
import GraphIR

extension ONNXDecoder {
    /// Throws `.corrupt` where the shape is none, or where the data are more or fewer than the shape says.
    mutating func tensor(_ message: VenuleOnnx__TensorProto, place: String) throws(ONNXError) -> ONNXTensor {
        let name = text(message.name)
        let shape = numbers(message.dims, message.n_dims).map { Int($0) }
        guard let count = checkedElementCount(shape) else {
            let sides = shape.prefix(16).map { "\($0)" }.joined(separator: ", ")
            throw .corrupt(
                place, attribute: "dims", "[\(sides)]",
                accepted: "sides from 0 to \(Limits.side), at most \(Limits.elementCount) elements")
        }
        guard let element = ONNXElementType(rawValue: Int(message.data_type)) else {
            throw .corrupt(place, attribute: "data_type", "\(message.data_type)", accepted: "a type of the ONNX specification")
        }
        if let problem = unsupported(message, element, place: place) {
            return ONNXTensor(name: name, shape: shape, element: element, content: .unsupported(problem))
        }
        let bytes: ConstantBytes
        if message.data_location == 1 {
            bytes = try external(message, byteCount: count * (element.byteCount ?? 0), place: place)
        } else {
            bytes = .owned(try inlineBytes(message, element, count: count, place: place))
        }
        return ONNXTensor(name: name, shape: shape, element: element, content: .bytes(bytes))
    }

    private func unsupported(
        _ message: VenuleOnnx__TensorProto, _ element: ONNXElementType, place: String
    ) -> ImportProblem? {
        if message.segment != nil {
            return ImportProblem(place: place, attribute: "segment", found: "a part of a tensor", accepted: "whole tensors")
        }
        guard element.element == nil else { return nil }
        return ImportProblem(
            place: place, attribute: "data_type", found: "\(element)",
            accepted: ONNXElementType.acceptedElements, aspect: .elementType)
    }

    private mutating func external(
        _ message: VenuleOnnx__TensorProto, byteCount: Int, place: String
    ) throws(ONNXError) -> ConstantBytes {
        var entries: [String: String] = [:]
        for entry in pointers(message.external_data, message.n_external_data) {
            entries[text(entry.pointee.key)] = text(entry.pointee.value)
        }
        return try externalData.bytes(entries, byteCount: byteCount, place: place)
    }

    private func inlineBytes(
        _ message: VenuleOnnx__TensorProto, _ element: ONNXElementType, count: Int, place: String
    ) throws(ONNXError) -> [UInt8] {
        let width = element.byteCount ?? 0
        if message.has_raw_data != 0, message.raw_data.len > 0 || typedCount(message) == 0 {
            guard message.raw_data.len == count * width else {
                throw .corrupt(
                    place, attribute: "raw_data", "\(message.raw_data.len) bytes",
                    accepted: "\(count * width) for \(count) elements of type \(element)")
            }
            return Array(UnsafeBufferPointer(start: message.raw_data.data, count: message.raw_data.data == nil ? 0 : count * width))
        }
        switch element {
        case .float:
            return try typed(message.float_data, message.n_float_data, "float_data", count, place) { UInt64($0.bitPattern) }
        case .double:
            return try typed(message.double_data, message.n_double_data, "double_data", count, place, width: 8) { $0.bitPattern }
        case .int64:
            return try typed(message.int64_data, message.n_int64_data, "int64_data", count, place, width: 8) {
                UInt64(bitPattern: $0)
            }
        case .int32: return try integers(message, -0x8000_0000...0x7fff_ffff, count, place, width: 4)
        case .uint64:
            return try typed(message.uint64_data, message.n_uint64_data, "uint64_data", count, place, width: 8) { $0 }
        case .uint32:
            for (index, value) in numbers(message.uint64_data, message.n_uint64_data).enumerated() where value > 0xffff_ffff {
                throw .corrupt(place, attribute: "uint64_data", "\(value) at position \(index)", accepted: "0 through 4294967295")
            }
            return try typed(message.uint64_data, message.n_uint64_data, "uint64_data", count, place, width: 4) { $0 }
        case .int16: return try integers(message, -0x8000...0x7fff, count, place, width: 2)
        case .uint16: return try integers(message, 0...0xffff, count, place, width: 2)
        case .int8: return try integers(message, -128...127, count, place, width: 1)
        case .uint8: return try integers(message, 0...255, count, place, width: 1)
        case .bool: return try integers(message, 0...1, count, place, width: 1)
        case .float16, .bfloat16: return try integers(message, 0...0xffff, count, place, width: 2)
        default: return []
        }
    }

    private func typedCount(_ message: VenuleOnnx__TensorProto) -> Int {
        message.n_float_data + message.n_double_data + message.n_int64_data + message.n_int32_data + message.n_uint64_data
    }

    /// `int32_data`, which also holds all shorter types.
    private func integers(
        _ message: VenuleOnnx__TensorProto, _ range: ClosedRange<Int64>, _ count: Int, _ place: String, width: Int
    ) throws(ONNXError) -> [UInt8] {
        for (index, value) in numbers(message.int32_data, message.n_int32_data).enumerated()
        where !range.contains(Int64(value)) {
            throw .corrupt(
                place, attribute: "int32_data", "\(value) at position \(index)",
                accepted: "\(range.lowerBound) through \(range.upperBound)")
        }
        return try typed(message.int32_data, message.n_int32_data, "int32_data", count, place, width: width) {
            UInt64(truncatingIfNeeded: $0)
        }
    }

    private func typed<Number>(
        _ list: UnsafeMutablePointer<Number>?, _ listed: Int, _ field: String, _ count: Int, _ place: String, width: Int = 4,
        _ bits: (Number) -> UInt64
    ) throws(ONNXError) -> [UInt8] {
        guard listed == count else {
            throw .corrupt(place, attribute: field, "\(listed) elements", accepted: "\(count), as its shape says")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * width)
        for number in numbers(list, listed) {
            let value = bits(number)
            for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
        }
        return bytes
    }
}
