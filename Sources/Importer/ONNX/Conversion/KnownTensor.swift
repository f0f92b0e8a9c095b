import GraphIR

/// A small tensor whose elements are known while a graph is converted. An element may also be an expression of symbolic sides,
/// so that arithmetic on shapes can be computed before the sides are known.
struct KnownTensor: Hashable, Sendable {
    /// Floats are those of ``precision`` and count as float32.
    var element: ElementType
    var shape: [Int]
    /// Row-major.
    var elements: [KnownElement]
    /// The type that the model's floats have: what is computed is rounded to it.
    var precision: ElementType

    init(element: ElementType, shape: [Int], elements: [KnownElement], precision: ElementType = .float32) {
        self.element = element
        self.shape = shape
        self.elements = elements
        self.precision = precision
    }
}

enum KnownElement: Hashable, Sendable {
    /// An integer, a truth value (0 or 1), or, in a float tensor, a float that is a symbolic side.
    case dimension(Dimension)
    case real(Double)
    /// A float that is a symbolic side divided by a positive integer.
    case ratio(Dimension, Int)
}

extension KnownTensor {
    /// A vector of 64-bit integers, as shapes are.
    init(_ dimensions: [Dimension]) {
        self.init(element: .int64, shape: [dimensions.count], elements: dimensions.map { .dimension($0) })
    }

    /// - Parameter precision: of floats; nil for that of the constant.
    /// - Returns: nil where the constant has too many elements to compute with, or integers beyond those of 64 bits with a sign.
    init?(_ constant: Constant, precision: ElementType? = nil) {
        guard constant.elementCount <= ONNXLimits.knownElements else { return nil }
        let type = constant.element
        func elements<Stored: FixedWidthInteger>(_: Stored.Type) -> [KnownElement]? {
            constant.bytes.withUnsafeBytes { raw in
                var result: [KnownElement] = []
                for index in 0..<constant.elementCount {
                    let offset = index * MemoryLayout<Stored>.size
                    let stored = Stored(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Stored.self))
                    if type.isFloat {
                        result.append(.real(type.float(ofBits: UInt64(truncatingIfNeeded: stored))))
                    } else if let integer = Int(exactly: stored) {
                        result.append(.dimension(Dimension(integer)))
                    } else {
                        return nil
                    }
                }
                return result
            }
        }
        let known: [KnownElement]? =
            switch type {
            case .float64, .uint64: elements(UInt64.self)
            case .float32, .uint32: elements(UInt32.self)
            case .float16, .bfloat16, .uint16: elements(UInt16.self)
            case .uint8, .bool: elements(UInt8.self)
            case .int64: elements(Int64.self)
            case .int32: elements(Int32.self)
            case .int16: elements(Int16.self)
            case .int8: elements(Int8.self)
            }
        guard let known else { return nil }
        self.init(
            element: type.isFloat ? .float32 : type, shape: constant.shape, elements: known,
            precision: precision ?? (type.isFloat ? type : .float32))
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
            case .real(let real): bits = UInt64(Float(real).bitPattern)
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
            case .real(let real): result.append(Float(real))
            case .dimension(let dimension):
                guard let integer = dimension.constant else { return nil }
                result.append(Float(integer))
            case .ratio: return nil
            }
        }
        return result
    }
}
