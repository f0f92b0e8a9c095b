import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// What `segment` holds of a photograph besides the plan's own memory (Documentation/Memory.md): its peak for a large one and for a
/// small one, and the difference by the difference in pixels, so that what every run takes does not count.
@Suite(.serialized) struct SegmentMemoryTests {
    private static let width = 1024
    private static let heights = (small: 64, large: 1344)

    /// A network that needs hardly any memory of its own.
    private static let network = """
        venule 1
        entry @main

        function @main(%x: f32[1, 2*h, 2*w, 3]) {
          %k = constant f32[1, 1, 3, 1] {0.5, -0.25, -0.25}
          %logits = convolution(%x, %k) window 1x1 : f32[1, 2*h, 2*w, 1]
          %y = sigmoid(%logits) : f32[1, 2*h, 2*w, 1]
          return %y
        }

        """

    /// Bytes a pixel of a file that is made of a photograph.
    private func bytesPerPixel(_ name: String, _ options: [String] = [], file: (Photograph) throws -> [UInt8]) throws -> Double {
        try withTemporaryDirectory { folder in
            try Self.network.write(toFile: "\(folder)/net.vir", atomically: true, encoding: .utf8)
            let bytes = try [Self.heights.small, Self.heights.large].map { height in
                let image = "\(folder)/\(height)\(name)"
                try AtomicFile.write(file(Fixtures.photograph(height: height, width: Self.width)), to: image)
                let arguments = ["\(folder)/net.vir", image, "-o", "\(folder)/out", "--threads", "1"]
                let result = try Venule.succeed(["segment"] + arguments + options)
                return try mebibytes("peak memory", in: result.standardOutput) - planMebibytes(folder, height: height)
            }
            return (bytes[1] - bytes[0]) * 1_048_576 / Double(Self.width * (Self.heights.large - Self.heights.small))
        }
    }

    /// What a run of the plan takes by itself.
    private func planMebibytes(_ folder: String, height: Int) throws -> Double {
        let shape = "1x\(height)x\(Self.width)x3"
        let result = try Venule.succeed("compile", "\(folder)/net.vir", "-o", "\(folder)/net.plan", "--input-shape", shape)
        return try mebibytes("memory of a run", in: result.standardOutput)
    }

    private func mebibytes(_ name: String, in text: String) throws -> Double {
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name) }, "\(text)")
        return try #require(Double(line.dropFirst(name.count).split(separator: " ")[0]))
    }

    // MARK: Files that are read in sequence

    @Test func rowsOfAPNM() throws {
        let found = try bytesPerPixel(".ppm", ["--overlay", "--stretch"]) { Array("P6 \($0.width) \($0.height) 255\n".utf8) + $0.samples }
        #expect(found <= 8, "\(found) bytes a pixel")
    }

    /// The file alone has 6 bytes a pixel, and the decoded photograph 3.
    @Test func rowsOfADeepPNM() throws {
        let found = try bytesPerPixel(".ppm") { photograph in
            Array("P6 \(photograph.width) \(photograph.height) 65535\n".utf8) + photograph.samples.flatMap { [$0, $0] }
        }
        #expect(found <= 8, "\(found) bytes a pixel")
    }

    @Test func rowsOfAPNG() throws {
        let found = try bytesPerPixel(".png") { try #require(ImageFile.png($0)) }
        #expect(found <= 8, "\(found) bytes a pixel")
    }

    /// Resized for the network, and the map back.
    @Test func resizedPhotographs() throws {
        let found = try bytesPerPixel(".png", ["--dataset", "drive"]) { try #require(ImageFile.png($0)) }
        #expect(found <= 8, "\(found) bytes a pixel")
    }

    @Test func patches() throws {
        let options = ["--protocol", "patches", "--patch", "64", "--stride", "64"]
        let found = try bytesPerPixel(".png", options) { try #require(ImageFile.png($0)) }
        #expect(found <= 8, "\(found) bytes a pixel")
    }

    // MARK: Files that are not

    @Test func interlacedFiles() throws {
        let found = try bytesPerPixel(".png") { $0.interlacedPNG }
        #expect(found <= 12, "\(found) bytes a pixel")
    }

    @Test func turnedFiles() throws {
        let found = try bytesPerPixel(".tif") { $0.turnedTIFF }
        #expect(found <= 12, "\(found) bytes a pixel")
    }
}

extension Photograph {
    /// Uncompressed, its rows stored as columns from right to left.
    fileprivate var turnedTIFF: [UInt8] {
        func word(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 0xFF) } }
        // Tag, type (3 of two bytes, 4 of four), value; the samples follow the header.
        let entries = [
            (256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 2), (273, 4, 8), (274, 3, 6), (277, 3, 3),
            (278, 4, height), (279, 4, samples.count),
        ]
        let directory = entries.flatMap { word($0.0, 2) + word($0.1, 2) + word(1, 4) + word($0.2, 4) }
        return [0x49, 0x49, 42, 0] + word(8 + samples.count, 4) + samples + word(entries.count, 2) + directory + word(0, 4)
    }

    /// Adam7, without compression.
    fileprivate var interlacedPNG: [UInt8] {
        var lines: [UInt8] = []
        for (top, left, down, right) in [
            (0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1),
        ] {
            for row in stride(from: top, to: height, by: down) {
                lines.append(0)
                for column in stride(from: left, to: width, by: right) {
                    let first = 3 * (row * width + column)
                    lines += samples[first..<first + 3]
                }
            }
        }
        var data: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: lines.count, by: 65535) {
            let block = lines[start..<min(start + 65535, lines.count)]
            let count = block.count
            data += [
                start + count == lines.count ? 1 : 0, UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF),
                UInt8(~count >> 8 & 0xFF),
            ]
            data += block
        }
        var (low, high) = (1, 0)
        for byte in lines {
            low = (low + Int(byte)) % 65521
            high = (high + low) % 65521
        }
        data += Self.bigEndian(high << 16 | low)
        let header = Self.bigEndian(width) + Self.bigEndian(height) + [8, 2, 0, 0, 1]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", header) + Self.chunk("IDAT", data)
            + Self.chunk("IEND", [])
    }

    private static func bigEndian(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 0xFF) } }

    private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
        let content = Array(name.utf8) + body
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in content { remainder = remainder >> 8 ^ crcTable[Int((remainder ^ UInt32(byte)) & 0xFF)] }
        return bigEndian(body.count) + content + bigEndian(Int(remainder ^ 0xFFFF_FFFF))
    }

    /// Source: PNG, annex D.
    private static let crcTable: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
}
