import GraphIR

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The files beside a model in which it keeps tensors. Only files in the model's own folder or below it are opened, and
/// symbolic links on the way are not followed.
struct ONNXExternalData {
    /// The folder that the model's file is in.
    let folder: String
    private var files: [String: MappedFile] = [:]

    init(modelPath: String) {
        let end = modelPath.lastIndex(of: "/")
        folder = end.map { $0 == modelPath.startIndex ? "/" : String(modelPath[..<$0]) } ?? "."
    }

    /// The bytes that the entries `location`, `offset` and `length` of a tensor name.
    mutating func bytes(
        _ entries: [String: String], byteCount: Int, place: String
    ) throws(ONNXError) -> ConstantBytes {
        guard let location = entries["location"], !location.isEmpty else {
            throw .corrupt(place, attribute: "external_data", "no location", accepted: "the name of a file")
        }
        let offset = try number(entries["offset"], "offset", place: place) ?? 0
        let length = try number(entries["length"], "length", place: place) ?? byteCount
        guard length == byteCount else {
            throw .corrupt(place, attribute: "external_data", "a length of \(length) bytes", accepted: "\(byteCount), as its shape says")
        }
        let file = try file(location, place: place)
        guard offset <= file.count, length <= file.count - offset else {
            throw .corrupt(
                place, attribute: "external_data", "\(length) bytes at \(offset) of '\(location)'",
                accepted: "bytes within the file's \(file.count)")
        }
        return .mapped(file, offset: offset, count: length)
    }

    private func number(_ text: String?, _ key: String, place: String) throws(ONNXError) -> Int? {
        guard let text else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw .corrupt(place, attribute: "external_data", "\(key) '\(text)'", accepted: "a number of bytes")
        }
        return number
    }

    private mutating func file(_ location: String, place: String) throws(ONNXError) -> MappedFile {
        if let file = files[location] { return file }
        let components = location.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard !location.hasPrefix("/"), !components.contains(".."), !components.contains("") else {
            throw .corrupt(
                place, attribute: "external_data", "the location '\(location)'",
                accepted: "a file in the model's own folder: no absolute path, no '..'")
        }
        let file = try map(components, location, place: place)
        files[location] = file
        return file
    }

    private func map(_ components: [String], _ location: String, place: String) throws(ONNXError) -> MappedFile {
        func failure(_ found: String) -> ONNXError {
            .corrupt(
                place, attribute: "external_data", "'\(location)' \(found)",
                accepted: "a readable file in the model's own folder, not behind a symbolic link")
        }
        var descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("in a folder that cannot be opened: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        for (index, component) in components.enumerated() {
            let isLast = index == components.count - 1
            let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (isLast ? 0 : O_DIRECTORY)
            let next = openat(descriptor, component, flags)
            // Linux says ELOOP for a link to a file, and ENOTDIR for one to a folder.
            guard next >= 0 else { throw failure("which cannot be opened: \(String(cString: strerror(errno)))") }
            close(descriptor)
            descriptor = next
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw failure("which is no ordinary file") }
        guard let file = MappedFile(descriptor: descriptor, count: Int(status.st_size)) else {
            throw failure("which cannot be mapped: \(String(cString: strerror(errno)))")
        }
        return file
    }
}

extension MappedFile {
    /// The bytes of an open file, which may be closed afterwards; nil where the system refuses.
    convenience init?(descriptor: Int32, count: Int) {
        guard count > 0 else {
            self.init(bytes: UnsafeRawBufferPointer(start: nil, count: 0), unmap: { _ in })
            return
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else { return nil }
        self.init(bytes: UnsafeRawBufferPointer(start: start, count: count)) { bytes in
            munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
        }
    }
}
