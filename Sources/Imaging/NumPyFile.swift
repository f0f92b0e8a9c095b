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
    /// - Throws: `ImagingError.unreadable`, or `damaged` for whatever is no float32 array in C order or does not hold
    ///   exactly the values that its header announces.
    public init(contentsOf path: String) throws(ImagingError) {
        try self.init(bytes: FileAccess.read(path, byteLimit: 1 << 33), path: path)
    }

    /// As `init(contentsOf:)`, for bytes in memory; `path` is only for messages.
    public init(bytes: [UInt8], path: String) throws(ImagingError) {
        let tensor = try NumPyTensor(bytes: bytes, path: path)
        guard tensor.element == .float32 else {
            throw .damaged(
                path: path, format: "NumPy",
                reason: "element type '\(tensor.element.rawValue)' found, '<f4' (little-endian float32) expected")
        }
        shape = tensor.shape
        let words = [UInt32](unsafeUninitializedCapacity: tensor.bytes.count / 4) { buffer, count in
            UnsafeMutableRawBufferPointer(buffer).copyBytes(from: tensor.bytes)
            count = buffer.count
        }
        values = words.map { Float(bitPattern: UInt32(littleEndian: $0)) }
    }

    /// The file's bytes, format version 1.0.
    public var bytes: [UInt8] {
        let elements = values.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
        return NumPyTensor(.float32, shape: shape, bytes: elements).fileBytes
    }

    /// Writes the array; the file appears whole or not at all.
    ///
    /// - Throws: `ImagingError.unwritable`.
    public func write(to path: String) throws(ImagingError) {
        try AtomicFile.write(bytes, to: path)
    }
}
