/// An array in memory, in C order.
public struct NPYArray: Equatable, Sendable {
    public let element: NPYHeader.Element
    public let shape: [Int]
    /// The elements, little-endian.
    public let bytes: [UInt8]

    /// - Precondition: `bytes` holds as many elements as the shape says.
    public init(_ element: NPYHeader.Element, shape: [Int], bytes: [UInt8]) {
        precondition(bytes.count == shape.reduce(element.byteCount, *), "the elements do not fill the shape")
        self.element = element
        self.shape = shape
        self.bytes = bytes
    }

    public init(_ floats: [Float], shape: [Int]) {
        self.init(.float32, shape: shape, bytes: floats.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Array($0) })
    }

    /// Reads a whole file.
    public init(_ file: ArrayFile) throws(ContentError) {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: file.byteCount) { buffer, filled in
            do throws(FileError) {
                try file.readAll(UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: file.byteCount))
                filled = file.byteCount
            } catch {
                failure = error
            }
        }
        if let failure { throw ContentError(failure) }
        self.init(file.element, shape: file.header.shape, bytes: bytes)
    }

    public init(contentsOf path: String) throws(ContentError) {
        let reader: FileReader
        do throws(FileError) { reader = try FileReader(path) } catch { throw ContentError(error) }
        try self.init(ArrayFile(reader))
    }

    /// The elements of a float32 array.
    public var floats: [Float] {
        precondition(element == .float32, "floats of an array of other elements")
        return bytes.withUnsafeBytes { raw in
            (0..<(raw.count / 4)).map { index in
                Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
            }
        }
    }

    /// As NumPy's `save` writes it.
    public var fileBytes: [UInt8] { NPYHeader(element, shape: shape).bytes + bytes }
}
