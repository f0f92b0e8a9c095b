import Platform

/// The threads that work on the items of a step together. The caller's thread is one of them; if there is only one thread, the
/// caller works alone.
final class ThreadPool {
    private let pool: OpaquePointer?

    /// How long a worker without work spins before it sleeps: longer than the gap between two steps, and too short for anyone
    /// to notice.
    static let spinNanoseconds: UInt64 = 50_000

    /// - Throws: ``RuntimeError/cannotStartThreads(count:code:reason:)``.
    init(threads: Int, allocator: venule_allocator) throws(RuntimeError) {
        guard threads > 1 else {
            pool = nil
            return
        }
        var created: OpaquePointer?
        var allocator = allocator
        // If there are more threads than processors, a thread that spins would keep another one from working.
        let spin = threads > Int(venule_allowed_processors()) ? 0 : Self.spinNanoseconds
        let code = venule_pool_create(UInt32(threads), spin, &allocator, &created)
        guard code == 0, let created else {
            throw .cannotStartThreads(count: threads, code: code, reason: systemText(code))
        }
        pool = created
    }

    func run(_ itemCount: UInt32, _ body: venule_pool_body, _ context: UnsafeMutableRawPointer) {
        if let pool, itemCount > 1 {
            venule_pool_run(pool, itemCount, body, context)
        } else if itemCount > 0 {
            body(context, 0, itemCount, 0)
        }
    }

    deinit {
        if let pool { venule_pool_destroy(pool) }
    }
}
