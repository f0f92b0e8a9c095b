import Files
import Foundation
import TestSupport
import Testing

/// `venule verify`: what it says, in which order, and whose fault something is.
@Suite struct VerifyTests {
    private func write(_ text: String, to path: String) throws -> String {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func whatHeldIsSaid() throws {
        let plan = try Made.plan.get()
        let model = try Fixtures.path("iternet/k1_n1_gzip.hdf5")
        let text = try Venule.succeed("verify", plan, model, "--tolerance", "2e-4").standardOutput
        #expect(text.split(separator: "\n").last == "ok                within the tolerance of 2.00e-4", "\(text)")
        #expect(try Venule.succeed("verify", plan, model, "--quiet").standardOutput == "")
        let detailed = try Venule.succeed("verify", plan, model, "-v").standardOutput
        #expect(detailed.contains("ULP") && detailed.contains("relative"))
        let result = try Venule.run("verify", plan, model, "--tolerance", "1e-10", "--json")
        #expect(result.status == 5)
        let report = try #require(try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any])
        #expect(report["isWithinTolerance"] as? Bool == false)
        let error = try #require(report["error"] as? [String: Any])
        #expect((error["lines"] as? [String])?.first.map { result.standardError.contains($0) } == true)
        #expect(!result.standardOutput.contains("ok  "))
    }

    /// That a plan was made of another file is said before anything is computed, and before what else is wrong.
    @Test func provenanceComesFirst() throws {
        let plan = try Made.plan.get()
        for other in ["iternet/k2_n1.hdf5", "iternet/k5_n2_gray.hdf5"] {
            let result = try Venule.run("verify", plan, try Fixtures.path(other))
            #expect(result.status == 5)
            let lines = result.standardError.split(separator: "\n")
            #expect(lines.first?.contains("was made of another file than") == true, "\(lines)")
            #expect(lines.count == 2, "\(lines)")
        }
        // Of another input nothing is computed.
        #expect(try Venule.run("verify", plan, try Fixtures.path("iternet/k5_n2_gray.hdf5")).standardOutput == "")
        let own = try Venule.succeed("verify", plan, try Fixtures.path("iternet/k1_n1_gzip.hdf5"))
        #expect(!own.standardError.contains("another file"))
    }

    /// Another model's architecture is the argument's fault, not a difference.
    @Test func aForeignArchitectureIsTheArgumentsFault() throws {
        let weights = try Fixtures.path("keras/keras2.3/weights/model.h5")
        let own = try Fixtures.path("keras/keras2.3/weights/architecture.json")
        let foreign = try Fixtures.path("keras/keras2.3/weights_by_order/architecture.json")
        try withTemporaryDirectory { folder in
            let plan = "\(folder)/w.plan"
            try Venule.succeed("compile", weights, "-o", plan, "--input-shape", "1x12x10x3", "--architecture", own)
            try Venule.fail(1, "was read otherwise", "verify", plan, weights, "--architecture", foreign)
        }
    }

    /// An array that an operation cannot take is the argument's fault, not the model's.
    @Test func impossibleValuesOfABoundInputAreTheArgumentsFault() throws {
        let shaped = try Fixtures.path("onnx/operators/bound_shape.onnx")
        try withTemporaryDirectory { folder in
            func array(_ values: [Int64], _ name: String) throws -> String {
                let bytes = values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
                try AtomicFile.write(NPYArray(.int64, shape: [values.count], bytes: bytes).fileBytes, to: "\(folder)/\(name).npy")
                return "\(folder)/\(name).npy"
            }
            let plan = "\(folder)/shaped.plan"
            try Venule.succeed("compile", shaped, "-o", plan, "--bind", "s=\(try array([2, 3, 4], "right"))")
            try Venule.fail(1, "with these arrays", "verify", plan, shaped, "--bind", "s=\(try array([5, 7, 11], "wrong"))")
        }
    }

    @Test func aPlanWithNaNIsFound() throws {
        func graph(_ weight: String) -> String {
            """
            venule 1
            entry @main

            function @main(%x: f32[1, 4, 4, 1]) {
              %k = constant f32[1, 1, 1, 1] {\(weight)}
              %y = convolution(%x, %k) window 1x1 : f32[1, 4, 4, 1]
              return %y
            }

            """
        }
        try withTemporaryDirectory { folder in
            let right = try write(graph("0.5"), to: "\(folder)/right.vir")
            let broken = try write(graph("#7fc00000"), to: "\(folder)/broken.vir")
            try Venule.succeed("compile", broken, "-o", "\(folder)/broken.plan")
            let result = try Venule.run("verify", "\(folder)/broken.plan", right)
            #expect(result.status == 5)
            #expect(result.standardOutput.contains("in a: 16 NaN, the first at [0, 0, 0, 0]"), "\(result.standardOutput)")
            // Where the model gives none either, the plan is as it should be.
            try Venule.succeed("verify", "\(folder)/broken.plan", broken)
        }
    }
}
