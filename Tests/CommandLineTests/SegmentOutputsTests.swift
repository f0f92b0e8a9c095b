import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// `segment --outputs`: the heads of a network beside the map.
@Suite struct SegmentOutputsTests {
    private let model: String

    init() throws {
        model = try Fixtures.path("iternet/k4_n3.hdf5")
    }

    private let heads = ["out11", "out12", "out13"]

    /// Each head is what it is when it is the map itself, by a model and by a plan, in one pass and in patches.
    @Test func headsAreWrittenBesideTheMap() throws {
        try withTemporaryDirectory { folder in
            try Fixtures.photograph(height: 32, width: 48).write(to: "\(folder)/eye.png")
            let plan = "\(folder)/k4.plan"
            try Venule.succeed("compile", model, "-o", plan, "--input-shape", "1x32x48x3", "--outputs", "all")
            let patches = ["--protocol", "patches", "--patch", "32", "--stride", "16"]
            for (network, options) in [(model, []), (plan, []), (model, patches)] {
                let arguments = ["segment", network, "\(folder)/eye.png", "--force", "-o"]
                let result = try Venule.succeed(arguments + ["\(folder)/all", "--outputs", "all"] + options)
                #expect(result.standardOutput.contains("output 'final_out'; beside it 'out11', 'out12', 'out13'\n"))
                let names = heads.flatMap { ["eye-\($0).npy", "eye-\($0).png"] } + ["eye.npy", "eye.png"]
                #expect(try entries("\(folder)/all") == names.sorted())
                for head in heads + ["final_out"] {
                    try Venule.succeed(arguments + ["\(folder)/one", "--map", head] + options)
                    let stem = head == "final_out" ? "eye" : "eye-\(head)"
                    let alone = try NPYArray(contentsOf: "\(folder)/one/eye.npy")
                    let beside = try NPYArray(contentsOf: "\(folder)/all/\(stem).npy")
                    // A model that is compiled for other outputs may add up in another order.
                    let tolerance: Float = network == plan ? 0 : 1e-6
                    #expect(
                        alone.shape == beside.shape && zip(alone.floats, beside.floats).allSatisfy { abs($0 - $1) <= tolerance }, "\(head)")
                    guard network == plan else { continue }
                    #expect(try contents("\(folder)/one/eye.png") == contents("\(folder)/all/\(stem).png"), "\(head)")
                }
            }
            let one = try Venule.succeed(
                "segment", model, "\(folder)/eye.png", "-o", "\(folder)/two", "--outputs", "out12", "--map", "out11")
            #expect(one.standardOutput.contains("output 'out11'; beside it 'out12'; left out are 'out13', 'final_out'\n"))
            #expect(try entries("\(folder)/two") == ["eye-out12.npy", "eye-out12.png", "eye.npy", "eye.png"])
            try Venule.succeed("segment", model, "\(folder)/eye.png", "-o", "\(folder)/three", "--map", "out12")
            let (two, three) = (
                try NPYArray(contentsOf: "\(folder)/two/eye-out12.npy"), try NPYArray(contentsOf: "\(folder)/three/eye.npy")
            )
            #expect(zip(two.floats, three.floats).allSatisfy { abs($0 - $1) <= 1e-6 })
            try Venule.fail(
                1, "--outputs out99: there is no such output", "segment", model, "\(folder)/eye.png", "-o", "\(folder)/no", "--outputs",
                "out99")
            // The names of the heads' files are taken care of as those of the map.
            try FileManager.default.removeItem(atPath: "\(folder)/two/eye.png")
            try FileManager.default.removeItem(atPath: "\(folder)/two/eye.npy")
            try Venule.fail(
                1, "eye-out12.png: exists already", "segment", model, "\(folder)/eye.png", "-o", "\(folder)/two", "--outputs", "out12")
        }
    }
}
