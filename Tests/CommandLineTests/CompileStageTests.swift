import Foundation
import TestSupport
import Testing

/// What lies between a model and its plan, printed.
@Suite struct CompileStageTests {
    private let model: String

    init() throws { model = try Fixtures.path("iternet/k1_n1_gzip.hdf5") }

    private func stopped(after name: String, _ rest: String...) throws -> String {
        try Venule.succeed(["compile", model, "--input-shape", "2x16x32x3", "--stop-after", name] + rest).standardOutput
    }

    @Test func everyStageIsPrinted() throws {
        let layout = try stopped(after: "layout")
        #expect(layout.hasPrefix("batch: one schedule, once for each of 2 images\ninput 'model2_input_0' "), "\(layout)")
        #expect(layout.contains(" on images: "))
        let kernels = try stopped(after: "kernels")
        #expect(kernels.hasPrefix("plan without a schedule, once for each of 2 images\n"), "\(kernels.prefix(200))")
        #expect(kernels.contains(" = convolution(") && kernels.contains("kernel 3x3"))
        #expect(try stopped(after: "weights") == kernels)
        #expect(try stopped(after: "kernels", "--weights", "f16") == kernels)
        let narrow = try stopped(after: "weights", "--weights", "f16")
        #expect(narrow.contains("weights float16") && !kernels.contains("weights float16"))
        let schedule = try stopped(after: "schedule")
        #expect(schedule.hasPrefix("plan of ") && schedule.contains("\nstep #0 rows 0..<"))
    }

    /// A graph that `compile` reads back.
    @Test func passesAreStages() throws {
        let text = try stopped(after: "fold-padding")
        #expect(text.hasPrefix("venule 1\n"))
        #expect(!text.contains("after fold-padding"))
        #expect(text != (try stopped(after: "unroll-iterations")))
    }

    @Test func noPlanIsWritten() throws {
        try withTemporaryDirectory { folder in
            for name in ["unroll-iterations", "layout", "schedule"] {
                _ = try stopped(after: name, "-o", "\(folder)/x.plan")
                #expect(try entries(folder) == [])
            }
            let text = try Venule.succeed(
                "compile", model, "-o", "\(folder)/x.plan", "--input-shape", "2x16x32x3", "--print-lowered"
            ).standardOutput
            #expect(text.hasPrefix(try stopped(after: "weights")))
            #expect(text.contains("\nwritten "))
            #expect(try entries(folder) == ["x.plan"])
        }
    }

    @Test func unknownNamesAreRefusedWithTheKnownOnes() throws {
        let known = "14-deduplicate-constants, the stages behind them layout, kernels, weights, schedule"
        try Venule.fail(1, known, "compile", model, "--input-shape", "1x16x16x3", "--stop-after", "frobnicate")
        try Venule.fail(1, "'--output <OUT.plan>'", "compile", model, "--input-shape", "1x16x16x3")
    }
}
