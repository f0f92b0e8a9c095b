import Foundation
import Platform
import Testing

@Suite struct PlatformTests {
    private final class Counts {
        let items: UnsafeMutablePointer<UInt32>
        init(_ count: Int) {
            items = .allocate(capacity: count)
            items.initialize(repeating: 0, count: count)
        }
        deinit { items.deallocate() }
    }

    /// Each item of each of many short jobs runs once, whatever the number of items and of threads.
    @Test(arguments: [1, 2, 3, 8] as [UInt32]) func poolRunsEveryItemOnce(threads: UInt32) throws {
        var pool: OpaquePointer?
        var allocator = venule_allocator_system()
        // Without spinning the workers sleep between any two jobs, which is where a wake-up could be lost.
        for spin in [0, 20_000] as [UInt64] {
            try #require(venule_pool_create(threads, spin, &allocator, &pool) == 0)
            let created = try #require(pool)
            let counts = Counts(1000)
            var total = 0
            for job in 0..<2000 {
                let items = UInt32(job % 40 == 0 ? 1000 : job % 7)
                venule_pool_run(
                    created, items,
                    { context, first, end, _ in
                        let counts = Unmanaged<Counts>.fromOpaque(context).takeUnretainedValue()
                        for item in first..<end { counts.items[Int(item)] += 1 }
                    }, Unmanaged.passUnretained(counts).toOpaque())
                total += Int(items)
            }
            #expect((0..<1000).reduce(0) { $0 + Int(counts.items[$1]) } == total)
            #expect(counts.items[999] == 50)
            venule_pool_destroy(created)
        }
    }

    @Test func poolSizesAreBounded() {
        var pool: OpaquePointer?
        var allocator = venule_allocator_system()
        #expect(venule_pool_create(0, 0, &allocator, &pool) == EINVAL)
        #expect(venule_pool_create(1025, 0, &allocator, &pool) == EINVAL)
        #expect(pool == nil)
    }

    @Test func filesAreWrittenWhollyOrNotAtAll() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("venule-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a").path
        func write(_ path: String, _ text: String) -> Int32 {
            var writer = venule_writer()
            let code = venule_writer_open(path, &writer)
            guard code == 0 else { return code }
            let bytes = Array(text.utf8)
            // The end first: each part goes to its place.
            #expect(bytes.withUnsafeBytes { venule_writer_write(&writer, 2, $0.baseAddress! + 2, $0.count - 2) } == 0)
            #expect(bytes.withUnsafeBytes { venule_writer_write(&writer, 0, $0.baseAddress, 2) } == 0)
            return venule_writer_commit(&writer, path)
        }
        #expect(write(path, "first") == 0)
        #expect(write(path, "second") == 0)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "second")
        #expect(write(folder.path, "over a folder") == EISDIR)
        #expect(write("/dev/null", "over a device") == VENULE_NO_REGULAR_FILE)
        #expect(symlink("a", path + "-link") == 0)
        #expect(write(path + "-link", "over a link") == VENULE_SYMBOLIC_LINK)
        unlink(path + "-link")
        #expect(write(path + "/below", "a file") == ENOTDIR)
        // Two at a time for one place; one is given up.
        var writers = [venule_writer(), venule_writer()]
        #expect(venule_writer_open(path, &writers[0]) == 0 && venule_writer_open(path, &writers[1]) == 0)
        venule_writer_abandon(&writers[1], path)
        #expect(venule_writer_commit(&writers[0], path) == 0)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    }

    /// As the first process of a container has the number 1 again and again: what one that was killed left behind stops no other.
    @Test func leftOversStopNobody() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("venule-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a").path
        for _ in 0..<3 {
            var leftOver = venule_writer()
            #expect(venule_writer_open(path, &leftOver) == 0)
            close(leftOver.descriptor)
        }
        var writer = venule_writer()
        #expect(venule_writer_open(path, &writer) == 0 && venule_writer_commit(&writer, path) == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.contains("a") && names.filter { $0.hasPrefix(".venule-") && $0.hasSuffix(".partial") }.count == 3)
        // The longest name there can be.
        let long = folder.appendingPathComponent(String(repeating: "n", count: 255)).path
        #expect(venule_writer_open(long, &writer) == 0 && venule_writer_commit(&writer, long) == 0)
    }

    @Test func theSystemAnswers() {
        #expect(venule_allowed_processors() >= 1)
        #expect(venule_peak_resident_bytes() > 1 << 20)
        let start = venule_monotonic_nanoseconds()
        #expect(venule_monotonic_nanoseconds() >= start)
    }
}
