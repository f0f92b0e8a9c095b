/// The type of one element of a plain tensor; the codes are those of the file.
public enum PlanElement: UInt32, Hashable, Sendable, CaseIterable {
    case float32 = 0
    case int32 = 1
    case int64 = 2
    case uint8 = 3
    case int8 = 4
    /// One byte, 0 or 1.
    case bool = 5
    case int16 = 6
    case uint16 = 7
    case uint32 = 8
    case uint64 = 9
    case float16 = 10
    case bfloat16 = 11
    case float64 = 12

    public var byteCount: Int {
        switch self {
        case .float32, .int32, .uint32: 4
        case .int64, .uint64, .float64: 8
        case .int16, .uint16, .float16, .bfloat16: 2
        case .uint8, .int8, .bool: 1
        }
    }

    /// Whether kernels move elements of the type and convert them, and do not compute with them.
    public var isStorageOnly: Bool { self == .float16 || self == .bfloat16 || self == .float64 }

    public var name: StaticString {
        switch self {
        case .float32: "float32"
        case .int32: "int32"
        case .int64: "int64"
        case .uint8: "uint8"
        case .int8: "int8"
        case .bool: "bool"
        case .int16: "int16"
        case .uint16: "uint16"
        case .uint32: "uint32"
        case .uint64: "uint64"
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        case .float64: "float64"
        }
    }
}

/// A tensor in the `plain` layout: dense, row-major, of 0 to 8 axes.
public struct PlainTensor: Hashable, Sendable {
    public var element: PlanElement
    /// Sides may be 0.
    public var shape: [Int]

    public init(_ element: PlanElement, _ shape: [Int]) {
        self.element = element
        self.shape = shape
    }

    public static let largestRank = 8

    /// The product of the sides, so 1 for a scalar. Int.max if that overflows, which only happens in a plan that is not
    /// verified.
    public var elementCount: Int {
        // A loop over indices, because an array's iterator allocates memory in builds without optimisation, and runs ask for
        // this number.
        var count = 1
        var isEmpty = false
        for axis in 0..<shape.count {
            count = count.saturating(times: shape[axis])
            if shape[axis] == 0 { isEmpty = true }
        }
        return isEmpty ? 0 : count
    }
    public var byteCount: Int { elementCount.saturating(times: element.byteCount) }
}
