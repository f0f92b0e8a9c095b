/// An array of any element type that networks have, in C order, as NumPy's `save` writes it.
///
/// Source: NumPy Enhancement Proposal 1 (numpy.lib.format), versions 1.0 and 2.0.
public struct NumPyTensor: Equatable, Sendable {
    /// NumPy's names of the types.
    public enum Element: String, Sendable, CaseIterable {
        case float32 = "<f4"
        case int32 = "<i4"
        case int64 = "<i8"
        case uint8 = "|u1"
        case int8 = "|i1"
        case bool = "|b1"

        public var byteCount: Int {
            switch self {
            case .int64: 8
            case .float32, .int32: 4
            case .uint8, .int8, .bool: 1
            }
        }
    }

    public let element: Element
    public let shape: [Int]
    /// The elements, little-endian.
    public let bytes: [UInt8]

    /// - Precondition: `bytes` holds as many elements as the shape says.
    public init(_ element: Element, shape: [Int], bytes: [UInt8]) {
        precondition(bytes.count == shape.reduce(element.byteCount, *), "the elements do not fill the shape")
        self.element = element
        self.shape = shape
        self.bytes = bytes
    }
}

extension NumPyTensor {
    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// - Throws: `ImagingError.unreadable`, or `damaged` for whatever is no array of one of the types in C order or does not
    ///   hold exactly the elements that its header announces.
    public init(contentsOf path: String) throws(ImagingError) {
        try self.init(bytes: FileAccess.read(path, byteLimit: 1 << 33), path: path)
    }

    /// As `init(contentsOf:)`, for bytes in memory; `path` is only for messages.
    public init(bytes: [UInt8], path: String) throws(ImagingError) {
        func damaged(_ reason: String) -> ImagingError { .damaged(path: path, format: "NumPy", reason: reason) }

        guard bytes.count >= 10, bytes.starts(with: Self.magic) else { throw damaged("it does not begin with \\x93NUMPY") }
        let lengthBytes = bytes[6] == 1 ? 2 : 4
        guard bytes[6] == 1 || bytes[6] == 2, bytes[7] == 0, bytes.count >= 8 + lengthBytes else {
            throw damaged("format version \(bytes[6]).\(bytes[7]) found, 1.0 or 2.0 expected")
        }
        let headerCount = bytes[8..<8 + lengthBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
        let dataStart = 8 + lengthBytes + headerCount
        guard dataStart <= bytes.count else {
            throw damaged("a header of \(headerCount) bytes announced, \(bytes.count - 8 - lengthBytes) bytes left")
        }
        var parser = NumPyHeaderParser(bytes[8 + lengthBytes..<dataStart])
        guard let header = parser.parse() else {
            throw damaged("header with 'descr', 'fortran_order' and 'shape' expected")
        }
        guard let element = Element(rawValue: header.elementType) else {
            let known = Element.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw damaged("element type '\(header.elementType)' found, one of \(known) expected")
        }
        guard !header.isFortranOrder else { throw damaged("Fortran order found, C order expected") }
        let byteCount = header.shape.reduce(element.byteCount as Int?) { product, side in
            guard let product, case (let value, false) = product.multipliedReportingOverflow(by: side) else { return nil }
            return value
        }
        guard byteCount == bytes.count - dataStart else {
            throw damaged(
                "shape \(header.shape) announced (\(byteCount.map(String.init) ?? "too many") bytes), "
                    + "\(bytes.count - dataStart) bytes of data found")
        }
        self.init(element, shape: header.shape, bytes: Array(bytes[dataStart...]))
    }

    /// The file's bytes, format version 1.0.
    public var fileBytes: [UInt8] {
        let sides = shape.map(String.init)
        let tuple = sides.count == 1 ? "(\(sides[0]),)" : "(\(sides.joined(separator: ", ")))"
        var header = Array("{'descr': '\(element.rawValue)', 'fortran_order': False, 'shape': \(tuple), }".utf8)
        // The data begin at a multiple of 64 bytes; a newline ends the header.
        let padded = (10 + header.count + 1).roundedUp(toMultipleOf: 64)
        header += [UInt8](repeating: UInt8(ascii: " "), count: padded - 10 - header.count - 1) + [UInt8(ascii: "\n")]
        return Self.magic + [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)] + header + bytes
    }
}
