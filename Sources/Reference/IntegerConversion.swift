import GraphIR

extension ElementType {
    /// Converts a float to this type, which is not a float: rounded towards zero, then to the nearest number that the type has;
    /// NaN becomes 0. For bool, it becomes whether it differs from 0.
    func integer(_ value: Float) -> Int64 {
        func saturating<Number: FixedWidthInteger>(_: Number.Type) -> Int64 {
            if value.isNaN { return 0 }
            if value <= Float(Number.min) { return Int64(Number.min) }
            // The largest number of a type of 32 or 64 bits is not a float; the next larger number is.
            if value >= Float(Number.max) { return Int64(Number.max) }
            return Int64(value)
        }
        switch self {
        case .int64: return saturating(Int64.self)
        case .int32: return saturating(Int32.self)
        case .uint8: return saturating(UInt8.self)
        case .int8: return saturating(Int8.self)
        case .bool: return value != 0 ? 1 : 0
        case .float32: preconditionFailure("an integer of element type f32")
        }
    }

    /// Converts an integer to this type, which is not a float, by its low bits. For bool, it becomes whether it differs from 0.
    func wrapping(_ value: Int64) -> Int64 {
        switch self {
        case .int64: value
        case .int32: Int64(Int32(truncatingIfNeeded: value))
        case .uint8: Int64(UInt8(truncatingIfNeeded: value))
        case .int8: Int64(Int8(truncatingIfNeeded: value))
        case .bool: value != 0 ? 1 : 0
        case .float32: preconditionFailure("an integer of element type f32")
        }
    }

    /// The smallest and the largest number of this type, which is not a float.
    var limits: ClosedRange<Int64> {
        switch self {
        case .int64: Int64.min...Int64.max
        case .int32: Int64(Int32.min)...Int64(Int32.max)
        case .uint8: 0...255
        case .int8: -128...127
        case .bool: 0...1
        case .float32: preconditionFailure("integer limits of element type f32")
        }
    }
}
