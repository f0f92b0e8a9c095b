import Files
import GraphIR

extension Constant {
    /// The elements of an array file; nil of a type that graphs do not have.
    public init?(_ array: NPYArray) {
        guard let element = ElementType(array.element) else { return nil }
        self.init(element: element, shape: array.shape, bytes: .owned(array.bytes))
    }
}

extension ElementType {
    /// Nil for float64, which graphs do not have.
    fileprivate init?(_ element: NPYHeader.Element) {
        switch element {
        case .float64: return nil
        case .float32: self = .float32
        case .int32: self = .int32
        case .int64: self = .int64
        case .uint8: self = .uint8
        case .int8: self = .int8
        case .bool: self = .bool
        }
    }
}
