import Files
import Foundation
import TestSupport
import Testing

@testable import Imaging

/// A line of `manifest.txt`, which `Fixtures/make_images` writes: a file, and what is right.
private struct Variant: CustomTestStringConvertible, Sendable {
    let folder: String
    let name: String
    let status: Int
    let tolerance: Int
    /// A PPM file, or a part of the message.
    let expected: String
    let warning: String

    var testDescription: String { name }

    init(_ line: Substring, folder: String) throws {
        let fields = line.split(separator: "\t").map(String.init)
        self.folder = folder
        name = fields[0]
        status = try #require(Int(fields[1]))
        tolerance = try #require(Int(fields[2]))
        expected = fields[3]
        warning = fields[4]
    }

    /// Those that are committed, or those of another folder: `make test-images` makes large ones.
    static let all: [Variant] = {
        let folder = ProcessInfo.processInfo.environment["VENULE_TEST_IMAGES"] ?? Fixture.path("images")
        do {
            let text = String(decoding: try FileReader("\(folder)/manifest.txt").all(atMost: 1 << 30), as: UTF8.self)
            return try text.split(separator: "\n").map { try Variant($0, folder: folder) }
        } catch {
            fatalError("\(folder)/manifest.txt cannot be read: \(error)")
        }
    }()

    static let sound = all.filter { $0.status == 0 }
    static let refused = all.filter { $0.status != 0 }
    /// Enough pixels to be slow when they are read again and again.
    static let small = sound.filter { !$0.name.hasPrefix("large_") }

    func bytes() throws -> [UInt8] { try FileReader("\(folder)/\(name)").all(atMost: 1 << 30) }

    /// Reads the PPM file of the expected pixels without the code that is tested.
    func photograph() throws -> Photograph {
        let bytes = try FileReader("\(folder)/\(expected)").all(atMost: 1 << 30)
        let lines = bytes.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
        try #require(lines.count == 4 && lines[0].elementsEqual("P6".utf8) && lines[2].elementsEqual("255".utf8))
        let sides = String(decoding: lines[1], as: UTF8.self).split(separator: " ").compactMap { Int($0) }
        return Photograph(height: sides[1], width: sides[0], samples: Array(lines[3]))
    }

    /// The largest difference, or nil where the sizes differ.
    func difference(_ read: Photograph, _ right: Photograph) -> Int? {
        guard read.height == right.height, read.width == right.width else { return nil }
        return zip(read.samples, right.samples).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
    }

    /// Places to cut the file at: many, and each of the last, where formats end with bytes that carry no pixels.
    func cuts(of count: Int) -> [Int] {
        Set(Array(stride(from: 0, to: count, by: max(1, count / 48))) + (max(0, count - 24)..<count)).sorted()
    }
}

@Suite struct PhotographFormTests {
    @Test func thereAreManyForms() {
        #expect(Variant.sound.count >= 160 && Variant.refused.count >= 20)
    }

    @Test(arguments: Variant.sound)
    private func pixelsAreRight(variant: Variant) throws {
        let read = try ImageFile.decode(try variant.bytes(), path: variant.name)
        let right = try variant.photograph()
        let difference = try #require(
            variant.difference(read.photograph, right),
            "\(read.photograph.width)x\(read.photograph.height) instead of \(right.width)x\(right.height)")
        #expect(difference <= variant.tolerance)
        if variant.warning == "-" {
            #expect(read.warnings.isEmpty)
        } else {
            #expect(read.warnings.contains { $0.description.contains(variant.warning) }, "\(read.warnings)")
        }
    }

    @Test(arguments: Variant.refused)
    private func othersAreRefusedByName(variant: Variant) throws {
        let error = #expect(throws: ImagingError.self) { try ImageFile.decode(try variant.bytes(), path: variant.name) }
        guard let error else { return }
        #expect(error.description.contains(variant.expected), "\(error)")
        switch error {
        case .unsupported, .notAnImage: #expect(variant.status == 2)
        case .damaged: #expect(variant.status == 3)
        default: Issue.record("\(error)")
        }
    }

    /// Cut short anywhere a file is damaged, or all its pixels were there.
    @Test(arguments: Variant.small)
    private func cutFilesAreRefusedOrComplete(variant: Variant) throws {
        let bytes = try variant.bytes()
        let right = try variant.photograph()
        for count in variant.cuts(of: bytes.count) {
            do {
                let read = try ImageFile.decode(Array(bytes[..<count]), path: variant.name).photograph
                let difference = variant.difference(read, right)
                #expect(
                    difference.map { $0 <= variant.tolerance } == true,
                    "\(count) of \(bytes.count) bytes: read, with a difference of \(difference.map(String.init) ?? "size")")
            } catch ImagingError.damaged {
            } catch ImagingError.notAnImage(_) where count == 0 {
            } catch {
                Issue.record("\(count) of \(bytes.count) bytes: \(error)")
            }
        }
    }

    /// Files with some bits flipped are read or refused, and never more than the limit of pixels.
    @Test(arguments: Variant.small)
    private func alteredFilesNeverCrash(variant: Variant) throws {
        let bytes = try variant.bytes()
        var generator = SplitMix64(seed: UInt64(bytes.count))
        let rounds = ProcessInfo.processInfo.environment["VENULE_TEST_IMAGES_ROUNDS"].flatMap { Int($0) } ?? 30
        for round in 0..<rounds {
            var altered = bytes
            for _ in 0...round % 4 {
                // Each second time in the first bytes, where headers are.
                let range = round % 2 == 0 ? bytes.count : min(bytes.count, 256)
                altered[Int(generator.next() % UInt64(range))] ^= 1 << UInt8(generator.next() % 8)
            }
            if let read = try? ImageFile.decode(altered, path: variant.name, pixelLimit: 100_000).photograph {
                #expect(read.height * read.width <= 100_000)
            }
        }
    }
}
