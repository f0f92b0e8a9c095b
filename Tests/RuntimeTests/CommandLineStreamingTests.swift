import Files
import Foundation
import PlanFormat
import RuntimeTestSupport
import Testing

@testable import DeviceCommandLine
@testable import Runtime

/// `venule-run run` with files whose rows are read and written as the run goes.
@Suite struct CommandLineStreamingTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("venule-stream-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func run(_ arguments: [String]) -> Int32 {
        let strings = (["venule-run"] + arguments).map { strdup($0) }
        defer { for string in strings { free(string) } }
        return strings.withUnsafeBufferPointer { runMain(Int32($0.count), $0.baseAddress!) }
    }

    private func run(_ plan: String, _ input: String, _ output: String, _ rest: String...) -> Int32 {
        run(["run", path(plan), "--input", path(input), "--output", path(output), "--threads", "1"] + rest)
    }

    private func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
    }

    private func write(_ name: String, _ network: SmallNetwork) throws {
        try write(name, PlanWriter.bytes(of: network.plan, constants: network.constants))
    }

    private func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appendingPathComponent(name))) }

    private func array(_ header: NPYHeader, _ data: [UInt8]) -> [UInt8] { header.bytes + data }

    /// Copies its input of one or three channels; output 0 is the image, output 1 its rows again.
    private func copying(channels: Int, layout: EntryPoint.Layout = .nhwc) -> Plan {
        let (height, width) = (5, 4)
        let shape = layout == .nhwc ? [1, height, width, channels] : [1, channels, height, width]
        let tensor = PlainTensor(.float32, shape)
        var plan = Plan()
        plan.inputs = [EntryPoint(name: Array("x".utf8), tensor, layout: layout)]
        plan.outputs = [
            EntryPoint(name: Array("y".utf8), tensor, layout: layout), EntryPoint(name: Array("z".utf8), tensor, layout: layout),
        ]
        plan.values = [PlanValue(channels: channels, width: width, height: height, ringRows: 1, storage: .arena(offset: 0))]
        plan.operations = [
            PlanOperation(.input(entry: 0), sources: [], results: [PlanValueID(0)]),
            PlanOperation(.output(entry: 0), sources: [PlanValueID(0)], results: []),
            PlanOperation(.output(entry: 1), sources: [PlanValueID(0)], results: [], firstExit: 1),
        ]
        for row in 0..<height {
            for operation in 0..<3 { plan.schedule.append(Step(PlanOperationID(operation), firstRow: row, rowCount: 1)) }
        }
        PlanAssembly.layOut(&plan)
        return plan
    }

    private func writeCopying(_ name: String, channels: Int, layout: EntryPoint.Layout = .nhwc) throws {
        try write(name, PlanWriter.bytes(of: copying(channels: channels, layout: layout), constants: []))
    }

    @Test func picturesBecomeFractionsAndBack() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try writeCopying("rgb.plan", channels: 3)
        try writeCopying("planes.plan", channels: 3, layout: .nchw)
        try writeCopying("grey.plan", channels: 1)
        let samples = (0..<60).map { UInt8($0 * 4 + 7) }
        try write("a.ppm", Array("P6 # a comment\n4\t5\n# 7 8\n255\n".utf8) + samples)
        let fractions = samples.map { Float($0) / 255 }

        #expect(run("rgb.plan", "a.ppm", "a.npy") == 0)
        #expect(try bytes("a.npy") == array(NPYHeader(shape: [1, 5, 4, 3]), fractions.bytes))
        // Without a mapping, and over an existing file.
        #expect(run("planes.plan", "a.ppm", "a.npy", "--no-mmap") == 0)
        let planes = (0..<3).flatMap { channel in (0..<20).map { fractions[3 * $0 + channel] } }
        #expect(try bytes("a.npy") == array(NPYHeader(shape: [1, 3, 5, 4]), planes.bytes))
        // The array back in.
        #expect(run("planes.plan", "a.npy", "b.npy") == 0)
        #expect(try bytes("b.npy") == bytes("a.npy"))

        #expect(run("grey.plan", "a.ppm", "grey.npy") == 0)
        let luminance = (0..<20).map { pixel -> Float in
            let (red, green, blue) = (fractions[3 * pixel], fractions[3 * pixel + 1], fractions[3 * pixel + 2])
            return 0.299 * red + 0.587 * green + 0.114 * blue
        }
        #expect(try bytes("grey.npy") == array(NPYHeader(shape: [1, 5, 4, 1]), luminance.bytes))

        // 255 p rounded is the byte that p was made of; a grey picture fits three channels too.
        let grey = Array(samples[..<20])
        let picture = Array("P5\n4 5\n255\n".utf8) + grey
        try write("g.pgm", picture)
        #expect(run("grey.plan", "g.pgm", "out.pgm") == 0)
        #expect(try bytes("out.pgm") == picture)
        #expect(run("rgb.plan", "g.pgm", "g.npy") == 0)
        #expect(
            try bytes("g.npy")
                == array(NPYHeader(shape: [1, 5, 4, 3]), grey.flatMap { [Float](repeating: Float($0) / 255, count: 3) }.bytes))
        // Two bytes a sample, the high one first.
        let wide = grey.map { Int($0) * 3 }
        try write("w.pgm", Array("P5 4 5 1000 ".utf8) + wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })
        #expect(run("grey.plan", "w.pgm", "w.npy") == 0)
        #expect(try bytes("w.npy") == array(NPYHeader(shape: [1, 5, 4, 1]), wide.map { Float(Double($0) / 1000) }.bytes))

        // Masks.
        let threshold = Float(100) / 255
        for (value, text) in [(threshold, "0.39215687"), (0.5, "0.5"), (0, "0"), (1, "1.0")] {
            #expect(run("grey.plan", "g.pgm", "mask.pgm", "--threshold", text) == 0)
            let expected = grey.map { UInt8(Float($0) / 255 >= value ? 255 : 0) }
            #expect(try bytes("mask.pgm") == Array("P5\n4 5\n255\n".utf8) + expected)
        }
        #expect(run("rgb.plan", "a.ppm", "mask.npy", "--threshold", ".5") == 0)
        #expect(try bytes("mask.npy") == array(NPYHeader(.uint8, shape: [1, 5, 4, 3]), fractions.map { $0 >= 0.5 ? 1 : 0 }))
        // Measured with a picture, too.
        #expect(run(["bench", path("planes.plan"), "--input", path("a.ppm"), "--runs", "1", "--until", "1", "--no-mmap"]) == 0)
        #expect(!(try FileManager.default.contentsOfDirectory(atPath: folder.path)).contains { $0.hasSuffix(".partial") })
    }

    @Test func roundingOfPictures() {
        let values: [(Float, UInt8)] = [
            (0, 0), (-1, 0), (.nan, 0), (1, 255), (2, 255), (.infinity, 255), (0.5, 128), (0.0019, 0), (0.002, 1), (0.9979, 254),
        ]
        for (value, byte) in values { #expect(OutputFile.byte(value) == byte, "\(value)") }
    }

    /// `--until`: the output with that number, alone or with those before.
    @Test func theFirstOutputs() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let network = SmallNetwork(height: 6, width: 10, stepRows: 2)
        let input = network.input(seed: 8)
        let (deep, map) = network.expected(input)
        try write("a.plan", network)
        try write("x.npy", array(NPYHeader(shape: [1, 6, 10, 3]), input.floats.bytes))
        let deepArray = array(NPYHeader(shape: [1, 3, 5, 17]), deep.floats.bytes)
        let mapArray = array(NPYHeader(shape: [1, 6, 10, 2]), map.floats.bytes)
        #expect(run("a.plan", "x.npy", "y.npy", "--until", "1") == 0)
        #expect(try bytes("y.npy") == deepArray)
        for rest in [[], ["--until", "2"], ["--deadline-ms", "100000000"]] {
            #expect(run(["run", path("a.plan"), "--input", path("x.npy"), "--output", path("y.npy")] + rest) == 0)
            #expect(try bytes("y.npy") == mapArray)
        }
        #expect(run(["run", path("a.plan"), "--input", path("x.npy"), "--output-dir", path("out"), "--until", "1"]) == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path("out")) == ["deep.npy"])
        #expect(try bytes("out/deep.npy") == deepArray)
        #expect(run("a.plan", "x.npy", "z.npy", "--until", "3") == 1)
        #expect(run(["bench", path("a.plan"), "--until", "3"]) == 1)
        #expect(run("a.plan", "x.npy", "z.npy", "--until", "0") == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.plan", "out", "x.npy", "y.npy"])
    }

    /// A batch that the schedule repeats, its channels behind and in front, through files.
    @Test func batches() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for layout in [EntryPoint.Layout.nhwc, .nchw] {
            var plan = copying(channels: 3, layout: layout)
            plan.batch = 2
            try write("b.plan", PlanWriter.bytes(of: plan, constants: []))
            let values = (0..<120).map { Float($0) }
            try write("x.npy", array(NPYHeader(shape: plan.shape(of: plan.inputs[0])), values.bytes))
            #expect(run("b.plan", "x.npy", "y.npy") == 0)
            #expect(try bytes("y.npy") == bytes("x.npy"))
            try write("a.ppm", Array("P6 4 5 255\n".utf8) + [UInt8](repeating: 0, count: 60))
            #expect(run("b.plan", "a.ppm", "y.npy") == 1)
        }
    }

    @Test func badFiles() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try writeCopying("rgb.plan", channels: 3)
        try writeCopying("grey.plan", channels: 1)
        let data = [UInt8](repeating: 0, count: 60)
        func status(_ header: String, _ data: [UInt8], plan: String = "rgb.plan", output: String = "y.npy") throws -> Int32 {
            try write("in", Array(header.utf8) + data)
            return run(plan, "in", output)
        }
        #expect(try status("P6 4 5 255\n", data) == 0)
        // What follows the picture is another's.
        #expect(try status("P6 4 5 255\n", data + [0, 0]) == 0)
        try FileManager.default.removeItem(atPath: path("y.npy"))
        for header in [
            "P6 4 5\n", "P6 4", "P6 ", "P6 4 5 65536\n", "P6 4 0 255\n", "P6 -4 5 255\n",
            "P6 4 99999999999999999999 255\n", "P6 # 4 5 255", "P6 4 5 255", "P6 4 5 255x", "",
        ] {
            // As the end of the file: what follows would be read as part of a number.
            #expect(try status(header, []) == 3, "\(header)")
        }
        // Sound, and not read.
        for header in ["P3 4 5 255\n", "P1 4 5\n", "P7 4", "Q6 4 5 255\n"] { #expect(try status(header, []) == 2, "\(header)") }
        #expect(try status("P6 4 5 255\n", Array(data.dropLast())) == 3)
        #expect(try status("P6 4 5 1000\n", data) == 3)
        #expect(try status("P5 4 5 100\n", [UInt8](repeating: 101, count: 20), plan: "grey.plan") == 3)
        #expect(try status("P6 5 4 255\n", data) == 1)
        #expect(try status("P6 4 5 255\n", data, output: "y.png") == 1)
        // Three channels make no grey picture.
        #expect(try status("P6 4 5 255\n", data, output: "y.pgm") == 1)
        #expect(run("rgb.plan", "in", "y.npy", "--threshold", "x") == 1)
        #expect(run("rgb.plan", "in", "y.npy", "--threshold", "-1") == 1)
        #expect(run("rgb.plan", "in", "y.npy", "--output-dir", path("out")) == 1)
        #expect(run("rgb.plan", "in", "nowhere/y.npy") == 1)
        #expect(run(["run", path("rgb.plan"), "--input", path("in"), "--output", "/dev/null.npy/x.npy"]) == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["grey.plan", "in", "rgb.plan"])
    }

    /// What was never opened is not closed either: descriptor 0 is somebody else's.
    @Test func filesThatAreMissingCloseNothing() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try writeCopying("rgb.plan", channels: 3)
        let isOpen = fcntl(0, F_GETFD) >= 0
        #expect(run("rgb.plan", "absent.ppm", "y.npy") == 1)
        #expect(run("absent.plan", "absent.ppm", "y.npy") == 1)
        #expect((fcntl(0, F_GETFD) >= 0) == isOpen)
    }

    /// No prefix and no changed byte of a header does more than fail.
    @Test func damagedHeadersAreRefusedOrRead() {
        let text = Array("P6 # c\n10 20 255\n".utf8)
        for position in text.indices {
            for byte in UInt8.min...UInt8.max {
                var damaged = text
                damaged[position] = byte
                for bytes in [damaged, Array(damaged[...position])] where PNMHeader.isLikely(bytes) {
                    guard let header = try? PNMHeader(bytes) else { continue }
                    #expect(header.byteCount <= bytes.count && header.width > 0 && header.height > 0 && header.largest > 0)
                }
            }
        }
    }
}
