import Foundation
import Testing

@testable import Files

/// Arrays as NumPy writes them: float64, Fortran order, and what is damaged.
@Suite struct ArrayFileTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("venule-arrays-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func write(_ header: NPYHeader, _ elements: [UInt8], as wanted: NPYHeader.Element? = nil) throws -> ArrayFile {
        try Data(header.bytes + elements).write(to: folder.appendingPathComponent("a.npy"))
        return try ArrayFile(FileReader(path("a.npy")), as: wanted)
    }

    private func bytes<Value>(_ values: [Value]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

    @Test(arguments: [[], [0], [5], [2, 3], [1, 2, 3, 4]])
    func arraysSurviveWriting(shape: [Int]) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let array = NPYArray((0..<shape.reduce(1, *)).map { Float($0) * 0.37 - 1 }, shape: shape)
        try AtomicFile.write(array.fileBytes, to: path("b.npy"))
        #expect(try NPYArray(contentsOf: path("b.npy")) == array)
    }

    @Test func bitsAreKept() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let floats: [Float] = [-0.0, .infinity, .leastNonzeroMagnitude, Float(bitPattern: 0x7FC0_1234)]
        let array = try NPYArray(write(NPYHeader(shape: [4]), bytes(floats)))
        #expect(array.floats.map(\.bitPattern) == floats.map(\.bitPattern))
    }

    /// More than a portion, with parts that begin anywhere.
    @Test func float64BecomesFloat32() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var values: [Double] = [1e300, -.infinity, .nan, 1 + 0x1p-24, 0x1p-149]
        for index in 0..<10_000 { values.append(Double(index) * 0.1 - 500) }
        let file = try write(NPYHeader(.float64, shape: [values.count]), bytes(values), as: .float32)
        #expect(file.element == .float32 && file.note?.contains("float64") == true && !file.isReadWhole)
        let expected = values.map { Float($0).bitPattern }
        #expect(try NPYArray(file).floats.map(\.bitPattern) == expected)
        for (first, count) in [(0, 1), (4095, 2), (777, 9228)] {
            var part = [UInt32](repeating: 0, count: count)
            try part.withUnsafeMutableBytes { try file.read(from: first, $0) }
            #expect(part == Array(expected[first..<(first + count)]))
        }
        #expect(try write(NPYHeader(shape: [1]), bytes([Float(1)])).note == nil)
    }

    /// What nobody wants as float32 stays what it is, bfloat16 included, which NumPy writes as two bytes without a type.
    @Test func everyTypeIsKept() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for element in NPYHeader.Element.allCases {
            let array = NPYArray(element, shape: [3], bytes: [UInt8](1...UInt8(3 * element.byteCount)))
            try AtomicFile.write(array.fileBytes, to: path("b.npy"))
            let read = try NPYArray(contentsOf: path("b.npy"))
            #expect(read == array, "\(element)")
        }
        var header = NPYHeader(.bfloat16, shape: [1]).bytes
        let place = try #require(header.firstIndex(of: UInt8(ascii: "<")))
        header[place] = UInt8(ascii: "|")
        try Data(header + [0x80, 0x3F]).write(to: folder.appendingPathComponent("a.npy"))
        #expect(try ArrayFile(FileReader(path("a.npy"))).element == .bfloat16)
    }

    @Test func fortranOrderIsTurned() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        // The element at [i, j, k] is 100 i + 10 j + k, 2 x 3 x 4 of them, the first axis fastest in the file.
        var turned: [Int] = []
        for k in 0..<4 { for j in 0..<3 { for i in 0..<2 { turned.append(100 * i + 10 * j + k) } } }
        let straight = turned.sorted()
        func read(_ element: NPYHeader.Element, _ elements: [UInt8], as wanted: NPYHeader.Element? = nil) throws -> [UInt8] {
            var header = NPYHeader(element, shape: [2, 3, 4])
            header.isFortranOrder = true
            let file = try write(header, elements, as: wanted)
            #expect(file.isReadWhole)
            return try NPYArray(file).bytes
        }
        #expect(try read(.int64, bytes(turned.map(Int64.init))) == bytes(straight.map(Int64.init)))
        #expect(try read(.int8, bytes(turned.map { Int8(truncatingIfNeeded: $0) })) == bytes(straight.map { Int8(truncatingIfNeeded: $0) }))
        #expect(try read(.float64, bytes(turned.map(Double.init)), as: .float32) == bytes(straight.map(Float.init)))

        // Of one axis that has more than one element both orders are the same.
        var line = NPYHeader(.uint8, shape: [1, 5, 1])
        line.isFortranOrder = true
        let file = try write(line, [1, 2, 3, 4, 5])
        #expect(!file.isReadWhole)
        #expect(try NPYArray(file).bytes == [1, 2, 3, 4, 5])
        // No elements, under sides whose product is beyond any number but for the 0.
        var nothing = NPYHeader(.uint8, shape: [0, 1 << 40, 1 << 40])
        nothing.isFortranOrder = true
        #expect(try NPYArray(write(nothing, [])).bytes.isEmpty)
    }

    @Test func sizesAreCompared() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        func kind(_ shape: [Int], _ count: Int) throws -> ContentError.Kind? {
            do {
                _ = try write(NPYHeader(shape: shape), [UInt8](repeating: 0, count: count))
                return nil
            } catch let error as ContentError {
                return error.kind
            }
        }
        #expect(try kind([2], 8) == nil)
        for (shape, count) in [([3], 8), ([1], 8), ([1 << 61, 4], 8), ([1 << 62], 0)] { #expect(try kind(shape, count) == .damaged) }
    }

    @Test func everyTruncationIsRefused() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let bytes = NPYArray([1, 2, 3, 4, 5, 6], shape: [2, 3]).fileBytes
        for count in 0..<bytes.count {
            try Data(bytes[..<count]).write(to: folder.appendingPathComponent("cut.npy"))
            let error = #expect(throws: ContentError.self) { try NPYArray(contentsOf: path("cut.npy")) }
            #expect(error?.kind == .damaged)
        }
    }

    @Test func whatIsNoFileIsNamed() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for (path, reason) in [
            (path("absent"), "No such file or directory"), (folder.path, "Is a directory"), ("/dev/null", "no regular file"),
        ] {
            let error = #expect(throws: ContentError.self) { try NPYArray(contentsOf: path) }
            #expect(error?.kind == .unreadable)
            #expect(error?.message.hasPrefix("\(path): cannot be opened: ") == true && error?.message.contains(reason) == true)
        }
    }
}
