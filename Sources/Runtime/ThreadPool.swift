import Platform

/// Threads that run the items of a step together; the caller is one of them, and alone if there is one thread.
final class ThreadPool {
    private let pool: OpaquePointer?

    /// How long an idle worker spins before it sleeps: longer than the gap between two steps, shorter than anyone notices.
    static let spinNanoseconds: UInt64 = 50_000

    /// - Throws: ``RuntimeError/cannotStartThreads(count:code:reason:)``.
    init(threads: Int, allocator: venule_allocator) throws(RuntimeError) {
        guard threads > 1 else {
            pool = nil
            return
        }
        var created: OpaquePointer?
        var allocator = allocator
        // With more threads than processors a spinning thread keeps a working one from running.
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
