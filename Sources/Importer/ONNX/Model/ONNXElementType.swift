import GraphIR

/// `TensorProto.DataType` of the ONNX specification.
enum ONNXElementType: Int, Hashable, Sendable, CaseIterable {
    case float = 1
    case uint8, int8, uint16, int16, int32, int64, string, bool, float16, double, uint32, uint64
    case complex64, complex128, bfloat16, float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz, uint4, int4, float4e2m1
}

extension ONNXElementType {
    /// Bytes of one element in raw data; nil for strings and for elements that share a byte.
    var byteCount: Int? {
        switch self {
        case .float, .int32, .uint32: 4
        case .int64, .uint64, .double, .complex64: 8
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint8, .int8, .bool, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz: 1
        case .complex128: 16
        case .string, .uint4, .int4, .float4e2m1: nil
        }
    }

    /// The IR's type in which values of this one are computed: the narrower and wider floats in float32.
    /// Nil for types that are not imported.
    var element: ElementType? {
        switch self {
        case .float, .float16, .bfloat16, .double: .float32
        case .int64: .int64
        case .int32: .int32
        case .uint8: .uint8
        case .int8: .int8
        case .bool: .bool
        default: nil
        }
    }

    /// The type of a model's input or output, where nothing may be converted.
    var exactElement: ElementType? {
        switch self {
        case .float16, .bfloat16, .double: nil
        default: element
        }
    }

    static let acceptedElements = "float, int64, int32, uint8, int8 or bool"
}
