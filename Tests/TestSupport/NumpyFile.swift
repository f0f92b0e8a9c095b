import Foundation

/// A float32 array in NumPy's `.npy` format (versions 1 to 3, row-major, little-endian).
public struct NumpyFile {
    public let shape: [Int]
    public let floats: [Float]

    public init(shape: [Int], floats: [Float]) {
        self.shape = shape
        self.floats = floats
    }

    public init(path: String) throws { try self.init(bytes: Array(try Data(contentsOf: URL(fileURLWithPath: path)))) }

    /// Reads what `numpy.save` writes. Throws where the bytes are of another format or of another kind of array.
    public init(bytes: [UInt8]) throws {
        guard bytes.count >= 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw TestSupportError("no .npy file: its first bytes are \(bytes.prefix(6))")
        }
        let lengthBytes = bytes[6] == 1 ? 2 : 4
        let headerStart = 8 + lengthBytes
        let headerCount = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
        guard headerStart + headerCount <= bytes.count else { throw TestSupportError("the .npy header is cut off") }
        let header = String(decoding: bytes[headerStart..<(headerStart + headerCount)], as: UTF8.self)
        guard header.contains("'<f4'"), header.contains("'fortran_order': False") else {
            throw TestSupportError("the .npy file is no row-major float32 array: \(header)")
        }
        guard let sides = header.firstMatch(of: /'shape': \(([0-9, ]*)\)/) else {
            throw TestSupportError("the .npy header has no shape: \(header)")
        }
        let shape = sides.1.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
        let count = shape.reduce(1, *)
        guard bytes.count - headerStart - headerCount == 4 * count else {
            throw TestSupportError("the .npy file has \(bytes.count - headerStart - headerCount) bytes of data for the shape \(shape)")
        }
        self.shape = shape
        floats = bytes.withUnsafeBytes { raw in
            (0..<count).map { position in
                let bits = raw.loadUnaligned(fromByteOffset: headerStart + headerCount + 4 * position, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
    }

    /// The file's bytes, as NumPy writes them in format 1.
    public var bytes: [UInt8] {
        let sides = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sides)), }"
        header += String(repeating: " ", count: (64 - (10 + header.utf8.count + 1) % 64) % 64) + "\n"
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        bytes += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
        for value in floats { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
        return bytes
    }

    public func write(to path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
}
