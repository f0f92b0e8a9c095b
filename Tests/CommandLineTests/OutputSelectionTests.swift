import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// `--until` and `--deadline-ms` of both programs' `run`, on a network with four outputs.
@Suite struct OutputSelectionTests {
    private let names = ["out11", "out12", "out13", "final_out"]
    private let model: String
    private let input: String

    init() throws {
        model = try Fixtures.path("iternet/k4_n3.hdf5")
        input = try Fixtures.path("iternet/input/48x80x3.npy")
    }

    private func compile(_ folder: String, shape: String = "1x48x80x3", _ rest: String...) throws -> String {
        let plan = "\(folder)/k4.plan"
        let result = try runProcess(
            builtProduct("venule"), ["compile", model, "-o", plan, "--input-shape", shape, "--outputs", "all"] + rest)
        #expect(result.status == 0, "\(result.standardError)")
        return plan
    }

    @discardableResult
    private func run(
        _ program: String, _ arguments: [String], status: Int32 = 0, location: SourceLocation = #_sourceLocation
    ) throws -> ProcessResult {
        let result = try runProcess(builtProduct(program), ["run"] + arguments)
        #expect(result.status == status, "\(program) \(arguments): \(result.standardError)", sourceLocation: location)
        return result
    }

    /// The bits of each output are those of a run of all, and there are no others.
    @Test func untilMakesTheFirstOutputs() throws {
        try withTemporaryDirectory { folder in
            let plan = try compile(folder)
            try run("venule-run", [plan, "--input", input, "--output-dir", "\(folder)/all"])
            #expect(try entries("\(folder)/all") == names.map { "\($0).npy" }.sorted())
            for (index, name) in names.enumerated() {
                let until = ["--until", "\(index + 1)"]
                let file = "\(folder)/\(index).npy"
                let text = try run("venule-run", [plan, "--input", input, "--output", file] + until).standardOutput
                #expect(text == "\(name) 1x48x80x1 \(file)\n")
                #expect(try contents(file) == contents("\(folder)/all/\(name).npy"))
                for program in ["venule-run", "venule"] {
                    let made = "\(folder)/\(program)-\(index)"
                    try run(program, [plan, "--input", input, "--output-dir", made] + until)
                    let expected = names[...index].map { "\($0).npy" }
                    #expect(try entries(made) == expected.sorted())
                    for file in expected {
                        #expect(try contents("\(made)/\(file)") == contents("\(folder)/all/\(file)"), "\(program) \(file)")
                    }
                }
            }
        }
    }

    /// Of a run that takes a hundred times as long as it may the first output is left, and all of it.
    @Test func aDeadlineLeavesTheFirstOutput() throws {
        try withTemporaryDirectory { folder in
            let plan = try compile(folder, shape: "1x512x512x3", "--exact", "--step-rows", "4")
            let photograph = "\(folder)/x.ppm"
            let samples = Fixtures.photograph(height: 512, width: 512).samples
            try (Data("P6 512 512 255\n".utf8) + samples).write(to: URL(fileURLWithPath: photograph))
            try run("venule-run", [plan, "--input", photograph, "--output-dir", "\(folder)/all"])
            let first = try contents("\(folder)/all/out11.npy")

            let short = ["--deadline-ms", "1", "--threads", "1"]
            let file = "\(folder)/late.npy"
            let text = try run("venule-run", [plan, "--input", photograph, "--output", file] + short).standardOutput
            #expect(text == "out11 1x512x512x1 \(file)\nthe deadline has passed: output 1 of 4 is the newest\n")
            #expect(try contents(file) == first)
            try run("venule-run", [plan, "--input", photograph, "--output-dir", "\(folder)/late"] + short)
            #expect(try entries("\(folder)/late") == ["out11.npy"])
            #expect(try contents("\(folder)/late/out11.npy") == first)
            // Of the first two outputs as well.
            let two = try run("venule-run", [plan, "--input", photograph, "--output", file, "--until", "2"] + short).standardOutput
            #expect(two.hasSuffix("output 1 of 2 is the newest\n"))

            // An hour is enough.
            let ample = ["--deadline-ms", "3600000"]
            let all = try run("venule-run", [plan, "--input", photograph, "--output", file] + ample).standardOutput
            #expect(all == "final_out 1x512x512x1 \(file)\n")
            #expect(try contents(file) == contents("\(folder)/all/final_out.npy"))
        }
    }

    @Test func aDeadlineOfTheDevelopersProgram() throws {
        try withTemporaryDirectory { folder in
            let plan = try compile(folder, shape: "1x512x512x3", "--exact", "--step-rows", "4")
            let zeros = [UInt8](repeating: 0, count: 512 * 512 * 3 * 4)
            let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 512, 512, 3), }"
            let padded = header + String(repeating: " ", count: 117 - header.count) + "\n"
            try (Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]) + Data(padded.utf8) + zeros).write(
                to: URL(fileURLWithPath: "\(folder)/x.npy"))
            let arguments = [plan, "--input", "\(folder)/x.npy", "--threads", "1", "--output-dir"]
            try run("venule", arguments + ["\(folder)/all"])
            let text = try run("venule", arguments + ["\(folder)/late", "--deadline-ms", "1"]).standardOutput
            #expect(text.contains("output 1 of 4: the deadline has passed\n"))
            #expect(try entries("\(folder)/late") == ["out11.npy"])
            #expect(try contents("\(folder)/late/out11.npy") == contents("\(folder)/all/out11.npy"))
        }
    }

    @Test func badValuesAreNamed() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            let arguments = [plan, "--input", input, "--output-dir", "\(folder)/out"]
            func fail(_ program: String, _ rest: [String], _ message: String) throws {
                let result = try run(program, arguments + rest, status: 1)
                #expect(result.standardError.contains(message), "\(program) \(rest): \(result.standardError)")
            }
            for option in ["--until", "--deadline-ms"] {
                for value in ["0", "-1", "x", "1.5", "", "+1", "1000000000"] {
                    try fail("venule-run", [option, value], "venule-run: \(option): '\(value)' is no number from 1 on\n")
                }
                try fail("venule-run", [option], "venule-run: \(option): a value is missing\n")
                try fail("venule", [option, "0"], "\(option) 0: 1 or more is expected")
                for value in ["x", "1.5", ""] { try fail("venule", [option, value], "'\(value)' is invalid for '\(option)") }
            }
            try fail("venule-run", ["--until", "3"], "venule-run: --until 3: the plan has 2 outputs\n")
            try fail("venule", ["--until", "3"], "--until 3: the plan has 2 outputs")
            #expect(try entries(folder).isEmpty)
        }
    }
}
