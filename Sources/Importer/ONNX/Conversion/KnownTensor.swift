import GraphIR

/// A small tensor whose elements are known while a graph is converted. An element may also be an expression of symbolic sides,
/// so that arithmetic on shapes can be computed before the sides are known.
struct KnownTensor: Hashable, Sendable {
    var element: ElementType
    var shape: [Int]
    /// Row-major.
    var elements: [KnownElement]
}

enum KnownElement: Hashable, Sendable {
    /// An integer, a truth value (0 or 1), or, in a float tensor, a float that is a symbolic side.
    case dimension(Dimension)
    case real(Float)
    /// A float that is a symbolic side divided by a positive integer.
    case ratio(Dimension, Int)
}

extension KnownTensor {
    /// A vector of 64-bit integers, as shapes are.
    init(_ dimensions: [Dimension]) {
        self.init(element: .int64, shape: [dimensions.count], elements: dimensions.map { .dimension($0) })
    }

    /// Nil where the constant has too many elements to compute with.
    init?(_ constant: Constant) {
        guard constant.elementCount <= ONNXLimits.knownElements else { return nil }
        self.init(
            element: constant.element, shape: constant.shape,
            elements: constant.bytes.withUnsafeBytes { raw in
                func integers<Stored: FixedWidthInteger>(_: Stored.Type) -> [KnownElement] {
                    (0..<constant.elementCount).map { index in
                        let offset = index * MemoryLayout<Stored>.size
                        return .dimension(Dimension(Int(Stored(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Stored.self)))))
                    }
                }
                switch constant.element {
                case .float32: return constant.floats.map { .real($0) }
                case .int64: return integers(Int64.self)
                case .int32: return integers(Int32.self)
                case .uint8, .bool: return integers(UInt8.self)
                case .int8: return integers(Int8.self)
                }
            })
    }

    /// Nil where an element is symbolic.
    var constant: Constant? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(elements.count * element.byteCount)
        for value in elements {
            let bits: UInt64
            switch value {
            case .dimension(let dimension):
                guard let integer = dimension.constant else { return nil }
                bits = element == .float32 ? UInt64(Float(integer).bitPattern) : UInt64(bitPattern: Int64(integer))
            case .real(let float): bits = UInt64(float.bitPattern)
            case .ratio: return nil
            }
            for index in 0..<element.byteCount { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt64(index)))) }
        }
        return Constant(element: element, shape: shape, bytes: .owned(bytes))
    }

    /// The elements as sides, where all are integers, symbolic or not.
    var dimensions: [Dimension]? {
        var result: [Dimension] = []
        for value in elements {
            guard case .dimension(let dimension) = value else { return nil }
            result.append(dimension)
        }
        return result
    }

    /// The elements as integers, where none is symbolic.
    var integers: [Int]? {
        guard let dimensions else { return nil }
        var result: [Int] = []
        for dimension in dimensions {
            guard let integer = dimension.constant else { return nil }
            result.append(integer)
        }
        return result
    }

    /// The elements as floats, where none is symbolic.
    var floats: [Float]? {
        var result: [Float] = []
        for value in elements {
            switch value {
            case .real(let float): result.append(float)
            case .dimension(let dimension):
                guard let integer = dimension.constant else { return nil }
                result.append(Float(integer))
            case .ratio: return nil
            }
        }
        return result
    }
}
