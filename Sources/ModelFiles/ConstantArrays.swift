import Files
import GraphIR

extension Constant {
    /// The elements of an array file.
    public init(_ array: NPYArray) {
        self.init(element: ElementType(array.element), shape: array.shape, bytes: .owned(array.bytes))
    }
}

extension ElementType {
    public init(_ element: NPYHeader.Element) {
        switch element {
        case .float32: self = .float32
        case .float64: self = .float64
        case .float16: self = .float16
        case .bfloat16: self = .bfloat16
        case .int64: self = .int64
        case .int32: self = .int32
        case .int16: self = .int16
        case .int8: self = .int8
        case .uint64: self = .uint64
        case .uint32: self = .uint32
        case .uint16: self = .uint16
        case .uint8: self = .uint8
        case .bool: self = .bool
        }
    }
}

extension NPYArray {
    /// The same as an array file has it.
    public init(_ constant: Constant) {
        self.init(NPYHeader.Element(constant.element), shape: constant.shape, bytes: constant.bytes.withUnsafeBytes { Array($0) })
    }
}

extension NPYHeader.Element {
    fileprivate init(_ element: ElementType) {
        switch element {
        case .float32: self = .float32
        case .float64: self = .float64
        case .float16: self = .float16
        case .bfloat16: self = .bfloat16
        case .int64: self = .int64
        case .int32: self = .int32
        case .int16: self = .int16
        case .int8: self = .int8
        case .uint64: self = .uint64
        case .uint32: self = .uint32
        case .uint16: self = .uint16
        case .uint8: self = .uint8
        case .bool: self = .bool
        }
    }
}
