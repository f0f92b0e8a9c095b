import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// Maps that are none of probabilities: `segment` goes on, and says so.
@Suite struct MapWarningTests {
    /// The map of a random photograph by a function of 8·red − 4·green − 4·blue, and what was said on standard error.
    private func segment(_ operation: String, _ rest: String...) throws -> (map: [Float], pixels: [UInt8], warning: String) {
        try withTemporaryDirectory { folder in
            try """
            venule 1
            entry @main

            function @main(%x: f32[1, h, w, 3]) {
              %k = constant f32[1, 1, 3, 1] {8.0, -4.0, -4.0}
              %logits = convolution(%x, %k) window 1x1 : f32[1, h, w, 1]
              %y = \(operation)(%logits) : f32[1, h, w, 1]
              return %y
            }

            """.write(toFile: "\(folder)/net.vir", atomically: true, encoding: .utf8)
            try Fixtures.photograph(height: 40, width: 50).write(to: "\(folder)/eye.png")
            let result = try Venule.succeed(["segment", "\(folder)/net.vir", "\(folder)/eye.png", "-o", "\(folder)/out"] + rest)
            let map = try NPYArray(contentsOf: "\(folder)/out/eye.npy").floats
            let samples = try ImageFile.read("\(folder)/out/eye.png").samples
            let pixels = stride(from: 0, to: samples.count, by: 3).map { samples[$0] }
            return (map, pixels, result.standardError.replacingOccurrences(of: folder, with: "."))
        }
    }

    @Test func logitsAreTold() throws {
        let (map, pixels, warning) = try segment("identity")
        let outside = map.count { $0 < -1e-5 || $0 > 1 + 1e-5 }
        let (least, most) = (try #require(map.min()), try #require(map.max()))
        #expect(outside > 1000 && least < -1 && most > 1)
        func text(_ value: Float) -> String { String(format: "%.3f", value) }
        let count = Self.grouped(outside)
        #expect(
            warning == "venule: warning: ./eye.png: of 2,000 values of the map \(count) are outside of 0 to 1; the values go from "
                + "\(text(least)) to \(text(most)). The pictures show them as 0 or 1: if the network ends in logits, give --sigmoid "
                + "(--softmax and --channel where there is one channel for each class)\n")
        for (value, pixel) in zip(map, pixels) where value < 0 || value > 1 { #expect(pixel == (value < 0 ? 0 : 255)) }
    }

    @Test func whatIsNoNumberIsTold() throws {
        let (map, pixels, warning) = try segment("sqrt")
        let count = map.count(where: \.isNaN)
        let outside = map.count { $0 > 1 + 1e-5 }
        #expect(count > 500 && outside > 100)
        #expect(
            warning.contains(
                "map \(Self.grouped(outside)) are outside of 0 to 1 and \(Self.grouped(count)) are not a number (NaN); the others go from "),
            "\(warning)")
        for (value, pixel) in zip(map, pixels) where value.isNaN { #expect(pixel == 0) }
    }

    /// Also beside an overlay.
    @Test func largeValuesAreTold() throws {
        let (map, _, warning) = try segment("exp", "--overlay")
        #expect(try #require(map.max()) > 1000)
        #expect(warning.contains(" are outside of 0 to 1; the values go from "), "\(warning)")
    }

    /// Padding, resizing and averaging may leave 1 by a rounding error.
    @Test func probabilitiesAreNotWarnedOf() throws {
        for options in [["--dataset", "stare"], ["--protocol", "patches", "--patch", "24", "--stride", "7"]] {
            let result = try withTemporaryDirectory { folder in
                try Fixtures.photograph(height: 40, width: 50).write(to: "\(folder)/eye.png")
                let one = """
                    venule 1
                    entry @main

                    function @main(%x: f32[1, h, w, 3]) {
                      %k = constant f32[1, 1, 3, 1] {0.0, 0.0, 0.0}
                      %b = constant f32[1] {20.0}
                      %logits = convolution(%x, %k, %b) window 1x1 bias : f32[1, h, w, 1]
                      %y = sigmoid(%logits) : f32[1, h, w, 1]
                      return %y
                    }

                    """
                try one.write(toFile: "\(folder)/net.vir", atomically: true, encoding: .utf8)
                return try Venule.succeed(["segment", "\(folder)/net.vir", "\(folder)/eye.png", "-o", "\(folder)/out"] + options)
            }
            #expect(!result.standardError.contains("warning"), "\(result.standardError)")
        }
    }

    private static func grouped(_ count: Int) -> String {
        count < 1000 ? "\(count)" : "\(count / 1000)," + String(format: "%03d", count % 1000)
    }
}
