import CONNX
import CProtobufC

/// Reads through a protocol buffer before protobuf-c unpacks it, and bounds what unpacking can take: how deep messages are
/// nested (protobuf-c recurses on this), how many fields and packed numbers there are, and lengths that reach beyond the end.
///
/// The tables that protoc-c generated say which fields are messages, texts or numbers.
struct ONNXWireScan {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var fieldCount = 0
    private var packedCount = 0
    /// Names of the fields that lead to the current message.
    private var path: [String] = []

    /// Throws `.corrupt` with the byte's offset and the path of fields that leads there.
    static func check(_ bytes: UnsafeRawBufferPointer) throws(ONNXError) {
        var scan = ONNXWireScan(bytes: bytes)
        try scan.message(venule_onnx_model_descriptor().pointee, end: bytes.count)
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }
}

// MARK: Messages
extension ONNXWireScan {
    private mutating func message(_ descriptor: ProtobufCMessageDescriptor, end: Int) throws(ONNXError) {
        guard path.count <= ONNXLimits.depth else {
            throw error("messages nested \(path.count) deep", accepted: "at most \(ONNXLimits.depth)")
        }
        var seenMessages: Set<UInt32> = []
        while position < end {
            fieldCount += 1
            guard fieldCount <= ONNXLimits.fields else {
                throw error("more than \(ONNXLimits.fields) fields", accepted: "at most as many")
            }
            let tag = try varint(end: end, atMost: 5)
            let number = UInt32(truncatingIfNeeded: tag >> 3)
            guard tag >> 3 >= 1, tag >> 3 < 1 << 29 else { throw error("field number \(tag >> 3)", accepted: "1 or more") }
            let field = Self.field(number, of: descriptor)
            path.append(field?.label ?? "field \(number)")
            try value(wireType: UInt8(tag & 7), field, end: end)
            if let field, field.submessage != nil, !field.isRepeated, !seenMessages.insert(number).inserted {
                throw error("the field a second time", accepted: "once")
            }
            path.removeLast()
        }
    }

    private mutating func value(wireType: UInt8, _ field: Field?, end: Int) throws(ONNXError) {
        if let field, wireType != field.wireType, !(field.isPackable && wireType == 2) {
            throw error("wire type \(wireType)", accepted: "\(field.wireType)")
        }
        switch wireType {
        case 0: _ = try varint(end: end, atMost: 10)
        case 1: try skip(8, end: end)
        case 5: try skip(4, end: end)
        case 2:
            let length = try varint(end: end, atMost: 5)
            guard length <= UInt64(end - position) else {
                throw error("a length of \(length) bytes", accepted: "at most the \(end - position) that are left")
            }
            try content(field, end: position + Int(length))
        default:
            throw error("wire type \(wireType)", accepted: "0, 1, 2 or 5")
        }
    }

    /// What a length stands before; behind it the position is `end`.
    private mutating func content(_ field: Field?, end: Int) throws(ONNXError) {
        guard let field else {
            position = end
            return
        }
        if let submessage = field.submessage {
            try message(submessage, end: end)
        } else if field.isText {
            // A C string ends at a zero, so a name with one would be another name.
            guard !bytes[position..<end].contains(0) else { throw error("a zero byte in a text", accepted: "none") }
            guard String(validating: bytes[position..<end], as: UTF8.self) != nil else {
                throw error("a text that is no UTF-8", accepted: "UTF-8")
            }
        } else if field.isPackable {
            try packed(field, end: end)
        }
        position = end
    }

    private mutating func packed(_ field: Field, end: Int) throws(ONNXError) {
        let width = field.wireType == 5 ? 4 : field.wireType == 1 ? 8 : 0
        if width > 0 {
            guard (end - position) % width == 0 else {
                throw error("\(end - position) bytes of packed numbers", accepted: "a multiple of \(width)")
            }
            packedCount += (end - position) / width
        } else {
            while position < end {
                _ = try varint(end: end, atMost: 10)
                packedCount += 1
            }
        }
        guard packedCount <= ONNXLimits.packedNumbers else {
            throw error("more than \(ONNXLimits.packedNumbers) packed numbers", accepted: "at most as many")
        }
    }
}

// MARK: Bytes
extension ONNXWireScan {
    private mutating func varint(end: Int, atMost longest: Int) throws(ONNXError) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<longest {
            guard position < end else { throw error("the end of the data inside a number", accepted: "the rest of it") }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << (7 * UInt64(index))
            if byte < 0x80 { return value }
        }
        throw error("a number of more than \(longest) bytes", accepted: "at most as many")
    }

    private mutating func skip(_ count: Int, end: Int) throws(ONNXError) {
        guard count <= end - position else {
            throw error("the end of the data inside a number of \(count) bytes", accepted: "the rest of it")
        }
        position += count
    }

    private func error(_ found: String, accepted: String) -> ONNXError {
        let shown = path.count <= 12 ? path : path.prefix(8) + ["…"] + path.suffix(3)
        let place = shown.isEmpty ? "byte \(position)" : "byte \(position), \(shown.joined(separator: "."))"
        return .corrupt(place, found, accepted: accepted)
    }
}

// MARK: The generated tables
extension ONNXWireScan {
    struct Field {
        var label: String
        var isRepeated: Bool
        var isText: Bool
        /// Numbers in a repeated field may also stand packed behind one length.
        var isPackable: Bool
        var wireType: UInt8
        var submessage: ProtobufCMessageDescriptor?
    }

    static func field(_ number: UInt32, of descriptor: ProtobufCMessageDescriptor) -> Field? {
        for index in 0..<Int(descriptor.n_fields) where descriptor.fields[index].id == number {
            let field = descriptor.fields[index]
            let isRepeated = field.label == PROTOBUF_C_LABEL_REPEATED
            let wireType: UInt8
            switch field.type {
            case PROTOBUF_C_TYPE_MESSAGE, PROTOBUF_C_TYPE_STRING, PROTOBUF_C_TYPE_BYTES: wireType = 2
            case PROTOBUF_C_TYPE_FLOAT, PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32: wireType = 5
            case PROTOBUF_C_TYPE_DOUBLE, PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64: wireType = 1
            default: wireType = 0
            }
            let submessage =
                field.type == PROTOBUF_C_TYPE_MESSAGE
                ? field.descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self).pointee : nil
            return Field(
                label: String(cString: field.name), isRepeated: isRepeated, isText: field.type == PROTOBUF_C_TYPE_STRING,
                isPackable: isRepeated && wireType != 2, wireType: wireType, submessage: submessage)
        }
        return nil
    }
}
