import Foundation
import GraphIR
import TestSupport
import Testing

@testable import Importer

/// libhdf5 in a process of its own: the same answers, and whatever happens to that process is an error of the file.
@Suite struct HDF5ProcessTests {
    private let folder: TemporaryFolder
    private let program: String

    init() throws {
        folder = try TemporaryFolder()
        program = try builtProduct("venule")
    }

    private func failure(of path: String) -> ImportFailure? {
        do {
            _ = try ModelImporter.read(path: path, options: ImportOptions(hdf5: .program(program)))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["iternet/k2_n3_full.hdf5", "keras/keras2.3/nested/model.h5", "keras/keras3/nested/model.keras"])
    func readsTheSame(name: String) throws {
        let path = try Fixtures.path(name)
        let here = try ModelImporter.read(path: path)
        let there = try ModelImporter.read(path: path, options: ImportOptions(hdf5: .program(program)))
        #expect(here.summary == there.summary)
        #expect(here.graph.functions == there.graph.functions)
        #expect(
            here.graph.constants.ids.map { here.graph.constants[$0] }
                == there.graph.constants.ids.map { there.graph.constants[$0] })
    }

    @Test(arguments: ["missing_dataset", "wrong_shape", "no_names", "truncated", "sequential_full", "unet_weights"])
    func refusesTheSame(name: String) throws {
        let path = Fixture.bad(name)
        #expect(failure(of: path) == Fixture.failure(of: path))
    }

    @Test func answersEveryQuestionAlike() throws {
        let path = "\(folder.path)/file.h5"
        try { () throws in
            let editor = try HDF5Editor(creating: path)
            try editor.group("/group")
            try editor.dataset("/data", shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
            try editor.dataset("/integers", shape: [2], element: .int32, values: [1, 2])
            try editor.dataset("/empty", shape: [0])
            try editor.attribute("names", at: "/group", strings: ["a", "", "ÄÖ"], length: 4)
            try editor.emptyListAttribute("none", at: "/group")
            try editor.externalLink("/out", to: "/data", in: "other.h5")
        }()
        func answers<Source: HDF5Source & ~Copyable>(_ source: borrowing Source) -> [String] {
            func text<Answer>(_ body: () throws(HDF5Error) -> Answer) -> String {
                do throws(HDF5Error) { return "\(try body())" } catch { return "\(error)" }
            }
            var all = ["\(text { () throws(HDF5Error) in try source.names(in: "/", limit: 3) })"]
            for path in ["/", "/group", "/data", "/integers", "/empty", "/out", "/missing"] {
                all.append(text { () throws(HDF5Error) in try source.kind(at: path) })
                all.append(text { () throws(HDF5Error) in try source.describe(at: path) })
                all.append(text { () throws(HDF5Error) in try source.floats(at: path) })
                for name in ["names", "none", "lacking"] where path != "/out" && path != "/missing" {
                    all.append(text { () throws(HDF5Error) in try source.strings(attribute: name, at: path) })
                }
            }
            return all
        }
        let here = try HDF5File(path: path)
        let there = try HDF5Process.open(path: path, limits: HDF5Limits(), program: program)
        let expected = answers(here)
        #expect(answers(there) == expected)
        #expect(expected.contains("[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]"))
        #expect(expected.contains { $0.contains("a link to another file") })
    }

    /// Single bytes on which libhdf5 1.10.8 crashes. Other versions may notice.
    @Test(arguments: [(76_873, UInt8(222)), (76_903, 66)])
    func survivesACrashOfTheLibrary(offset: Int, byte: UInt8) throws {
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixture.iterNet("k1_n1_float16"))))
        bytes[offset] = byte
        let failure = try #require(failure(of: try folder.write(bytes, as: "crash.h5")))
        #expect(failure.kind == .corrupt, "\(failure)")
        #expect(failure.problems.count == 1)
        let result = try runProcess(program, ["inspect", "\(folder.path)/crash.h5"])
        #expect(result.status == 3, "\(result.standardError)")
    }

    @Test func survivesAnyDamage() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixture.iterNet("k1_n1_float16"))))
        var random = SplitMix64(seed: 20)
        var refused = 0
        for _ in 0..<24 {
            var damaged = bytes
            for _ in 0..<8 { damaged[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next()) }
            if let failure = failure(of: try folder.write(damaged, as: "damaged.h5")) {
                refused += 1
                #expect(failure.kind != .unreadable)
            }
        }
        #expect(refused > 8)
    }

    /// Programs that are no reader of HDF5: one that ends, one that is silent, some that answer nonsense.
    @Test(arguments: [
        ("exit", "an end of libhdf5 (exit status 7)"), ("crash", "a crash of libhdf5 (signal 11)"),
        ("killed", "seconds of processor time"), ("silent", "no answer within 1 seconds"),
        ("endless", "no answer within 1 seconds"), ("nonsense", "lost its way"), ("wordless", "lost its way"),
    ])
    func distrustsTheProcess(behaviour: String, message: String) throws {
        var limits = HDF5Limits()
        if ["silent", "endless"].contains(behaviour) { limits.processSeconds = 1 }
        do throws(HDF5Error) {
            _ = try HDF5Process.open(path: behaviour, limits: limits, program: "\(Fixture.folder)/no-hdf5-reader.sh")
            Issue.record("it opened")
        } catch {
            #expect(error.kind == .corrupt)
            #expect(error.found.contains(message), "\(error)")
        }
    }

    @Test func saysWhenTheProgramIsMissing() throws {
        do throws(HDF5Error) {
            _ = try HDF5Process.open(path: Fixture.iterNet("k2_n1"), limits: HDF5Limits(), program: "/nowhere/venule")
            Issue.record("it opened")
        } catch {
            #expect(error.found == "'/nowhere/venule', which reads HDF5 files, cannot be started")
        }
    }

    /// 64 KiB more than the process has at its start do not hold a tensor of a megabyte.
    @Test func limitsMemory() throws {
        let path = "\(folder.path)/large.h5"
        try { () throws in
            let editor = try HDF5Editor(creating: path)
            let count = 16 << 20
            try editor.dataset("/data", shape: [count], values: [Float](repeating: 1, count: count))
        }()
        var limits = HDF5Limits()
        let roomy = try HDF5Process.open(path: path, limits: limits, program: program)
        #expect(try roomy.floats(at: "/data").count == 16 << 20)
        limits.processBytes = 8 << 20
        do throws(HDF5Error) {
            let tight = try HDF5Process.open(path: path, limits: limits, program: program)
            _ = try tight.floats(at: "/data")
            Issue.record("it was read")
        } catch {
            #expect(error.kind == .corrupt)
        }
    }
}

