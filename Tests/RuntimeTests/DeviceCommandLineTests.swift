import Files
import Foundation
import PlanFormat
import Testing

@testable import DeviceCommandLine

/// `venule-run`, called in this process.
@Suite struct DeviceCommandLineTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("venule-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func run(_ arguments: String...) -> Int32 {
        let strings = (["venule-run"] + arguments).map { strdup($0) }
        defer { for string in strings { free(string) } }
        return strings.withUnsafeBufferPointer { runMain(Int32($0.count), $0.baseAddress!) }
    }

    private func writePlan(_ network: SmallNetwork) throws {
        try Data(PlanWriter.bytes(of: network.plan, constants: network.constants)).write(to: folder.appendingPathComponent("a.plan"))
    }

    private func writeArray(_ name: String, shape: [Int], _ values: [Float]) throws {
        let data = values.withUnsafeBytes { Data(NPYHeader(shape: shape).bytes + $0) }
        try data.write(to: folder.appendingPathComponent(name))
    }

    private func readArray(_ name: String) throws -> (shape: [Int], values: [Float]) {
        let array = try NPYArray(contentsOf: path(name))
        return (array.shape, array.floats)
    }

    @Test func runsAndWritesEachOutput() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let network = SmallNetwork(height: 6, width: 10, stepRows: 2)
        try writePlan(network)
        let input = network.input(seed: 8)
        try writeArray("x.npy", shape: [1, 6, 10, 3], input.floats)
        #expect(run("run", path("a.plan"), "--input", path("x.npy"), "--output-dir", path("out"), "--threads", "2", "--repeat", "2") == 0)
        let expected = network.expected(input)
        let map = try readArray("out/map.npy")
        #expect(map.shape == [1, 6, 10, 2])
        #expect(map.values == expected.map.floats)
        #expect(try readArray("out/deep.npy").values == expected.deep.floats)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path("out")).sorted() == ["deep.npy", "map.npy"])
        // By name, without a batch side, over existing files.
        try writeArray("y.npy", shape: [6, 10, 3], input.floats.reversed())
        #expect(run("run", path("a.plan"), "--input", "photo=" + path("y.npy"), "--output-dir", path("out")) == 0)
        let other = IntegerImage(6, 10, 3, input.values.reversed())
        #expect(try readArray("out/map.npy").values == network.expected(other).map.floats)
    }

    @Test func describesAndMeasures() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try writePlan(SmallNetwork(height: 4, width: 4, stepRows: 1))
        #expect(run("describe", path("a.plan")) == 0)
        #expect(run("bench", path("a.plan"), "--runs", "3", "--threads", "1", "--per-operation") == 0)
        #expect(run("--help") == 0)
        #expect(run("--version") == 0)
    }

    @Test func exitStatuses() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let network = SmallNetwork(height: 4, width: 4, stepRows: 1)
        try writePlan(network)
        try writeArray("x.npy", shape: [1, 4, 4, 3], network.input(seed: 1).floats)
        try writeArray("wide.npy", shape: [1, 4, 12], network.input(seed: 1).floats)
        let whole = try Data(contentsOf: folder.appendingPathComponent("x.npy"))
        try whole.dropLast(4).write(to: folder.appendingPathComponent("short.npy"))
        try Data("no array at all".utf8).write(to: folder.appendingPathComponent("text.npy"))
        try Data(count: 300).write(to: folder.appendingPathComponent("zero.plan"))

        #expect(run() == 1)
        #expect(run("walk") == 1)
        #expect(run("run", path("a.plan"), "--input", path("x.npy")) == 1)
        #expect(run("run", path("a.plan"), "--output-dir", path("out")) == 1)
        #expect(run("run", path("a.plan"), "--speed", "9", "--output-dir", path("out")) == 1)
        #expect(run("bench", path("a.plan"), "--runs", "0") == 1)
        #expect(run("bench", path("a.plan"), "--threads", "1x") == 1)
        #expect(run("bench", path("a.plan"), "--threads", "2000") == 1)
        func runInput(_ names: String...) -> Int32 {
            let inputs = names.flatMap { ["--input", $0] }
            let arguments = ["venule-run", "run", path("a.plan"), "--output-dir", path("out")] + inputs
            let strings = arguments.map { strdup($0) }
            defer { for string in strings { free(string) } }
            return strings.withUnsafeBufferPointer { runMain(Int32($0.count), $0.baseAddress!) }
        }
        #expect(runInput(path("absent.npy")) == 1)
        #expect(runInput(path("wide.npy")) == 1)
        #expect(runInput(path("x.npy"), path("x.npy")) == 1)
        #expect(runInput("photo=" + path("x.npy"), "photo=" + path("x.npy")) == 1)
        #expect(runInput(path("short.npy")) == 3)
        #expect(runInput(path("text.npy")) == 2)
        #expect(run("describe", path("zero.plan")) == 3)
        #expect(run("describe", path("absent.plan")) == 1)
        // Nothing was left behind by any of them.
        #expect(!FileManager.default.fileExists(atPath: path("out")))
        // A file where the folder should be.
        #expect(run("run", path("a.plan"), "--input", path("x.npy"), "--output-dir", path("x.npy")) == 1)
    }

    @Test func outputNamesAreSafeAndDistinct() {
        let names = ["model/final:0", "model_final_0", "../x", "", ".hidden", "größe"]
        #expect(
            OutputNames.fileNames(for: names.map { Array($0.utf8) }).map { String(decoding: $0, as: UTF8.self) }
                == ["model_final_0", "model_final_0_2", "_._x", "output", "_hidden", "gr____e"])
    }

    /// What NumPy makes of an array and is not as a plan has it: converted, read in its order, or refused as what it is.
    @Test func arraysOfOtherForms() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let network = SmallNetwork(height: 6, width: 10, stepRows: 2)
        try writePlan(network)
        let input = network.input(seed: 8)
        let expected = network.expected(input).map.floats
        func write(_ name: String, _ descr: String, fortran: Bool = false, _ bytes: [UInt8]) throws {
            var text = Array("{'descr': '\(descr)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (1, 6, 10, 3), }".utf8)
            while (11 + text.count) % 64 != 0 { text.append(32) }
            let start: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(text.count + 1), 0]
            try Data(start + text + [10] + bytes).write(to: folder.appendingPathComponent(name))
        }
        let floats = input.floats
        // The first axis fastest: channel after channel, and in it column after column.
        var turned: [Float] = []
        for channel in 0..<3 {
            for column in 0..<10 { for row in 0..<6 { turned.append(floats[(row * 10 + column) * 3 + channel]) } }
        }
        func bytes(_ values: [some Any]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }
        try write("f8.npy", "<f8", bytes(floats.map(Double.init)))
        try write("turned.npy", "<f4", fortran: true, bytes(turned))
        try write("both.npy", "<f8", fortran: true, bytes(turned.map(Double.init)))
        for name in ["f8.npy", "turned.npy", "both.npy"] {
            #expect(run("run", path("a.plan"), "--input", path(name), "--output", path("map.npy")) == 0, "\(name)")
            #expect(try readArray("map.npy").values == expected, "\(name)")
            #expect(run("bench", path("a.plan"), "--input", path(name), "--runs", "1") == 0, "\(name)")
        }
        for (type, status) in [(">f4", 2), ("<i4", 1), ("<u4", 1)] as [(String, Int32)] {
            try write("other.npy", type, bytes(floats))
            #expect(run("run", path("a.plan"), "--input", path("other.npy"), "--output", path("y.npy")) == status, "\(type)")
        }
        try Data([0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 60)).write(to: folder.appendingPathComponent("a.npz"))
        for name in ["a.npz", "a.npz:photo"] {
            #expect(run("run", path("a.plan"), "--input", path(name), "--output", path("y.npy")) == 2)
        }
        try write("short.npy", "<f8", bytes(floats))
        #expect(run("run", path("a.plan"), "--input", path("short.npy"), "--output", path("y.npy")) == 3)
        #expect(!FileManager.default.fileExists(atPath: path("y.npy")))
    }
}
