import TestSupport
import Testing

@Suite struct UsageTests {
    @Test func helpAndVersionSucceed() throws {
        #expect(try Venule.succeed("--version").standardOutput.contains("."))
        #expect(try Venule.succeed("--help").standardOutput.contains("EXIT STATUS"))
        for command in ["import", "compile", "run", "inspect", "verify", "segment", "bench"] {
            let text = try Venule.succeed(command, "--help").standardOutput
            #expect(text.contains("EXAMPLE") && text.contains("venule \(command)"), "\(text)")
        }
    }

    @Test func mistakesAreUsage() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try Venule.fail(1, "Unexpected argument", "frobnicate")
        try Venule.fail(1, "--input-shape", "compile", model, "-o", "x.plan")
        try Venule.fail(1, "--frobnicate", "compile", model, "-o", "x.plan", "--input-shape", "1x16x16x3", "--frobnicate")
        try Venule.fail(1, "input-shape", "compile", model, "-o", "x.plan", "--input-shape", "16x")
        try Venule.fail(1, "max-memory", "compile", model, "-o", "x.plan", "--input-shape", "1x16x16x3", "--max-memory", "lots")
        try Venule.fail(1, "--threads 0", "compile", model, "-o", "x.plan", "--input-shape", "1x16x16x3", "--threads", "0")
        try Venule.fail(1, "No such file", "import", "absent.hdf5")
        try Venule.fail(1, "No such file", "inspect", "absent.plan")
        try Venule.fail(1, "--stride", "segment", model, "x.png", "-o", "out", "--stride", "3")
        try Venule.fail(1, "dataset", "segment", model, "x.png", "-o", "out", "--dataset", "frobnicate")
        try Venule.fail(1, "--tolerance -1", "verify", "x.plan", model, "--tolerance=-1")
    }

    @Test func unknownNamesAreListedWithTheKnownOnes() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try Venule.fail(
            1, "'out11', 'final_out'", "compile", model, "-o", "x.plan", "--input-shape", "1x16x16x3", "--outputs", "out99")
        try Venule.fail(
            1, "fuse-pooling", "compile", model, "-o", "x.plan", "--input-shape", "1x16x16x3", "--print-ir-after", "frobnicate")
        try Venule.fail(
            1, "there is no input 'photo'", "compile", model, "-o", "x.plan", "--input-shape", "photo=1x16x16x3")
    }
}
