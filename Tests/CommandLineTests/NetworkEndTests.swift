import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// What `segment` puts in front of a network and behind it: mean and deviation, a sigmoid or a softmax, the choice of a channel.
@Suite struct NetworkEndTests {
    /// Networks of one pixel: the channels are 3·red − 1, green − blue and −2·blue.
    private static let channelsLast = """
        venule 1
        entry @main

        function @main(%x: f32[1, h, w, 3]) {
          %k = constant f32[1, 1, 3, 3] {3.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, -1.0, -2.0}
          %b = constant f32[3] {-1.0, 0.0, 0.0}
          %y = convolution(%x, %k, %b) window 1x1 bias : f32[1, h, w, 3]
          return %y
        }

        """
    private static let channelsFirst = """
        venule 1
        entry @main

        function @main(%x: f32[1, 3, h, w]) {
          %k = constant f32[1, 1, 3, 3] {3.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, -1.0, -2.0}
          %b = constant f32[3] {-1.0, 0.0, 0.0}
          %t = transpose(%x) permutation [0, 2, 3, 1] : f32[1, h, w, 3]
          %c = convolution(%t, %k, %b) window 1x1 bias : f32[1, h, w, 3]
          %y = transpose(%c) permutation [0, 3, 1, 2] : f32[1, 3, h, w]
          return %y
        }

        """
    private static let logit = """
        venule 1
        entry @main

        function @main(%x: f32[1, h, w, 3]) {
          %k = constant f32[1, 1, 3, 1] {8.0, -4.0, -4.0}
          %y = convolution(%x, %k) window 1x1 : f32[1, h, w, 1]
          return %y
        }

        """

    /// The maps of one photograph by a model and, where it is asked for, by a plan of it.
    private func maps(_ graph: String, plans: Bool, _ options: [String]) throws -> (pixels: [[Double]], maps: [[Float]]) {
        try withTemporaryDirectory { folder in
            try graph.write(toFile: "\(folder)/net.vir", atomically: true, encoding: .utf8)
            let photograph = Fixtures.photograph(height: 24, width: 40)
            try photograph.write(to: "\(folder)/eye.png")
            var networks = ["\(folder)/net.vir"]
            if plans {
                let shape = graph.contains("f32[1, 3, h, w]") ? "1x3x24x40" : "1x24x40x3"
                try Venule.succeed("compile", networks[0], "-o", "\(folder)/net.plan", "--input-shape", shape)
                networks.append("\(folder)/net.plan")
            }
            let maps = try networks.map { network in
                let result = try Venule.succeed(["segment", network, "\(folder)/eye.png", "-o", "\(folder)/out", "--force"] + options)
                // Probabilities are not warned of.
                let areProbabilities = options.contains("--sigmoid") || options.contains("--softmax")
                #expect(!(areProbabilities && result.standardError.contains("warning")), "\(result.standardError)")
                return try NPYArray(contentsOf: "\(folder)/out/eye.npy").floats
            }
            let pixels = stride(from: 0, to: photograph.samples.count, by: 3).map { first in
                (0..<3).map { Double(photograph.samples[first + $0]) / 255 }
            }
            return (pixels, maps)
        }
    }

    private func expect(
        _ found: (pixels: [[Double]], maps: [[Float]]), count: Int, location: SourceLocation = #_sourceLocation,
        _ value: ([Double]) -> Double
    ) {
        #expect(found.maps.count == count, sourceLocation: location)
        for map in found.maps {
            let largest = zip(found.pixels, map).map { abs(value($0) - Double($1)) }.max() ?? 1
            #expect(largest < 1e-5, sourceLocation: location)
        }
    }

    private static func channels(_ pixel: [Double]) -> [Double] { [3 * pixel[0] - 1, pixel[1] - pixel[2], -2 * pixel[2]] }

    @Test func channelsAreChosen() throws {
        for graph in [Self.channelsLast, Self.channelsFirst] {
            for channel in 0..<3 {
                expect(try maps(graph, plans: true, ["--channel", "\(channel)"]), count: 2) { Self.channels($0)[channel] }
            }
        }
    }