@Suite struct HDF5MessageTests {
    @Test func readsWhatItWrites() throws {
        var message = HDF5Message()
        let error = HDF5Error(.unsupported, "/a", attribute: "b", found: "c", expected: nil)
        message.put(UInt8(9))
        message.put(1 << 40)
        message.put(["x", "", "ß"])
        message.put(error)
        let description = HDF5DatasetDescription(shape: [2, 3], elementCount: 6, storedElementBytes: 4)
        description.write(to: &message)
        #expect(try message.byte() == 9)
        #expect(try message.number(atMost: 1 << 40) == 1 << 40)
        #expect(try message.texts() == ["x", "", "ß"])
        #expect(try message.error() == error)
        #expect(try HDF5DatasetDescription(&message, limits: HDF5Limits()) == description)
        #expect(message.isAtEnd)
    }

    /// Every prefix of a message and every number in it made huge is refused, never a trap.
    @Test func refusesNonsense() {
        var message = HDF5Message()
        message.put(["abc", "def"])
        HDF5DatasetDescription(shape: [1 << 20, 1 << 20], elementCount: 1, storedElementBytes: 4).write(to: &message)
        for count in 0..<message.bytes.count {
            var cut = HDF5Message(bytes: Array(message.bytes.prefix(count)))
            #expect(throws: HDF5Message.Malformed.self) {
                _ = try cut.texts()
                _ = try HDF5DatasetDescription(&cut, limits: HDF5Limits())
            }
        }
        for index in message.bytes.indices {
            var bytes = message.bytes
            bytes[index] = 0xFF
            var changed = HDF5Message(bytes: bytes)
            _ = try? changed.texts()
            _ = try? HDF5DatasetDescription(&changed, limits: HDF5Limits())
        }
        // 2^40 elements are more than any limit.
        var whole = message
        _ = try? whole.texts()
        #expect(throws: HDF5Message.Malformed.self) { try HDF5DatasetDescription(&whole, limits: HDF5Limits()) }
    }
}
