import Foundation
import TestSupport
import Testing

@Suite struct UsageTests {
    @Test func helpAndVersionSucceed() throws {
        #expect(try Venule.succeed("--version").standardOutput.contains("."))
        #expect(try Venule.succeed("--help").standardOutput.contains("EXIT STATUS"))
        for command in ["import", "compile", "run", "inspect", "verify", "segment", "bench", "operators"] {
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

    /// A number that is too small is told as such, not as an option that is not known.
    @Test func negativeNumbersAreNumbers() throws {
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        for (option, value, rest) in [
            ("--changes", "-1", ["compile", model, "-o", "x.plan"]), ("--threads", "-2", ["compile", model, "-o", "x.plan"]),
            ("--tolerance", "-1.0", ["verify", "x.plan", model]), ("--threshold", "-1.0", ["run", model, "--output", "y.npy"]),
            ("--until", "-1", ["run", model, "--output", "y.npy"]), ("--runs", "-1", ["bench", model]),
        ] {
            try Venule.fail(1, "\(option) \(value): ", arguments: rest + [option, value])
        }
        try Venule.fail(
            1, "--until 7: the plan has 1 output\n", "run", model, "--input-shape", "1x48x80x3", "--input",
            try Fixtures.path("iternet/input/48x80x3.npy"), "--output", "y.npy", "--until", "7")
    }

    /// Types of weights are called as they are given, not by their codes in plans.
    @Test func typesOfWeightsHaveTheirNames() throws {
        let help = try Venule.succeed("compile", "--help").standardOutput
        #expect(help.contains("(values: f32, f16, bf16)") && help.contains("Default: f32."), "\(help)")
        for shell in ["bash", "zsh", "fish"] {
            let script = try Venule.succeed("--generate-completion-script", shell).standardOutput
            let lines = script.split(separator: "\n").filter { $0.contains("bf16") && !$0.contains("tolerance") }
            #expect(!lines.isEmpty && lines.allSatisfy { !$0.contains("0 1 2") && $0.contains("f32") }, "\(shell): \(lines)")
        }
    }

    /// A pipe that nobody writes to, and devices that never end, are refused at once.
    @Test func whatIsNoFileIsUsage() throws {
        try withTemporaryDirectory { folder in
            let pipe = "\(folder)/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            for path in [pipe, "/dev/zero", "/dev/null"] {
                try Venule.fail(1, "is no ordinary file", "import", path)
                try Venule.fail(1, "is no ordinary file", "inspect", path)
            }
            try Venule.fail(1, "is a folder", "import", folder)
        }
    }

    @Test func otherFormatsAreNamed() throws {
        try withTemporaryDirectory { folder in
            for (bytes, status, text) in [
                ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], 2, "a file compressed by gzip"),
                ([0x80, 2, 0x8A, 10], 2, "a Python pickle, such as PyTorch writes"),
                ([0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 26) + Array("archive/data.pkl".utf8), 2, "found PyTorch"),
                ([], 3, "the file is empty"), (Array("12345678".utf8), 3, "no model file"),
                ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], 3, "the HDF5 file is truncated or damaged"),
            ] as [([UInt8], Int32, String)] {
                try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/model"))
                try Venule.fail(status, text, "import", "\(folder)/model")
            }
        }
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
