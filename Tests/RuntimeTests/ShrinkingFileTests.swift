import Foundation
import PlanFormat
import RuntimeTestSupport
import Testing

@testable import DeviceCommandLine
@testable import Runtime

/// Plan files that another process cuts short. A mapped one ends the process (`CommandLineTests.ShrinkingFileTests`).
@Suite struct ShrinkingFileTests {
    private let network = SmallNetwork(height: 12, width: 10, stepRows: 2)
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("venule-shrinking-\(UUID().uuidString)").path

    private func write() throws -> Int {
        let bytes = PlanWriter.bytes(of: network.plan, constants: network.constants)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return bytes.count
    }

    private func cut(to size: Int) { #expect(truncate(path, off_t(size)) == 0) }

    /// Cut while the run waits for its first row, when no kernel has read a weight.
    private func expectSoundRun(_ model: Model, cutTo size: Int) throws {
        let session = try Session(model, options: SessionOptions(threads: 1))
        let input = network.input(seed: 6).floats.bytes
        try session.start(inputs: [.rows], outputs: [.rows, .rows])
        var outputs: [[UInt8]] = [[], []]
        var isWhole = true
        loop: while true {
            switch try session.advance() {
            case .inputRows(let rows):
                if isWhole { cut(to: size) }
                isWhole = false
                rows.bytes.copyBytes(from: input[(rows.firstRow * rows.rowBytes)...].prefix(rows.bytes.count))
            case .outputRows(let rows): outputs[rows.entry] += rows.bytes
            case .finished: break loop
            }
        }
        let expected = network.expected(network.input(seed: 6))
        #expect(!isWhole)
        #expect(outputs == [expected.deep.floats.bytes, expected.map.floats.bytes])
        try model.checkConstants()
    }

    @Test(arguments: [0, 2]) func aCopyDoesNotNeedItsFile(part: Int) throws {
        defer { unlink(path) }
        let size = try write()
        try expectSoundRun(try Model(path: path, isMapped: false), cutTo: size * part / 4)

        _ = try write()
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0)
        let model = try Model(descriptor: descriptor, isMapped: false)
        close(descriptor)
        try expectSoundRun(model, cutTo: size * part / 4)
    }

    /// What `venule-run --no-mmap` loads is such a copy.
    @Test func theRunnerReadsAPlanIntoMemory() throws {
        defer { unlink(path) }
        _ = try write()
        let words: [String] = ["venule-run", "bench", path, "--no-mmap"]
        let strings = words.map { strdup($0) }
        defer { for string in strings { free(string) } }
        let arguments = try strings.withUnsafeBufferPointer { try Arguments($0.baseAddress!, count: $0.count) }
        try expectSoundRun(try loadModel(arguments), cutTo: 0)
    }

    /// Wherever the file ends when it is opened it is refused, mapped or not.
    @Test func cutBeforeItIsLoaded() throws {
        defer { unlink(path) }
        let size = try write()
        for left in [0, 1, 63, 64, size / 2, size - 1] {
            cut(to: size)
            _ = try write()
            cut(to: left)
            for isMapped in [true, false] {
                let error = #expect(throws: RuntimeError.self) { try Model(path: path, isMapped: isMapped) }
                #expect(error?.status == .corrupt && error?.description.isEmpty == false)
            }
        }
    }

    /// Cut between the moment when its size is asked for and that when it is read, which is when memory is asked for.
    @Test(arguments: [0, 2]) func cutWhileItIsLoaded(part: Int) throws {
        defer { unlink(path) }
        let left = off_t(try write() * part / 4)
        let cutter = WatchedAllocator { truncate(path, left) == 0 }
        let error = #expect(throws: RuntimeError.self) { try Model(path: path, isMapped: false, allocator: cutter.hooks) }
        #expect(error?.description == "\(path): cannot be read: the file ends early")
        #expect(error?.status == .corrupt)
        #expect(cutter.live == 0)
    }
}
