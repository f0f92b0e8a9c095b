import Platform

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Memory of which the system provides only the pages that are written. The arena of a plan may be larger than this machine's
/// memory, and a probe writes only a few rows of it.
enum UntouchedMemory {
    static var allocator: venule_allocator {
        venule_allocator(
            allocate: { _, byteCount, _ in
                // Pages have a larger alignment than anything asks for.
                let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
                guard let start = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED else { return nil }
                return start
            },
            deallocate: { _, memory, byteCount in munmap(memory, byteCount) },
            context: nil)
    }
}
