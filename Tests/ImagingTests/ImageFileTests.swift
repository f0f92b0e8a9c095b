import Files
import Foundation
import TestSupport
import Testing

@testable import Imaging

/// A picture of the size that `Fixtures/make.py` writes in most formats.
private func picture(_ colour: (_ row: Int, _ column: Int) -> [UInt8]) -> Photograph {
    var samples: [UInt8] = []
    for row in 0..<4 {
        for column in 0..<6 { samples += colour(row, column) }
    }
    return Photograph(height: 4, width: 6, samples: samples)
}

private let expected = picture { row, column in
    [UInt8(16 * row + 8 * column), UInt8(255 - 40 * column), UInt8(60 * row)]
}

private let expectedGrey = picture { row, column in
    [UInt8](repeating: UInt8(16 * row + 8 * column), count: 3)
}

@Suite struct ImageFileTests {
    @Test(arguments: [
        "rgb.png", "rgb.tif", "rgb.ppm", "rgb16.png", "rgb16.tif", "rgb16.ppm", "palette.png", "palette.gif",
    ])
    func colourIsReadExactly(name: String) throws {
        #expect(try ImageFile.read(Fixture.path(name)) == expected)
    }

    @Test(arguments: ["grey.png", "grey.pgm", "grey.tif", "grey16.png", "grey16.tif"])
    func greyBecomesThreeEqualChannels(name: String) throws {
        #expect(try ImageFile.read(Fixture.path(name)) == expectedGrey)
    }

    @Test(arguments: ["bits.png", "bits.pbm"])
    func bitsBecomeBlackAndWhite(name: String) throws {
        let read = try ImageFile.read(Fixture.path(name))
        #expect(read.samples == expectedGrey.samples.map { $0 > 40 ? 255 : 0 })
    }

    @Test(arguments: [("alpha.png", expected), ("grey-alpha.png", expectedGrey)])
    func transparentPixelsBecomeBlack(name: String, opaque: Photograph) throws {
        let read = try ImageFile.read(Fixture.path(name))
        for pixel in 0..<24 {
            let isOpaque = pixel % 6 < 3
            for sample in 3 * pixel..<3 * pixel + 3 {
                #expect(read.samples[sample] == (isOpaque ? opaque.samples[sample] : 0))
            }
        }
    }

    /// Red, green above blue, white: in a CMYK file, and however the camera was held.
    @Test(arguments: [
        "blocks.jpg", "cmyk.jpg", "orientation3.jpg", "orientation5.jpg", "orientation6.jpg", "orientation8.jpg",
    ])
    func jpegsComeUpright(name: String) throws {
        let read = try ImageFile.read(Fixture.path(name))
        try #require(read.width == 48 && read.height == 32)
        let corners: [(row: Int, column: Int, colour: [Int])] = [
            (4, 4, [255, 0, 0]), (4, 44, [0, 255, 0]), (28, 4, [0, 0, 255]), (28, 44, [255, 255, 255]),
        ]
        for corner in corners {
            for channel in 0..<3 {
                let sample = Int(read.samples[3 * (corner.row * 48 + corner.column) + channel])
                #expect(abs(sample - corner.colour[channel]) <= 8, "\(corner), channel \(channel): \(sample)")
            }
        }
    }

    /// An orientation that there is not leaves a picture as it is stored, in TIFF as in Exif.
    @Test(arguments: [0, 9, 255] as [UInt8])
    func unknownOrientationsAreUpright(value: UInt8) throws {
        var bytes = try FileReader(Fixture.path("images/tiff_orientation6.tif")).all(atMost: 1 << 30)
        // Tag 0x0112, one SHORT.
        let entry = try #require(bytes.indices.first { bytes[$0...].starts(with: [0x12, 0x01, 0x03, 0, 1, 0, 0, 0, 6, 0]) })
        bytes[entry + 8] = 1
        let upright = try ImageFile.decode(bytes, path: "upright.tif").photograph
        bytes[entry + 8] = value
        #expect(try ImageFile.decode(bytes, path: "odd.tif").photograph == upright)
    }

