/// A float32 array in C order, as NumPy's `save` writes it.
///
/// Source: NumPy Enhancement Proposal 1 (numpy.lib.format), versions 1.0 and 2.0.
public struct NumPyArray: Equatable, Sendable {
    public let shape: [Int]
    public var values: [Float]

    /// - Precondition: `values` holds as many values as the shape says.
    public init(shape: [Int], values: [Float]) {
        precondition(values.count == shape.reduce(1, *), "the values do not fill the shape")
        self.shape = shape
        self.values = values
    }
}

extension NumPyArray {
    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// - Throws: `ImagingError.unreadable`, or `damaged` for whatever is no float32 array in C order or does not hold
    ///   exactly the values that its header announces.
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
        guard header.elementType == "<f4" else {
            throw damaged("element type '\(header.elementType)' found, '<f4' (little-endian float32) expected")
        }
        guard !header.isFortranOrder else { throw damaged("Fortran order found, C order expected") }
        let byteCount = header.shape.reduce(4 as Int?) { product, side in
            guard let product, case let (value, false) = product.multipliedReportingOverflow(by: side) else { return nil }
            return value
        }
        guard byteCount == bytes.count - dataStart else {
            throw damaged(
                "shape \(header.shape) announced (\(byteCount.map(String.init) ?? "too many") bytes), "
                    + "\(bytes.count - dataStart) bytes of data found")
        }
        shape = header.shape
        let words = [UInt32](unsafeUninitializedCapacity: (bytes.count - dataStart) / 4) { buffer, count in
            UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes[dataStart...])
            count = buffer.count
        }
        values = words.map { Float(bitPattern: UInt32(littleEndian: $0)) }
    }

    /// The file's bytes, format version 1.0.
    public var bytes: [UInt8] {
        let sides = shape.map(String.init)
        let tuple = sides.count == 1 ? "(\(sides[0]),)" : "(\(sides.joined(separator: ", ")))"
        var header = Array("{'descr': '<f4', 'fortran_order': False, 'shape': \(tuple), }".utf8)
        // The data begin at a multiple of 64 bytes; a newline ends the header.
        let padded = (10 + header.count + 1).roundedUp(toMultipleOf: 64)
        header += [UInt8](repeating: UInt8(ascii: " "), count: padded - 10 - header.count - 1) + [UInt8(ascii: "\n")]
        var result = Self.magic + [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)] + header
        result.reserveCapacity(result.count + 4 * values.count)
        values.map(\.bitPattern.littleEndian).withUnsafeBytes { result.append(contentsOf: $0) }
        return result
    }

    /// Writes the array; the file appears whole or not at all.
    ///
    /// - Throws: `ImagingError.unwritable`.
    public func write(to path: String) throws(ImagingError) {
        try AtomicFile.write(bytes, to: path)
    }
}
