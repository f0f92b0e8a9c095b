import Platform

/// The system's memory, of which each allocation is asked about first, and which are counted.
public final class WatchedAllocator {
    /// Allocations that have not been given back.
    public private(set) var live = 0
    private let isAllowed: () -> Bool

    /// - Parameter isAllowed: Called at each allocation; none is made if it returns false.
    public init(_ isAllowed: @escaping () -> Bool) { self.isAllowed = isAllowed }

    /// What a model or session is given; it must not outlive the allocator.
    public var hooks: venule_allocator {
        venule_allocator(
            allocate: { context, byteCount, alignment in
                let allocator = Unmanaged<WatchedAllocator>.fromOpaque(context!).takeUnretainedValue()
                guard allocator.isAllowed() else { return nil }
                allocator.live += 1
                return venule_allocator_system().allocate(nil, byteCount, alignment)
            },
            deallocate: { context, memory, byteCount in
                Unmanaged<WatchedAllocator>.fromOpaque(context!).takeUnretainedValue().live -= 1
                venule_allocator_system().deallocate(nil, memory, byteCount)
            },
            context: Unmanaged.passUnretained(self).toOpaque())
    }
}
