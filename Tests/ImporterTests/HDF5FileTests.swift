@preconcurrency import CHDF5
import Testing

@testable import Importer

@Suite struct HDF5FileTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = "\(folder.path)/file.h5"
    }

    /// The error of reading a dataset that must not be read.
    private func error(reading object: String, limits: HDF5Limits = HDF5Limits()) -> HDF5Error? {
        do {
            let file = try HDF5File(path: path, limits: limits)
            _ = try file.floats(at: object)
            return nil
        } catch {
            return error
        }
    }

    private func write(_ body: (borrowing HDF5Editor) throws -> Void) throws {
        let editor = try HDF5Editor(creating: path)
        try body(editor)
    }

    @Test func readsContiguousAndChunkedFloats() throws {
        let values = (0..<30).map { Float($0) / 7 }
        try write { editor in
            try editor.dataset("/whole", shape: [5, 6], values: values)
            try editor.dataset("/chunks", shape: [5, 6], storage: .chunked([2, 4]), values: values)
        }
        let file = try HDF5File(path: path)
        for name in ["/whole", "/chunks"] {
            #expect(try file.describe(at: name).shape == [5, 6])
            #expect(try file.floats(at: name) == values)
        }
    }

    @Test func followsASoftLinkInTheFile() throws {
        try write { editor in
            try editor.dataset("/data", shape: [2], values: [1, 2])
            try editor.softLink("/link", to: "/data")
        }
        let file = try HDF5File(path: path)
        #expect(try file.floats(at: "/link") == [1, 2])
    }

    @Test func circlesAndDanglingLinksLeadNowhere() throws {
        try write { editor in
            try editor.softLink("/a", to: "/b")
            try editor.softLink("/b", to: "/a")
            try editor.softLink("/lost", to: "/nothing")
            try editor.group("/group")
            try editor.softLink("/group/self", to: "/group/self/self")
        }
        for name in ["/a", "/lost", "/group/self", "/group/self/deeper", "/missing/part"] {
            #expect(error(reading: name)?.kind == .corrupt)
            #expect(error(reading: name)?.found == "nothing")
        }
    }

    @Test func refusesToLeaveTheFile() throws {
        let other = "\(folder.path)/other.h5"
        try { () throws in
            let editor = try HDF5Editor(creating: other)
            try editor.dataset("/secret", shape: [1], values: [3])
        }()
        try write { editor in
            try editor.externalLink("/out", to: "/secret", in: "other.h5")
            try editor.externalLink("/root", to: "/", in: "other.h5")
            try editor.softLink("/detour", to: "/out")
            try editor.dataset("/raw", shape: [4], storage: .external(file: "other.h5"))
        }
        #expect(error(reading: "/out")?.found == "a link to another file")
        #expect(error(reading: "/root/secret")?.object == "/root")
        #expect(error(reading: "/detour") != nil)
        #expect(error(reading: "/raw")?.found == "data in other files")
        #expect(error(reading: "/raw")?.kind == .unsupported)
    }

    @Test func refusesClaimsThatTheFileCannotBack() throws {
        try write { editor in
            try editor.dataset("/huge", shape: [1_000_000, 1_000_000], storage: .chunked([8, 8]))
            try editor.dataset("/sparse", shape: [1000, 1000], storage: .chunked([8, 8]))
            try editor.dataset("/wide", shape: [100_000_000], storage: .chunked([100_000_000]))
            try editor.dataset("/overflow", shape: [1 << 40, 1 << 40], storage: .chunked([1, 1]))
        }
        #expect(error(reading: "/huge")?.found == "a tensor of shape 1000000x1000000")
        #expect(error(reading: "/sparse")?.found == "0 stored bytes")
        #expect(error(reading: "/sparse")?.kind == .corrupt)
        #expect(error(reading: "/wide")?.found.hasPrefix("chunks of") == true)
        #expect(error(reading: "/overflow")?.kind == .unsupported)
    }

    @Test func obeysItsLimits() throws {
        try write { editor in try editor.dataset("/data", shape: [10], values: [Float](repeating: 1, count: 10)) }
        var limits = HDF5Limits()
        limits.tensorBytes = 40
        #expect(error(reading: "/data", limits: limits) == nil)
        limits.tensorBytes = 36
        #expect(error(reading: "/data", limits: limits)?.expected == "at most 9 elements")
    }

    /// Compressed chunks, at the edges of a tensor only partly inside, behind every filter that is read.
    @Test func readsCompressedChunks() throws {
        let values = (0..<35).map { Float($0) * 0.5 }
        try write { editor in
            try editor.dataset("/plain", shape: [5, 7], storage: .deflated([2, 3]), values: values)
            try editor.dataset("/all", shape: [5, 7], storage: .deflated([2, 3], shuffled: true, summed: true), values: values)
            try editor.dataset("/never written", shape: [5, 7], storage: .deflated([2, 3]))
        }
        let file = try HDF5File(path: path)
        #expect(try file.floats(at: "/plain") == values)
        #expect(try file.floats(at: "/all") == values)
        #expect(error(reading: "/never written")?.found == "0 stored bytes")
    }

    /// A chunk that inflates to more than it was declared with is given up there, and not when memory is used up.
    @Test(arguments: [false, true]) func chunksInflateNoFurtherThanDeclared(summed: Bool) throws {
        let count = 16 << 20
        try write { editor in
            try editor.dataset(
                "/large", shape: [count], storage: .deflated([count]), values: [Float](repeating: 0, count: count))
            let bomb = try editor.firstChunk(of: "/large", rank: 1)
            // Stored in as much as its declared size, so that only decoding it tells.
            let side = bomb.count / 4 + 1
            try editor.dataset("/bomb", shape: [side], storage: .deflated([side], summed: summed))
            try editor.writeFirstChunk(of: "/bomb", rank: 1, bomb + (summed ? [0, 0, 0, 0] : []))
            try editor.dataset("/stuffed", shape: [64], storage: .deflated([64], summed: summed))
            try editor.writeFirstChunk(of: "/stuffed", rank: 1, bomb)
            try editor.dataset("/garbage", shape: [64], storage: .deflated([64]))
            try editor.writeFirstChunk(of: "/garbage", rank: 1, [UInt8](repeating: 0x78, count: 100))
        }
        let bomb = try #require(error(reading: "/bomb"))
        #expect(bomb.kind == .corrupt && bomb.found.hasPrefix("a chunk of more than "), "\(bomb)")
        #expect(bomb.expected?.hasSuffix(" that its shape takes") == true)
        let stuffed = try #require(error(reading: "/stuffed"))
        #expect(stuffed.found.hasPrefix("a chunk of ") && stuffed.found.hasSuffix(" stored bytes"), "\(stuffed)")
        #expect(stuffed.expected == "the 256 that its shape takes")
        #expect(error(reading: "/garbage")?.found == "damaged data (a chunk cannot be decoded)")
    }

    @Test func refusesWhatIsNoFloatTensor() throws {
        try write { editor in
            try editor.dataset("/integers", shape: [2], element: .int32, values: [1, 2])
            try editor.dataset("/quadruple", shape: [2], element: .float128, values: [1, 2])
            try editor.dataset("/filtered", shape: [2], storage: .unknownFilter)
            try editor.group("/group")
        }
        #expect(error(reading: "/integers")?.found == "elements that are no floats")
        #expect(error(reading: "/quadruple")?.found == "floats of 16 bytes in a layout of their own")
        #expect(error(reading: "/filtered")?.found.contains("32700") == true)
        #expect(error(reading: "/group")?.found == "a group")
    }

    @Test func readsStringsOfEveryPadding() throws {
        try write { editor in
            try editor.attribute("zeros", at: "/", strings: ["a", "bcd", ""], length: 3)
            try editor.attribute("spaces", at: "/", strings: ["a", "bcd", ""], length: 4, padding: H5T_STR_SPACEPAD)
            try editor.attribute("ended", at: "/", strings: ["a", "bcd", ""], length: 4, padding: H5T_STR_NULLTERM)
            try editor.emptyListAttribute("none", at: "/")
        }
        let file = try HDF5File(path: path)
        for name in ["zeros", "spaces", "ended"] {
            #expect(try file.strings(attribute: name, at: "/") == ["a", "bcd", ""])
        }
        #expect(try file.strings(attribute: "none", at: "/") == [])
        #expect(try file.strings(attribute: "other", at: "/") == nil)
    }

    @Test func joinsAListInParts() throws {
        try write { editor in
            try editor.attribute("names0", at: "/", strings: ["a", "b"], length: 1)
            try editor.emptyListAttribute("names1", at: "/")
            try editor.attribute("names2", at: "/", strings: ["c"], length: 1)
        }
        let file = try HDF5File(path: path)
        #expect(try file.splitStrings(attribute: "names", at: "/") == ["a", "b", "c"])
        #expect(try file.splitStrings(attribute: "others", at: "/") == nil)
    }

    @Test func refusesTextThatIsNone() throws {
        try write { editor in
            try editor.attribute("binary", at: "/", bytes: [0xFF, 0xFE], count: 1, length: 2)
            try editor.attribute("zero", at: "/", bytes: [0x61, 0, 0x62], count: 1, length: 3)
        }
        let file = try HDF5File(path: path)
        for name in ["binary", "zero"] {
            #expect(throws: HDF5Error.self) { try file.strings(attribute: name, at: "/") }
        }
    }
}
