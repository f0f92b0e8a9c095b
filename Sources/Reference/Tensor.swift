import GraphIR

/// Numbers in row-major order, with a shape. Images are NHWC.
///
/// Elements of float types are stored as floats, which is exact but for float64; integers of every type and booleans (0 or 1) as
/// 64-bit integers, of which those of u64 are patterns of bits.
public struct Tensor: Hashable, Sendable {
    public let shape: [Int]
    public let element: ElementType
    private var elements: Elements

    enum Elements: Hashable, Sendable {
        case floats([Float])
        case integers([Int64])
    }

    /// - Precondition: as many floats as the shape says.
    public init(_ floats: [Float], shape: [Int]) {
        precondition(floats.count == shape.reduce(1, *), "\(floats.count) floats under the shape \(shape)")
        self.shape = shape
        element = .float32
        elements = .floats(floats)
    }

    /// - Precondition: as many integers as the shape says, and an element type that is not a float.
    public init(integers: [Int64], shape: [Int], element: ElementType) {
        precondition(integers.count == shape.reduce(1, *), "\(integers.count) integers under the shape \(shape)")
        precondition(!element.isFloat, "integers in a tensor of \(element.rawValue)")
        self.shape = shape
        self.element = element
        elements = .integers(integers)
    }

    public init(repeating value: Float, shape: [Int]) {
        self.init([Float](repeating: value, count: shape.reduce(1, *)), shape: shape)
    }

    public var elementCount: Int { shape.reduce(1, *) }

    public var type: TensorType { TensorType(element, shape.map { Dimension($0) }) }

    /// The elements of a tensor of floats; those of a type of storage are numbers that it has (``GraphIR/ElementType/rounded(_:)``).
    public init(_ floats: [Float], shape: [Int], element: ElementType) {
        precondition(floats.count == shape.reduce(1, *), "\(floats.count) floats under the shape \(shape)")
        precondition(element.isFloat, "floats in a tensor of \(element.rawValue)")
        self.shape = shape
        self.element = element
        elements = .floats(floats)
    }

    /// The elements of a tensor of floats.
    public var floats: [Float] {
        get {
            guard case .floats(let floats) = elements else { preconditionFailure("floats of a tensor of type \(type)") }
            return floats
        }
        set {
            precondition(newValue.count == elementCount, "\(newValue.count) floats under the shape \(shape)")
            precondition(element == .float32, "floats into a tensor of type \(type)")
            elements = .floats(newValue)
        }
    }

    /// The elements of a tensor of integers or booleans.
    public var integers: [Int64] {
        guard case .integers(let integers) = elements else { preconditionFailure("integers of a tensor of type \(type)") }
        return integers
    }

    /// Numbers of a tensor of integers or booleans that are in the same order as its elements: for u64 they are 2⁶³ less.
    var ordered: [Int64] { element == .uint64 ? integers.map { $0 ^ Int64.min } : integers }

    /// The same elements under another shape of the same size.
    public func reshaped(to shape: [Int]) -> Tensor { Tensor(elements, shape: shape, element: element) }

    init(_ elements: Elements, shape: [Int], element: ElementType) {
        switch elements {
        case .floats(let floats): self.init(floats, shape: shape, element: element)
        case .integers(let integers): self.init(integers: integers, shape: shape, element: element)
        }
    }

    /// A tensor of `shape` with this one's elements at `positions`; where a position is −1, it has `filler`.
    func gathering(_ positions: [Int], shape: [Int], filler: Float = 0) -> Tensor {
        switch elements {
        case .floats(let floats):
            return Tensor(positions.map { $0 < 0 ? filler : floats[$0] }, shape: shape, element: element)
        case .integers(let integers):
            let fill = element.integer(Double(filler))
            return Tensor(integers: positions.map { $0 < 0 ? fill : integers[$0] }, shape: shape, element: element)
        }
    }
}

// MARK: Constants
extension Tensor {
    public init(_ constant: Constant) {
        let count = constant.elementCount
        let elements: Elements = constant.bytes.withUnsafeBytes { raw in
            func integers<Stored: FixedWidthInteger>(_: Stored.Type) -> Elements {
                .integers(
                    (0..<count).map { position in
                        let offset = position * MemoryLayout<Stored>.size
                        return Int64(truncatingIfNeeded: Stored(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Stored.self)))
                    })
            }
            func floats<Stored: FixedWidthInteger>(_: Stored.Type) -> Elements {
                .floats(
                    (0..<count).map { position in
                        let offset = position * MemoryLayout<Stored>.size
                        let bits = Stored(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Stored.self))
                        return Float(constant.element.float(ofBits: UInt64(truncatingIfNeeded: bits)))
                    })
            }
            switch constant.element {
            case .float32:
                return .floats(
                    (0..<count).map { position in
                        let bits = raw.loadUnaligned(fromByteOffset: position * 4, as: UInt32.self)
                        return Float(bitPattern: UInt32(littleEndian: bits))
                    })
            case .int64: return integers(Int64.self)
            case .float64: return floats(UInt64.self)
            case .float16, .bfloat16: return floats(UInt16.self)
            case .int32: return integers(Int32.self)
            case .int16: return integers(Int16.self)
            case .int8: return integers(Int8.self)
            case .uint64: return integers(UInt64.self)
            case .uint32: return integers(UInt32.self)
            case .uint16: return integers(UInt16.self)
            case .uint8, .bool: return integers(UInt8.self)
            }
        }
        self.init(elements, shape: constant.shape, element: constant.element)
    }

    /// The tensor as a constant of a graph. Integers beyond the range of the element type are truncated to its bits.
    public var constant: Constant {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(elementCount * element.byteCount)
        switch elements {
        case .floats(let floats):
            for value in floats {
                let bits = element == .float32 ? UInt64(value.bitPattern) : element.bits(ofFloat: Double(value))
                appendLittleEndian(bits, count: element.byteCount, to: &bytes)
            }
        case .integers(let integers):
            for value in integers {
                appendLittleEndian(UInt64(bitPattern: value), count: element.byteCount, to: &bytes)
            }
        }
        return Constant(element: element, shape: shape, bytes: .owned(bytes))
    }
}

private func appendLittleEndian(_ value: UInt64, count: Int, to bytes: inout [UInt8]) {
    for position in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(position)))) }
}
