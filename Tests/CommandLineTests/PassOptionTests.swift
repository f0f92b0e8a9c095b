import Foundation
import TestSupport
import Testing

/// `compile --changes`, `--print-ir-after` and `--print-ir-to`.
@Suite struct PassOptionTests {
    private let model: String

    init() throws {
        model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
    }

    /// Networks with shared weights, with axes to be transposed and normalizations to be folded, and behind a camera.
    @Test(arguments: [
        (["iternet/k1_n1_gzip.hdf5", "--input-shape", "1x16x32x3"], [String]()),
        (["iternet/k1_n1_gzip.hdf5", "--input-shape", "1x16x16x3"], ["--outputs", "all", "--step-rows", "2"]),
        (["onnx/networks/pytorch_iternet_unfolded.onnx"], []), (["onnx/networks/pytorch_loop.onnx"], []),
        (["iternet/k1_n1_gzip.hdf5", "--input-format", "bgr8:40x24", "--crop", "32x16+4+2", "--mean", "0.5"], []),
    ])
    func printedGraphsGiveThePlanOfTheModel(model: [String], options: [String]) throws {
        let source = [try Fixtures.path(model[0])] + model.dropFirst()
        try withTemporaryDirectory { folder in
            let printed = "\(folder)/made/graphs"
            try Venule.succeed(
                ["compile"] + source + options
                    + ["-o", "\(folder)/net.plan", "--print-ir-after", "all", "--print-ir-to", printed])
            let plan = try contents("\(folder)/net.plan")
            try Venule.succeed(["compile"] + source + options + ["-o", "\(folder)/again.plan"])
            #expect(try contents("\(folder)/again.plan") == plan, "printing changes nothing")

            let graphs = try entries(printed).filter { $0.hasSuffix(".vir") }
            #expect(graphs.count >= 14)
            #expect(graphs.first == "01-unroll-iterations.vir" && graphs.contains("10-fold-batch-normalization.vir"))
            for graph in graphs {
                try Venule.succeed(["compile", "\(printed)/\(graph)"] + options + ["-o", "\(folder)/read.plan"])
                #expect(try contents("\(folder)/read.plan") == plan, "\(graph)")
            }
            try Venule.succeed("verify", "\(folder)/net.plan", "\(printed)/14-deduplicate-constants.vir")
        }
    }

    /// To standard error, as text without the large weights; standard output is what it is without.
    @Test func graphsArePrintedOnStandardError() throws {
        try withTemporaryDirectory { folder in
            func compile(_ options: String...) throws -> ProcessResult {
                try Venule.succeed(["compile", model, "-o", "\(folder)/x.plan", "--input-shape", "1x16x16x3"] + options)
            }
            let once = try compile("--print-ir-after", "eliminate-identities")
            #expect(once.standardError.hasPrefix("// after 03-eliminate-identities, with "))
            #expect(once.standardError.contains("\nvenule 1\n"))
            #expect(!once.standardError.contains(" = dropout("))
            #expect(!once.standardOutput.contains("venule 1"))
            // A pass that stands twice, by its name, its number and both.
            let twice = try compile("--print-ir-after", "fold-batch-normalization").standardError
            #expect(twice.components(separatedBy: "// after ").count == 3)
            for name in ["10", "10-fold-batch-normalization"] {
                let text = try compile("--print-ir-after", name).standardError
                #expect(text.hasPrefix("// after 10-fold-batch-normalization, with "), "\(name)")
                #expect(text.components(separatedBy: "// after ").count == 2, "\(name)")
            }
        }
    }