    /// Opening a pipe that nobody writes to would wait for ever.
    @Test func pipesAreNotWaitedFor() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pipe-\(UUID())").path
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        #expect(throws: ImagingError.unreadable(path: path, reason: "it is no regular file")) { try ImageFile.read(path) }
    }

    @Test func samplesAreDividedBy255() throws {
        let raster = Raster(try ImageFile.read(Fixture.path("rgb.png")))
        #expect(raster.channels == 3 && raster[0, 0, 1] == 1)
        #expect(raster[3, 5, 0] == Float(88.0 / 255.0))
    }

    @Test(arguments: ["rgb.png", "rgb.tif", "rgb.ppm", "palette.gif", "blocks.jpg"])
    func everyTruncationIsRefusedOrComplete(name: String) throws {
        let bytes = try FileReader(Fixture.path(name)).all(atMost: 1 << 30)
        let whole = try ImageFile.decode(bytes, path: name).photograph
        for count in 0..<bytes.count {
            // Some formats end with bytes that carry no pixels.
            guard let read = try? ImageFile.decode(Array(bytes[..<count]), path: name).photograph else { continue }
            #expect(read == whole, "\(count) of \(bytes.count) bytes gave another picture")
        }
        #expect(throws: ImagingError.self) { try ImageFile.decode(Array(bytes[..<(bytes.count / 2)]), path: name) }
    }

    @Test(arguments: ["rgb.png", "rgb16.tif", "rgb.ppm", "palette.gif", "grey.tif", "cmyk.jpg", "orientation6.jpg"])
    func flippedBytesNeverCrash(name: String) throws {
        let bytes = try FileReader(Fixture.path(name)).all(atMost: 1 << 30)
        for position in bytes.indices {
            var broken = bytes
            broken[position] ^= 0xFF
            // Whether the flip matters depends on the byte; reading must end either way, and the limit must hold.
            if let read = try? ImageFile.decode(broken, path: name, pixelLimit: 1_000_000).photograph {
                #expect(read.width * read.height <= 1_000_000)
            }
        }
    }

    @Test func whatIsNoImageIsRefusedByName() throws {
        #expect(throws: ImagingError.notAnImage(path: Fixture.path("make.py"))) {
            try ImageFile.read(Fixture.path("make.py"))
        }
        #expect(throws: ImagingError.notAnImage(path: "empty")) { try ImageFile.decode([], path: "empty") }
        let error = #expect(throws: ImagingError.self) { try ImageFile.read(Fixture.path("absent.png")) }
        #expect(error?.description.contains("No such file") == true)
        #expect(throws: ImagingError.self) { try ImageFile.read(Fixture.folder) }
    }

    @Test(arguments: ["rgb.png", "rgb.tif", "rgb.ppm", "palette.gif"])
    func theSizeIsCheckedBeforeDecoding(name: String) throws {
        #expect(throws: ImagingError.tooLarge(path: Fixture.path(name), width: 6, height: 4, pixelLimit: 23)) {
            try ImageFile.read(Fixture.path(name), pixelLimit: 23)
        }
        #expect(try ImageFile.read(Fixture.path(name), pixelLimit: 24) == expected)
    }

    @Test func aHugeAnnouncementIsRefused() throws {
        let header = Array("P6\n100000 100000\n255\n".utf8)
        #expect(throws: ImagingError.self) { try ImageFile.decode(header, path: "huge.ppm") }
        var gif = try FileReader(Fixture.path("palette.gif")).all(atMost: 1 << 30)
        // The frame's descriptor follows the screen's, its palette and, where there is one, an extension block.
        let descriptor = try #require(gif.indices.dropFirst(13).first { gif[$0...].starts(with: [0x2C, 0, 0, 0, 0, 6, 0, 4, 0]) })
        gif.replaceSubrange(descriptor + 5..<descriptor + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: ImagingError.tooLarge(path: "huge.gif", width: 65535, height: 65535, pixelLimit: 1000)) {
            try ImageFile.decode(gif, path: "huge.gif", pixelLimit: 1000)
        }
    }

    @Test func greyMapsAreWrittenAsPNG() throws {
        try withTemporaryDirectory { folder in
            let path = "\(folder)/map.png"
            var map = Raster(height: 2, width: 5, channels: 1)
            map.values = [0, 0.5, 1, 2, -1, .nan, 0.25, 1 / 255, 254 / 255, 0.999]
            try AtomicFile.write(try #require(ImageFile.greyPNG(map)), to: path)
            let bytes = try FileReader(path).all(atMost: 1 << 30)
            // Bit depth and colour type in the header: 8 bits, grey.
            #expect(bytes[24] == 8 && bytes[25] == 0)
            let read = try ImageFile.read(path)
            #expect(read.height == 2 && read.width == 5)
            #expect((0..<10).map { read.samples[3 * $0] } == [0, 128, 255, 255, 0, 0, 64, 1, 254, 255])
            #expect(try entries(folder) == ["map.png"])
        }
    }

    @Test func photographsSurviveWriting() throws {
        try withTemporaryDirectory { folder in
            try AtomicFile.write(try #require(ImageFile.png(expected)), to: "\(folder)/copy.png")
            #expect(try ImageFile.read("\(folder)/copy.png") == expected)
        }
    }
}
