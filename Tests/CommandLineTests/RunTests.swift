import Foundation
import TestSupport
import Testing

@Suite struct RunTests {
    private let input: String

    init() throws {
        input = try Fixtures.path("iternet/input/48x80x3.npy")
    }

    @Test func repetitionsAndThreadsGiveTheSameBytes() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            try Venule.succeed("run", plan, "--input", input, "--output-dir", "\(folder)/one", "--threads", "1")
            let text = try Venule.succeed(
                "run", plan, "--input", input, "--output-dir", "\(folder)/three/deep", "--threads", "3", "--repeat", "3")
            #expect(text.standardOutput.contains("median of 3"))
            for name in ["out11.npy", "final_out.npy"] {
                #expect(try contents("\(folder)/one/\(name)") == contents("\(folder)/three/deep/\(name)"))
            }
        }
    }

    @Test func inputsAreGivenByNameOrInOrder() throws {
        let plan = try Made.plan.get()
        let description = try Venule.succeed("inspect", plan).standardOutput
        let line = try #require(description.split(separator: "\n").first { $0.hasPrefix("input ") })
        let name = try #require(line.dropFirst(6).drop { $0 == " " }.split(separator: ":").first)
        try withTemporaryDirectory { folder in
            try Venule.succeed("run", plan, "--input", "\(name)=\(input)", "--output-dir", "\(folder)/out")
            try Venule.fail(1, "--input is missing", "run", plan, "--output-dir", "\(folder)/none")
            try Venule.fail(
                1, "there are only the inputs", "run", plan, "--input", input, "--input", input, "--output-dir", "\(folder)/two")
            for program in ["venule", "venule-run"] {
                let unknown = try runProcess(builtProduct(program), ["run", plan, "--input", "q=f.npy", "--output-dir", "\(folder)/q"])
                #expect(unknown.status == 1)
                #expect(
                    unknown.standardError
                        == "\(program): --input q=f.npy: there is no input 'q', the inputs are '\(name)', nor such a file\n")
            }
            try Venule.fail(
                1, "given twice", "run", plan, "--input", "\(name)=a", "--input", "\(name)=b", "--output-dir", "\(folder)/two")
            #expect(try entries(folder) == ["out"])
        }
    }

    @Test func wrongArraysAreRefused() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            let other = try Fixtures.path("iternet/input/64x64x3.npy")
            try Venule.fail(1, "wants 1x48x80x3", "run", plan, "--input", other, "--output-dir", "\(folder)/out")
            let text = "\(folder)/text.npy"
            try Data("hello".utf8).write(to: URL(fileURLWithPath: text))
            try Venule.fail(2, "is no .npy file", "run", plan, "--input", text, "--output-dir", "\(folder)/out")
            let bytes = try contents(input)
            try bytes.dropLast(4).write(to: URL(fileURLWithPath: text))
            try Venule.fail(3, "its header promises", "run", plan, "--input", text, "--output-dir", "\(folder)/out")
            #expect(try entries(folder) == ["text.npy"])
        }
    }

    @Test func anUnwritableFolderLeavesNothing() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
            try Venule.fail(1, "folder", "run", plan, "--input", input, "--output-dir", "\(folder)/file")
            try FileManager.default.createDirectory(
                atPath: "\(folder)/out/final_out.npy", withIntermediateDirectories: true)
            try Venule.fail(1, "final_out.npy", "run", plan, "--input", input, "--output-dir", "\(folder)/out")
            #expect(try entries("\(folder)/out") == ["final_out.npy"])
        }
    }

    /// `run` and `bench` do what `venule-run` does: the same files byte for byte, of arrays and pictures, and the same checksums; and a
    /// model gives what its plan gives.
    @Test func theDevicesCommandGivesTheSame() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            var random = SplitMix64(seed: 3)
            let samples = (0..<(48 * 80 * 3)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            try Data(Array("P6\n80 48\n255\n".utf8) + samples).write(to: URL(fileURLWithPath: "\(folder)/eye.ppm"))
            for program in ["venule", "venule-run"] {
                for (input, name) in [(input, "array"), ("\(folder)/eye.ppm", "picture")] {
                    let made = "\(folder)/\(program)-\(name)"
                    for output in [["--output-dir", made], ["--output", "\(made).pgm", "--threshold", "0.5"]] {
                        let result = try runProcess(builtProduct(program), ["run", plan, "--input", input] + output)
                        #expect(result.status == 0, "\(result.standardError)")
                    }
                }
            }
            for name in ["array", "picture"] {
                for file in ["\(name)/out11.npy", "\(name)/final_out.npy", "\(name).pgm"] {
                    #expect(try contents("\(folder)/venule-\(file)") == contents("\(folder)/venule-run-\(file)"), "\(file)")
                }
            }

            let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
            try Venule.succeed(
                "run", model, "--input-shape", "1x48x80x3", "--input", "\(folder)/eye.ppm", "--output", "\(folder)/model.npy")
            #expect(try contents("\(folder)/model.npy") == contents("\(folder)/venule-picture/final_out.npy"))
            try Venule.fail(1, "are for models", "run", plan, "--input-shape", "1x48x80x3", "--input", input, "--output", "\(folder)/x.npy")
            try Venule.fail(1, "--output-dir", "run", plan, "--input", input)

            let device = try runProcess(builtProduct("venule-run"), ["bench", plan, "--input", "\(folder)/eye.ppm", "--runs", "1"])
            let lines = device.standardOutput.split(separator: "\n").filter { $0.hasPrefix("crc32c ") }.map { $0.dropFirst(7) }
            let here = try Venule.succeed("bench", plan, "--input", "\(folder)/eye.ppm", "--runs", "1").standardOutput
            #expect(lines.count == 2)
            for line in lines {
                let words = line.split(separator: " ")
                #expect(here.contains("\(words[0]): crc32c \(words[1])"), "\(line) in \(here)")
            }
            #expect(try Venule.succeed("bench", model, "--input-shape", "1x48x80x3", "--runs", "1").standardOutput.contains("crc32c"))
        }
    }

    /// Bytes of the header and tables changed: the plan is refused, or gives what it gave before.
    @Test func corruptPlansAreRefused() throws {
        let plan = try Made.plan.get()
        let bytes = try contents(plan)
        try withTemporaryDirectory { folder in
            let broken = "\(folder)/broken.plan"
            var refused = 0
            let positions = Array(stride(from: 0, to: 64, by: 9)) + Array(stride(from: 64, to: min(4096, bytes.count), by: 311))
            for position in positions {
                var flipped = bytes
                flipped[position] ^= 0x41
                try flipped.write(to: URL(fileURLWithPath: broken))
                let result = try Venule.run("run", broken, "--input", input, "--output-dir", "\(folder)/out")
                if result.status == 0 { continue }
                refused += 1
                #expect([2, 3, 4].contains(result.status), "byte \(position): \(result.status) \(result.standardError)")
                #expect(result.standardError.contains(broken))
            }
            #expect(refused >= positions.count - 2)
            for count in [0, 7, 63, 64, bytes.count / 2, bytes.count - 1] {
                try bytes.prefix(count).write(to: URL(fileURLWithPath: broken))
                try Venule.fail(3, broken, "run", broken, "--input", input, "--output-dir", "\(folder)/out")
            }
        }
    }

    @Test func plansAreVerifiedAgainstTheirModel() throws {
        let plan = try Made.plan.get()
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        let text = try Venule.succeed("verify", plan, model).standardOutput
        #expect(text.contains("out11") && text.contains("final_out") && text.contains("mean"))
        try Venule.succeed("verify", plan, model, "--input", input, "--tolerance", "9e-6")
        try Venule.fail(5, "at most 1.00e-9", "verify", plan, model, "--tolerance", "1e-9")
        try Venule.fail(5, "differs", "verify", plan, try Fixtures.path("iternet/k2_n1.hdf5"))
        try Venule.fail(5, "input", "verify", plan, try Fixtures.path("iternet/k5_n2_gray.hdf5"))
    }

    /// Outputs of tens of thousands are rounded to thousandths: far more than 1e-5, but little of them. What is wrong by a
    /// ten-thousandth is told apart all the same.
    @Test func theToleranceGrowsWithTheOutput() throws {
        func graph(factor: Float) -> String {
            var generator = SplitMix64(seed: 9)
            let weights = (0..<(3 * 3 * 16 * 8)).map { _ in factor * Float(generator.next() >> 40) / Float(1 << 24) * 1000 }
            return """
                venule 1
                entry @main

                function @main(%x: f32[1, 8, 9, 16]) {
                  %k = constant f32[3, 3, 16, 8] {\(weights.map { "\($0)" }.joined(separator: ", "))}
                  %y = convolution(%x, %k) window 3x3 padding same : f32[1, 8, 9, 8]
                  return %y
                }

                """
        }
        try withTemporaryDirectory { folder in
            let (model, other, plan) = ("\(folder)/a.vir", "\(folder)/b.vir", "\(folder)/a.plan")
            try graph(factor: 1).write(toFile: model, atomically: true, encoding: .utf8)
            try graph(factor: 1.0001).write(toFile: other, atomically: true, encoding: .utf8)
            for options in [["--exact"], []] {
                #expect(try runProcess(builtProduct("venule"), ["compile", model, "-o", plan] + options).status == 0)
                try Venule.succeed("verify", plan, model)
                try Venule.fail(5, "in output 'y', at most ", "verify", plan, other, "--tolerance", "1e-5")
            }
            // Less than a rounding.
            try Venule.fail(5, "differs from", "verify", plan, model, "--tolerance", "1e-10")
        }
    }

    /// Integers are exact: a difference of 1 counts, however large they are.
    @Test func theToleranceDoesNotGrowWithIntegers() throws {
        func graph(_ number: Int) -> String {
            """
            venule 1
            entry @main

            function @main(%x: i64[4]) {
              %k = constant i64[] {\(number)}
              %y = add(%x, %k) : i64[4]
              return %y
            }

            """
        }
        try withTemporaryDirectory { folder in
            let (model, other, plan) = ("\(folder)/a.vir", "\(folder)/b.vir", "\(folder)/a.plan")
            try graph(10_000_000).write(toFile: model, atomically: true, encoding: .utf8)
            try graph(10_000_001).write(toFile: other, atomically: true, encoding: .utf8)
            try Venule.succeed("compile", model, "-o", plan)
            try Venule.succeed("verify", plan, model)
            try Venule.fail(5, "by 1.00e0 in output 'y', at most 1.00e-5", "verify", plan, other)
        }
    }

    @Test func aChangedWeightIsFound() throws {
        var bytes = try contents(try Made.plan.get())
        bytes[bytes.count - 1000] ^= 1
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        try withTemporaryDirectory { folder in
            try bytes.write(to: URL(fileURLWithPath: "\(folder)/changed.plan"))
            try Venule.fail(3, "changed.plan", "verify", "\(folder)/changed.plan", model)
        }
    }
}
