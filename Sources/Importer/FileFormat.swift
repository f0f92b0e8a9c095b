import GraphIR

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The format of a model file. It is told by the file's first bytes, and by its name only if the format has no signature.
enum FileFormat: Hashable {
    case hdf5
    case kerasArchive
    case onnx
    /// A format that is known but not imported, by its usual name.
    case foreign(String)
    case unknown
}

extension FileFormat {
    /// Throws only when the file cannot be read.
    static func detect(path: String, file: borrowing InputFile) throws(ImportFailure) -> FileFormat {
        let head = try file.bytes(at: 0, count: 128)
        let name = path.lowercased()
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return zipFormat(head, name: name) }
        let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
        // In HDF5, other bytes may stand first; the signature is then at 512, 1024, 2048, …
        var offset = 0
        while offset < file.byteCount {
            if try file.bytes(at: offset, count: 8) == signature { return .hdf5 }
            offset = offset == 0 ? 512 : offset * 2
        }
        if head.dropFirst(4).starts(with: "TFL3".utf8) { return .foreign("TensorFlow Lite") }
        if head.starts(with: [0x80]), head.dropFirst().first.map({ (2...5).contains($0) }) ?? false {
            return .foreign("a Python pickle, such as PyTorch writes")
        }
        if head.starts(with: [0x93] + Array("NUMPY".utf8)) { return .foreign("a NumPy array") }
        if head.starts(with: [0x1F, 0x8B]) { return .foreign("a file compressed by gzip") }
        if name.hasSuffix(".onnx") { return .onnx }
        if try looksLikeONNX(file) { return .onnx }
        let byName = [
            ".pb": "TensorFlow SavedModel or GraphDef", ".tflite": "TensorFlow Lite",
            ".pt": "PyTorch", ".pth": "PyTorch",
        ]
        for (ending, format) in byName where name.hasSuffix(ending) { return .foreign(format) }
        return .unknown
    }

    /// Whether the file's first fields are those of an ONNX `ModelProto`: the IR version, and the graph or the operator sets
    /// among the others. The format has no signature.
    private static func looksLikeONNX(_ file: borrowing InputFile) throws(ImportFailure) -> Bool {
        var offset = 0
        var seen: Set<UInt64> = []
        // ModelProto has not many fields, but may list functions and metadata.
        for _ in 0..<64 where offset < file.byteCount {
            var bytes = try file.bytes(at: offset, count: 20)[...]
            let count = bytes.count
            guard let tag = varint(&bytes), let value = tag & 7 == 0 || tag & 7 == 2 ? varint(&bytes) : nil else { return false }
            let isNumber = tag & 7 == 0
            guard isNumber ? [1, 5].contains(tag >> 3) : [2, 3, 4, 6, 7, 8, 14, 20, 25].contains(tag >> 3) else { return false }
            if isNumber, tag >> 3 == 1, !(1...255).contains(value) { return false }
            seen.insert(tag >> 3)
            offset += count - bytes.count
            guard !isNumber else { continue }
            guard value <= UInt64(file.byteCount - offset) else { break }
            offset += Int(value)
        }
        return seen.contains(1) && (seen.contains(7) || seen.contains(8))
    }

    /// Reads a number of a protocol buffer; nil if there is none of at most ten bytes.
    private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for index in 0..<10 {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << (7 * UInt64(index))
            if byte < 0x80 { return value }
        }
        return nil
    }

    /// A zip archive, by the name of its first entry.
    private static func zipFormat(_ head: [UInt8], name: String) -> FileFormat {
        let entry = String(decoding: head.dropFirst(30), as: UTF8.self)
        if name.hasSuffix(".keras") || ["metadata.json", "config.json", "model.weights.h5"].contains(where: entry.hasPrefix) {
            return .kerasArchive
        }
        if entry.contains("data.pkl") { return .foreign("PyTorch") }
        return .foreign("a zip archive")
    }
}

/// An ordinary file, open for reading.
struct InputFile: ~Copyable {
    let path: String
    let byteCount: Int
    private let descriptor: Int32

    /// Throws `.unreadable` for what is missing, no ordinary file, or not permitted.
    init(path: String) throws(ImportFailure) {
        // O_NONBLOCK, since opening a pipe that nobody writes to would otherwise wait.
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else {
            throw ImportFailure(.unreadable, path: path, summary: "cannot be opened: \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            close(opened)
            throw ImportFailure(
                .unreadable, path: path, summary: isFolder ? "is a folder; a model is one file" : "is no ordinary file")
        }
        descriptor = opened
        byteCount = Int(status.st_size)
        self.path = path
    }

    deinit { close(descriptor) }

    /// The bytes from `offset`, fewer than `count` at the end of the file.
    func bytes(at offset: Int, count: Int) throws(ImportFailure) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                failed = got < 0
                guard got > 0 else { return }
                filled += got
            }
        }
        guard !failed else {
            throw ImportFailure(.unreadable, path: path, summary: "cannot be read: \(String(cString: strerror(errno)))")
        }
        return bytes
    }

    /// The whole file's bytes, mapped.
    func mapped() throws(ONNXError) -> MappedFile {
        guard let file = MappedFile(descriptor: descriptor, count: byteCount) else {
            throw .corrupt("the file", "it cannot be mapped: \(String(cString: strerror(errno)))")
        }
        return file
    }

    /// SHA-256 of the whole file as 64 hexadecimal digits.
    func sha256() throws(ImportFailure) -> String {
        var hasher = SHA256()
        var offset = 0
        while offset < byteCount {
            let block = try bytes(at: offset, count: 1 << 20)
            guard !block.isEmpty else { break }
            hasher.update(block)
            offset += block.count
        }
        return ContentHash(digest: hasher.finalize()).description
    }
}