    @Test func softmaxOverTheChannels() throws {
        for graph in [Self.channelsLast, Self.channelsFirst] {
            for channel in [0, 2] {
                expect(try maps(graph, plans: true, ["--softmax", "--channel", "\(channel)"]), count: 2) { pixel in
                    let powers = Self.channels(pixel).map { exp($0) }
                    return powers[channel] / powers.reduce(0, +)
                }
            }
        }
    }

    @Test func sigmoidOfLogits() throws {
        expect(try maps(Self.logit, plans: true, ["--sigmoid"]), count: 2) { 1 / (1 + exp(-(8 * $0[0] - 4 * $0[1] - 4 * $0[2]))) }
        expect(try maps(Self.channelsLast, plans: true, ["--sigmoid", "--channel", "1"]), count: 2) {
            1 / (1 + exp(-Self.channels($0)[1]))
        }
        // Before patches are averaged, and the values of patches are those of the whole here.
        expect(try maps(Self.logit, plans: false, ["--sigmoid", "--protocol", "patches", "--patch", "8", "--stride", "4"]), count: 1) {
            1 / (1 + exp(-(8 * $0[0] - 4 * $0[1] - 4 * $0[2])))
        }
    }

    @Test func meanAndDeviation() throws {
        let mean = [0.5, 0.25, 0.125]
        let deviation = [0.5, 0.25, 2]
        for graph in [Self.channelsLast, Self.channelsFirst] {
            let options = ["--mean", "0.5,0.25,0.125", "--deviation", "0.5,0.25,2", "--channel", "0"]
            expect(try maps(graph, plans: false, options), count: 1) { pixel in
                Self.channels(pixel.indices.map { (pixel[$0] - mean[$0]) / deviation[$0] })[0]
            }
        }
        expect(try maps(Self.logit, plans: false, ["--mean", "-1"]), count: 1) { 8 * ($0[0] + 1) - 4 * ($0[1] + 1) - 4 * ($0[2] + 1) }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        try withTemporaryDirectory { folder in
            try Self.logit.write(toFile: "\(folder)/one.vir", atomically: true, encoding: .utf8)
            try Self.channelsLast.write(toFile: "\(folder)/three.vir", atomically: true, encoding: .utf8)
            try Fixtures.photograph(height: 24, width: 40).write(to: "\(folder)/eye.png")
            for name in ["one", "three"] {
                try Venule.succeed("compile", "\(folder)/\(name).vir", "-o", "\(folder)/\(name).plan", "--input-shape", "1x24x40x3")
            }
            for (network, options, status, message) in [
                ("three.vir", [], 2, "--channel N takes one, from 0"), ("three.plan", [], 2, "--channel N takes one, from 0"),
                ("three.vir", ["--channel", "3"], 1, "no channel 3; its channels are 0 through 2"),
                ("three.plan", ["--channel", "3"], 2, "with a channel 3"),
                ("three.vir", ["--channel", "-1"], 1, "--channel -1: 0 or more is expected"),
                ("three.vir", ["--softmax"], 1, "say with --channel N"), ("three.vir", ["--softmax", "--sigmoid"], 1, "give one of them"),
                ("one.vir", ["--softmax", "--channel", "0"], 1, "a softmax of it is always 1"),
                ("one.plan", ["--softmax", "--channel", "0"], 1, "a softmax of it is always 1"),
                ("one.vir", ["--mean", "1,2"], 1, "2 numbers for the mean; the model has 3 channels"),
                ("one.vir", ["--deviation", "0"], 1, "the deviation is above 0"),
                ("one.vir", ["--mean", "x"], 1, "--mean x: expected numbers"),
                ("one.plan", ["--mean", "0.5"], 1, "is a plan, into which --mean and --deviation can be put no more"),
            ] as [(String, [String], Int32, String)] {
                try Venule.fail(
                    status, message, arguments: ["segment", "\(folder)/\(network)", "\(folder)/eye.png", "-o", "\(folder)/out"] + options)
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"))
        }
    }
}
