import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// Models of other types and ranks than images have, through the command line and the device's runner.
@Suite struct TensorRunTests {
    /// Picks rows of a table, masks them, and says where each is largest.
    private static let graph = """
        venule 1
        entry @main

        function @main(%table: f32[4, 3], %rows: i64[2], %mask: bool[3]) {
          %picked = gather(%table, %rows) axis 0 : f32[2, 3]
          %none = constant f32[] {-1.0}
          %masked = selection(%mask, %picked, %none) : f32[2, 3]
          %places = argument-maximum(%masked) axis 1 : i64[2]
          %small = comparison(%places, %rows) less : bool[2]
          %bytes = cast(%masked) to i8 : i8[2, 3]
          return %masked, %places, %small, %bytes
        }

        """

    private static let outputs: [(name: String, array: NPYArray)] = [
        ("masked", floats([9, -1, 11, 0, -1, 2], [2, 3])), ("places", NPYArray(.int64, shape: [2], bytes: bytes([2, 2] as [Int64]))),
        ("small", NPYArray(.bool, shape: [2], bytes: [1, 0])),
        ("bytes", NPYArray(.int8, shape: [2, 3], bytes: bytes([9, -1, 11, 0, -1, 2] as [Int8]))),
    ]

    private static func bytes<Number>(_ numbers: [Number]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }
    private static func floats(_ numbers: [Float], _ shape: [Int]) -> NPYArray {
        NPYArray(.float32, shape: shape, bytes: bytes(numbers))
    }

    /// Calls the body with a folder that has the graph, its plan and arrays for its inputs.
    private func withPlan(_ body: (String) throws -> Void) throws {
        try withTemporaryDirectory { folder in
            try Data(Self.graph.utf8).write(to: URL(fileURLWithPath: "\(folder)/tensors.vir"))
            try Venule.succeed("compile", "\(folder)/tensors.vir", "--outputs", "all", "-o", "\(folder)/tensors.plan")
            let arrays = [
                "table": Self.floats((0..<12).map(Float.init), [4, 3]), "mask": NPYArray(.bool, shape: [3], bytes: [1, 0, 1]),
                "rows": NPYArray(.int64, shape: [2], bytes: Self.bytes([3, 0] as [Int64])),
                "narrow": NPYArray(.int32, shape: [2], bytes: Self.bytes([3, 0] as [Int32])),
            ]
            for (name, array) in arrays {
                try Data(array.fileBytes).write(to: URL(fileURLWithPath: "\(folder)/\(name).npy"))
            }
            try body(folder)
        }
    }

    @Test func arraysOfEveryTypeAreReadAndWritten() throws {
        try withPlan { folder in
            let plan = "\(folder)/tensors.plan"
            let inputs = ["table", "rows", "mask"].flatMap { ["--input", "\(folder)/\($0).npy"] }
            let described = try Venule.succeed("inspect", plan).standardOutput
            for line in ["table: f32 4x3", "rows: i64 2", "mask: bool 3", "places: i64 2", "bytes: i8 2x3"] {
                #expect(described.contains(line), "\(line) in \(described)")
            }
            let tools = [("venule", "one"), ("venule-run", "two")]
            for (tool, name) in tools {
                let arguments = ["run", plan] + inputs + ["--output-dir", "\(folder)/\(name)"]
                let result = try runProcess(builtProduct(tool), arguments)
                #expect(result.status == 0, "\(tool): \(result.standardError)")
                for output in Self.outputs {
                    let found = try NPYArray(contentsOf: "\(folder)/\(name)/\(output.name).npy")
                    #expect(found == output.array, "\(tool), \(output.name)")
                }
            }
            #expect(try contents("\(folder)/one/small.npy").count == contents("\(folder)/two/small.npy").count)
            try Venule.succeed("verify", plan, "\(folder)/tensors.vir")
            let runner = try runProcess(builtProduct("venule-run"), ["describe", plan])
            #expect(runner.standardOutput.contains("input rows 2 int64") && runner.standardOutput.contains("output small 2 bool"))
            #expect(try runProcess(builtProduct("venule-run"), ["bench", plan, "--runs", "1"]).status == 0)
        }
    }

