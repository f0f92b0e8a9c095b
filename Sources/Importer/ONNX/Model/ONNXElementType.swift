import GraphIR

/// `TensorProto.DataType` of the ONNX specification.
enum ONNXElementType: Int, Hashable, Sendable, CaseIterable {
    case float = 1
    case uint8, int8, uint16, int16, int32, int64, string, bool, float16, double, uint32, uint64
    case complex64, complex128, bfloat16, float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz, uint4, int4, float4e2m1
    case float8e8m0, uint2, int2, float6e2m3, float6e3m2
}

extension ONNXElementType {
    /// Bytes of one element in raw data; nil for strings and for elements that share a byte.
    var byteCount: Int? {
        switch self {
        case .float, .int32, .uint32: 4
        case .int64, .uint64, .double, .complex64: 8
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint8, .int8, .bool, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0: 1
        case .complex128: 16
        case .string, .uint4, .int4, .float4e2m1, .uint2, .int2, .float6e2m3, .float6e3m2: nil
        }
    }

    /// The IR's type in which values of this one are computed: the narrower and wider floats in float32.
    /// Nil for types that are not imported.
    var element: ElementType? { exactElement.map { $0.isFloat ? .float32 : $0 } }

    /// The same type of the IR: that of a model's inputs and outputs, and for floats the precision of what a model computes.
    /// Nil for types that are not imported.
    var exactElement: ElementType? {
        switch self {
        case .float: .float32
        case .double: .float64
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .int64: .int64
        case .int32: .int32
        case .int16: .int16
        case .int8: .int8
        case .uint64: .uint64
        case .uint32: .uint32
        case .uint16: .uint16
        case .uint8: .uint8
        case .bool: .bool
        case .string, .complex64, .complex128, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0, .uint4, .int4,
            .float4e2m1, .uint2, .int2, .float6e2m3, .float6e3m2:
            nil
        }
    }

    static let acceptedElements = "float, double, float16, bfloat16, bool and integers of 8 to 64 bits"
}
