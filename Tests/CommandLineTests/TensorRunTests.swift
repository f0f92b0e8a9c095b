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

    private static let outputs: [(name: String, array: NumPyTensor)] = [
        ("masked", floats([9, -1, 11, 0, -1, 2], [2, 3])), ("places", NumPyTensor(.int64, shape: [2], bytes: bytes([2, 2] as [Int64]))),
        ("small", NumPyTensor(.bool, shape: [2], bytes: [1, 0])),
        ("bytes", NumPyTensor(.int8, shape: [2, 3], bytes: bytes([9, -1, 11, 0, -1, 2] as [Int8]))),
    ]

    private static func bytes<Number>(_ numbers: [Number]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }
    private static func floats(_ numbers: [Float], _ shape: [Int]) -> NumPyTensor {
        NumPyTensor(.float32, shape: shape, bytes: bytes(numbers))
    }

    /// Calls the body with a folder that has the graph, its plan and arrays for its inputs.
    private func withPlan(_ body: (String) throws -> Void) throws {
        try withTemporaryDirectory { folder in
            try Data(Self.graph.utf8).write(to: URL(fileURLWithPath: "\(folder)/tensors.vir"))
            try Venule.succeed("compile", "\(folder)/tensors.vir", "--outputs", "all", "-o", "\(folder)/tensors.plan")
            let arrays = [
                "table": Self.floats((0..<12).map(Float.init), [4, 3]), "mask": NumPyTensor(.bool, shape: [3], bytes: [1, 0, 1]),
                "rows": NumPyTensor(.int64, shape: [2], bytes: Self.bytes([3, 0] as [Int64])),
                "narrow": NumPyTensor(.int32, shape: [2], bytes: Self.bytes([3, 0] as [Int32])),
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
                    let found = try NumPyTensor(contentsOf: "\(folder)/\(name)/\(output.name).npy")
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
            for (tool, message) in [("venule", "elements of type i32 found"), ("venule-run", "the elements are int32")] {
                let arguments = ["run", "\(folder)/tensors.plan"] + inputs + ["--output-dir", "\(folder)/out"]
                let result = try runProcess(builtProduct(tool), arguments)
                #expect(result.status == 1 && result.standardError.contains(message), "\(tool): \(result.standardError)")
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"))
        }
    }
}
