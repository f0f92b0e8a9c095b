import Foundation
import Platform
import Testing

@testable import Files

@Suite struct AtomicFileTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("venule-atomic-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func entries() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
    private func bytes(_ name: String) throws -> [UInt8] { try FileReader("\(folder)/\(name)").all(atMost: 100) }

    @Test func anUnwritablePlaceLeavesNothing() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: FileError.self) { try AtomicFile.write([1], to: "\(folder)/absent/copy.png") }
        // A folder or a device in the way must stay what it is.
        #expect(throws: FileError.self) { try AtomicFile.write([1], to: "\(folder)/") }
        let device = #expect(throws: FileError.self) { try AtomicFile.write([1], to: "/dev/null") }
        #expect(device?.description == "/dev/null: cannot be written: it is no regular file")
        #expect(try entries() == [])
    }

    @Test func filesAreWrittenTogetherOrNotAtAll() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AtomicFile.write([1, 2], to: "\(folder)/old")
        #expect(throws: FileError.self) {
            try AtomicFile.write([("\(folder)/old", [3]), ("\(folder)/new", [4]), ("\(folder)/absent/x", [5])])
        }
        #expect(try entries() == ["old"])
        #expect(try bytes("old") == [1, 2])
        try AtomicFile.write([("\(folder)/old", [3]), ("\(folder)/new", [4])])
        #expect(try bytes("old") == [3] && bytes("new") == [4])
    }

    /// Of a file that is replaced the old content can be had back, and of one that was not there its absence.
    @Test(arguments: [true, false]) func aReplacedFileIsRestored(existed: Bool) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        if existed { try AtomicFile.write([1], to: "\(folder)/a") }
        do {
            let replaced = ReplacedFile("\(folder)/a")
            try AtomicFile.write([2], to: "\(folder)/a")
            replaced.restore()
        }
        #expect(try entries() == (existed ? ["a"] : []))
        if existed { #expect(try bytes("a") == [1]) }
        // One that is not asked back leaves no second name.
        do {
            let replaced = ReplacedFile("\(folder)/a")
            try AtomicFile.write([3], to: "\(folder)/a")
            _ = consume replaced
        }
        #expect(try entries() == ["a"] && bytes("a") == [3])
    }

    @Test func filesBeyondALimitAreRefused() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AtomicFile.write([1, 2, 3], to: "\(folder)/a")
        let error = #expect(throws: FileError.self) { try FileReader("\(folder)/a").all(atMost: 2) }
        #expect(error?.description == "\(folder)/a: cannot be read: it is larger than what is read here")
    }

    @Test func foldersAreMadeWithThoseAboveThem() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(venule_directory_create("\(folder)/a//b/c/") == 0)
        #expect(venule_directory_create("\(folder)/a/b") == 0)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() == ["a", "a/b", "a/b/c"])
        try AtomicFile.write([1], to: "\(folder)/file")
        #expect(venule_directory_create("\(folder)/file") == ENOTDIR)
        #expect(venule_directory_create("\(folder)/file/x") == ENOTDIR)
        #expect(venule_directory_create("") == ENOENT)
    }
}

@Suite struct InputAssignmentTests {
    private func assign(_ arguments: [String], _ names: [String]) -> Result<[String?], InputAssignment.Problem> {
        Result { () throws(InputAssignment.Problem) in
            try InputAssignment.assign(arguments.map { Array($0.utf8) }, to: names.map { Array($0.utf8) })
                .map { $0.map { String(decoding: $0, as: UTF8.self) } }
        }
    }

    @Test func namesGoFirst() throws {
        #expect(try assign(["x", "b=y", "z"], ["a", "b", "c"]).get() == ["x", "y", "z"])
        #expect(try assign(["c=x=1"], ["a", "b", "c"]).get() == [nil, nil, "x=1"])
        // No input is called that, so it is a file.
        #expect(try assign(["d=x"], ["a"]).get() == ["d=x"])
        #expect(try assign([], []).get() == [])
        #expect(try assign(["=x"], [""]).get() == ["x"])
    }

    @Test func whatDoesNotFitIsNamed() {
        func message(_ arguments: [String], _ names: [String]) -> String? {
            if case .failure(let problem) = assign(arguments, names) { problem.message } else { nil }
        }
        #expect(message(["a=x", "a=y"], ["a"]) == "--input a=y: this input is given twice")
        #expect(message(["x", "y"], ["a"]) == "--input y: there are only the inputs 'a'")
        #expect(message(["x"], ["a", "b"]) == nil)
    }
}
