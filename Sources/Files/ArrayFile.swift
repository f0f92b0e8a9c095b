import Shapes

/// An open `.npy` file, whose elements are read in C order, and float64 as float32 where that is wanted.
public final class ArrayFile {
    public let header: NPYHeader
    private let reader: FileReader
    /// Where in the file the elements begin.
    private let start: Int
    public let elementCount: Int

    public var path: String { reader.path }
    /// What is read: that of the file, or float32 of a file of float64.
    public let element: NPYHeader.Element
    /// Of all elements as they are read.
    public var byteCount: Int { elementCount * element.byteCount }

    /// What is to be said where the elements are not taken as they are.
    public var note: String? {
        isConverted ? "\(path): the elements are float64 and are converted to float32" : nil
    }

    /// Whether only ``readAll(_:)`` can read it, since neighbours are not together in the file: an array in Fortran order with
    /// more than one axis.
    public var isReadWhole: Bool {
        header.isFortranOrder && header.shape.reduce(0) { $0 + ($1 > 1 ? 1 : 0) } > 1
    }

    private var isConverted: Bool { element != header.element }

    /// - Parameter wanted: what the elements are for. Only float64 is converted, to float32.
    /// - Throws: for what is no array of a type that is read, or does not hold exactly the elements that its header promises.
    public init(_ reader: FileReader, as wanted: NPYHeader.Element? = nil) throws(ContentError) {
        self.reader = reader
        (header, start) = try Self.header(of: reader)
        element = header.element == .float64 && wanted == .float32 ? .float32 : header.element
        let count = header.byteCount
        guard let count, reader.byteCount == UInt64(start) + UInt64(count) else {
            var promised = "more than any memory holds"
            if let count { promised = "\(UInt64(start) + UInt64(count))" }
            throw ContentError(.damaged, "\(reader.path): has \(reader.byteCount) bytes, its header promises \(promised)")
        }
        elementCount = count / header.element.byteCount
    }

    /// - Returns: the header, and where the elements begin.
    private static func header(of reader: FileReader) throws(ContentError) -> (NPYHeader, Int) {
        let dictionary: [UInt8]
        let place: (count: Int, at: Int)
        let start: [UInt8]
        do throws(FileError) { start = try reader.head(NPYHeader.prefixBytes) } catch { throw ContentError(error) }
        do throws(HeaderProblem) { place = try NPYHeader.dictionaryBytes(start) } catch {
            throw ContentError(path: reader.path, error)
        }
        do throws(FileError) { dictionary = try reader.bytes(place.at, count: place.count) } catch { throw ContentError(error) }
        do throws(HeaderProblem) {
            return (try NPYHeader(dictionary: dictionary), place.at + place.count)
        } catch {
            throw ContentError(path: reader.path, error)
        }
    }
}

extension ArrayFile {
    /// Elements that are brought into another form at a time.
    private static let portion = 4096

    /// Reads elements that follow one another in C order, for which ``isReadWhole`` does not hold.
    /// - Parameters:
    ///   - first: the number of the first one.
    ///   - bytes: room for them.
    public func read(from first: Int, _ bytes: UnsafeMutableRawBufferPointer) throws(FileError) {
        guard isConverted else { return try reader.read(start + first * element.byteCount, bytes) }
        let count = bytes.count / element.byteCount
        var done = 0
        while done < count {
            let part = try converted(first + done, count: min(count - done, Self.portion))
            for (offset, byte) in part.enumerated() { bytes[done * element.byteCount + offset] = byte }
            done += part.count / element.byteCount
        }
    }

    /// Reads all elements.
    /// - Parameter bytes: room for ``byteCount`` bytes.
    public func readAll(_ bytes: UnsafeMutableRawBufferPointer) throws(FileError) {
        guard isReadWhole, elementCount > 0 else { return try read(from: 0, bytes) }
        let width = element.byteCount
        var walk = StridedWalk(shape: header.shape.reversed(), strides: [rowMajorStrides(header.shape).reversed()])
        var done = 0
        while done < elementCount {
            let part = try converted(done, count: min(elementCount - done, Self.portion))
            for element in 0..<(part.count / width) {
                for byte in 0..<width { bytes[walk.offsets[0] * width + byte] = part[element * width + byte] }
                walk.advance()
            }
            done += part.count / width
        }
    }

    /// Elements in the order of the file, as they are read.
    private func converted(_ first: Int, count: Int) throws(FileError) -> [UInt8] {
        let stored = try reader.bytes(start + first * header.element.byteCount, count: count * header.element.byteCount)
        guard isConverted else { return stored }
        var floats = [UInt8](repeating: 0, count: 4 * count)
        for index in 0..<count {
            let value = stored.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self) }
            let bits = Float(Double(bitPattern: UInt64(littleEndian: value))).bitPattern.littleEndian
            floats.withUnsafeMutableBytes { $0.storeBytes(of: bits, toByteOffset: 4 * index, as: UInt32.self) }
        }
        return floats
    }
}