    @Test func arraysOfAnotherTypeAreRefused() throws {
        try withPlan { folder in
            let inputs = ["--input", "\(folder)/table.npy", "--input", "\(folder)/narrow.npy", "--input", "\(folder)/mask.npy"]
            for (tool, message) in [("venule", "the elements are int32"), ("venule-run", "the elements are int32")] {
                let arguments = ["run", "\(folder)/tensors.plan"] + inputs + ["--output-dir", "\(folder)/out"]
                let result = try runProcess(builtProduct(tool), arguments)
                #expect(result.status == 1 && result.standardError.contains(message), "\(tool): \(result.standardError)")
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"))
        }
    }

    /// What NumPy makes besides: float64, Fortran order, and archives, of which `venule` takes arrays by name.
    @Test func otherFormsOfArraysAreRead() throws {
        try withPlan { folder in
            let arrays = try Fixtures.path("arrays")
            let rest = ["--input", "rows=\(folder)/rows.npy", "--input", "mask=\(folder)/mask.npy"]
            let note = "note: \(arrays)/table_f8.npy: the elements are float64 and are converted to float32"
            let cases: [(inputs: [String], tools: [String], note: String)] = [
                (["table=\(arrays)/table_f8.npy"], ["venule", "venule-run"], note),
                (["\(arrays)/table_fortran.npy"], ["venule", "venule-run"], ""),
                (["\(arrays)/one.npz"], ["venule"], "one.npz:arr_0: the elements are float64"),
                (["table=\(arrays)/one.npz"], ["venule"], "one.npz:arr_0: the elements are float64"),
                (["table=\(arrays)/inputs.npz"], ["venule"], "inputs.npz:table: the elements are float64"),
                (["\(arrays)/inputs.npz:table"], ["venule"], "inputs.npz:table: the elements are float64"),
            ]
            for (inputs, tools, note) in cases {
                for tool in tools {
                    let made = "\(folder)/made"
                    let arguments = ["run", "\(folder)/tensors.plan", "--output-dir", made] + inputs.flatMap { ["--input", $0] } + rest
                    let result = try runProcess(builtProduct(tool), arguments)
                    #expect(result.status == 0, "\(tool) \(inputs): \(result.standardError)")
                    #expect(note.isEmpty ? result.standardError.isEmpty : result.standardError.contains(note), "\(result.standardError)")
                    for output in Self.outputs {
                        #expect(try NPYArray(contentsOf: "\(made)/\(output.name).npy") == output.array, "\(tool) \(inputs)")
                    }
                    try FileManager.default.removeItem(atPath: made)
                }
            }
            // Arrays that are called like inputs, all of them, for each command.
            try Venule.succeed(
                "run", "\(folder)/tensors.vir", "--input", "\(arrays)/inputs.npz", "--output", "\(folder)/last.npy")
            #expect(try NPYArray(contentsOf: "\(folder)/last.npy") == Self.outputs[3].array)
            try Venule.succeed("bench", "\(folder)/tensors.plan", "--input", "\(arrays)/inputs.npz", "--runs", "1")
            try Venule.succeed("verify", "\(folder)/tensors.plan", "\(folder)/tensors.vir", "--input", "\(arrays)/inputs.npz")
        }
    }

    /// A sound array that is not read is the user's choice and not damaged; a damaged one is.
    @Test func whatIsRefusedIsNamed() throws {
        try withPlan { folder in
            let arrays = try Fixtures.path("arrays")
            func expect(_ status: Int32, _ message: String, _ tool: String, _ table: String) throws {
                let result = try runProcess(
                    builtProduct(tool),
                    [
                        "run", "\(folder)/tensors.plan", "--input", "table=\(table)", "--input", "rows=\(folder)/rows.npy", "--input",
                        "mask=\(folder)/mask.npy", "--output-dir", "\(folder)/out",
                    ])
                #expect(result.status == status && result.standardError.contains(message), "\(tool) \(table): \(result.standardError)")
            }
            let files = [
                ("big_endian", "'>f4'"), ("float16", "the elements are float16, input 'table' wants float32"), ("complex", "'<c8'"),
                ("strings", "'<U2'"), ("objects", "'|O'"),
                ("fields", "elements with fields"), ("version3", ".npy version 3"),
            ]
            for tool in ["venule", "venule-run"] {
                // A type that another input would take is the user's choice; one that no input takes is not read.
                for (name, message) in files { try expect(name == "float16" ? 1 : 2, message, tool, "\(arrays)/\(name).npy") }
            }
            for table in ["\(arrays)/inputs.npz", "\(arrays)/inputs.npz:table"] { try expect(2, "np.save", "venule-run", table) }
            try expect(1, "there is no array 'table'; its arrays are 'first', 'second'", "venule", "\(arrays)/others.npz")
            try expect(1, "there is no array 'third'", "venule", "\(arrays)/others.npz:third")
            try expect(1, "cannot be opened", "venule", "\(folder)/absent.npz:third")
            try expect(3, "longer.npz:table: more than the 224 bytes that its header promises", "venule", "\(arrays)/longer.npz:table")
            try Venule.fail(
                1, "the inputs are 'table', 'rows', 'mask'", "run", "\(folder)/tensors.plan", "--input", "\(arrays)/others.npz",
                "--output-dir", "\(folder)/out")
            let archive = try contents("\(arrays)/inputs.npz")
            try archive.dropLast(40).write(to: URL(fileURLWithPath: "\(folder)/cut.npz"))
            try expect(3, "cut.npz", "venule", "\(folder)/cut.npz")
            var changed = archive
            // Within the first array's compressed bytes.
            changed[70] ^= 0xFF
            try changed.write(to: URL(fileURLWithPath: "\(folder)/changed.npz"))
            try expect(3, "changed.npz", "venule", "\(folder)/changed.npz")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"))
        }
    }
}
