import Foundation

/// Not in Swift's module of the C library.
@_silgen_name("memfd_create")
private func createMemoryFile(_ name: UnsafePointer<CChar>, _ flags: CUnsignedInt) -> CInt

/// A file in memory that readers open by its path.
final class MemoryFile {
    private let descriptor: CInt
    let path: UnsafeMutablePointer<CChar>

    init() {
        descriptor = createMemoryFile("fuzz", 0)
        precondition(descriptor >= 0)
        path = strdup("/proc/self/fd/\(descriptor)")
    }

    deinit {
        close(descriptor)
        free(path)
    }

    func set(_ bytes: UnsafeRawBufferPointer) {
        precondition(ftruncate(descriptor, bytes.count) == 0)
        precondition(pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count)
    }
}

/// libFuzzer is single-threaded.
nonisolated(unsafe) let memoryFile = MemoryFile()