    /// Which rewrite leaves no operation of its own for the sigmoid is found by halving, the same wherever one begins.
    @Test func halvingFindsTheSameChangeEachTime() throws {
        let graph = """
            venule 1
            entry @main

            function @main(%image: f32[1, 8, 8, 2]) {
              %kernel = constant f32[1, 1, 2, 2] {0.5, -1.0, 0.25, 2.0}
              %a = convolution(%image, %kernel) window 1x1 : f32[1, 8, 8, 2]
              %b = relu(%a) : f32[1, 8, 8, 2]
              %c = dropout(%b) rate 0.5 : f32[1, 8, 8, 2]
              %d = convolution(%c, %kernel) window 1x1 : f32[1, 8, 8, 2]
              %e = sigmoid(%d) : f32[1, 8, 8, 2]
              return %e
            }
            """
        try withTemporaryDirectory { folder in
            let net = "\(folder)/net.vir"
            try Data(graph.utf8).write(to: URL(fileURLWithPath: net))
            func compile(_ changes: Int) throws -> (hasSigmoid: Bool, line: String) {
                let plan = "\(folder)/\(changes).plan"
                let text = try Venule.succeed("compile", net, "-o", plan, "--changes", "\(changes)", "--exact").standardOutput
                try Venule.succeed("verify", plan, net)
                let inspected = try Venule.succeed("inspect", plan).standardOutput
                #expect(inspected.contains("options.changes   \(changes)\n"), "\(inspected)")
                let line = text.split(separator: "\n").first { $0.hasPrefix("changes ") } ?? ""
                let operations = try Venule.succeed("inspect", plan, "--schedule").standardOutput.split(separator: "\n")
                return (operations.contains { $0.hasPrefix("  e ") && $0.contains("elementwise") }, String(line))
            }
            for most in [3, 4, 50] {
                var (with, without) = (0, most)
                while without - with > 1 {
                    let middle = (with + without) / 2
                    if try compile(middle).hasSigmoid { with = middle } else { without = middle }
                }
                #expect(without == 3)
            }
            #expect(try compile(0).line == "changes           the first 0")
            let all = "changes           all 3; the last, in 11-fuse-activation: 'e' fused into 'd'"
            #expect(try compile(3).line == all)
            #expect(try compile(1 << 40).line == all)
            #expect(try compile(2).line == "changes           the first 2; the last, in 11-fuse-activation: 'b' fused into 'a'")
            #expect(try compile(1).line == "changes           the first 1; the last, in 03-eliminate-identities: 'c' (dropout) removed")
        }
    }

    /// Each count gives a plan that computes what the model does, from no rewrite to all of them.
    @Test func everyNumberOfChangesGivesASoundPlan() throws {
        let path = try Fixtures.path("onnx/networks/pytorch_loop.onnx")
        try withTemporaryDirectory { folder in
            var count = 0
            while true {
                let text = try Venule.succeed("compile", path, "-o", "\(folder)/x.plan", "--changes", "\(count)").standardOutput
                try Venule.succeed("verify", "\(folder)/x.plan", path)
                guard !text.contains("changes           all ") else { break }
                #expect(text.contains("changes           the first \(count)"))
                count += 1
                guard count < 1000 else { break }
            }
            #expect((5..<1000).contains(count))
            // Apart from what is recorded of the number, all changes are what a plan is made with anyway.
            try Venule.succeed("compile", path, "-o", "\(folder)/y.plan")
            let inspected = try ["x", "y"].map { name in
                try Venule.succeed("inspect", "\(folder)/\(name).plan").standardOutput.split(separator: "\n")
                    .filter { !$0.contains(".plan") && !$0.contains("options.changes") }
            }
            #expect(inspected[0] == inspected[1])
        }
    }

    @Test func whatMakesNoSenseIsRefused() throws {
        try withTemporaryDirectory { folder in
            func refuse(_ message: String, _ options: String...) throws {
                let result = try runProcess(
                    builtProduct("venule"), ["compile", model, "-o", "\(folder)/x.plan", "--input-shape", "1x16x16x3"] + options)
                #expect(result.status == 1 && result.standardError.contains(message), "\(options): \(result.standardError)")
            }
            try refuse("--changes -1: 0 or more is expected", "--changes=-1")
            try refuse("--changes", "--changes", "few")
            for name in ["frobnicate", "0", "15", "07-fuse-activation"] {
                try refuse(
                    "--print-ir-after \(name): there is no such pass; the passes are 01-unroll-iterations, 02-", "--print-ir-after", name)
            }
            try refuse("name the passes with --print-ir-after", "--print-ir-to", folder)
            try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
            try refuse("a folder is expected", "--print-ir-after", "3", "--print-ir-to", "\(folder)/file")
            #expect(try entries(folder) == ["file"])

            // A graph that was printed is not replaced by one that is printed from it.
            let first = "\(folder)/03-eliminate-identities.vir"
            try Venule.succeed(
                "compile", model, "-o", "\(folder)/x.plan", "--input-shape", "1x16x16x3", "--print-ir-after", "3", "--print-ir-to", folder)
            try Venule.fail(
                1, "is read by this command", "compile", first, "-o", "\(folder)/x.plan", "--print-ir-after", "3", "--print-ir-to", folder)
            // And one that takes a camera's frame takes no second one.
            try Venule.succeed(
                "compile", model, "-o", "\(folder)/x.plan", "--input-format", "rgb8:16x16", "--print-ir-after", "4", "--print-ir-to", folder
            )
            try Venule.fail(
                1, "takes a camera's frame already, rgb8:16x16", "compile", "\(folder)/04-fold-constants.vir", "-o", "\(folder)/x.plan",
                "--input-format", "rgb8:16x16")
        }
    }
}
