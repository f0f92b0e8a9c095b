import Foundation
import TestSupport
import Testing

/// Models of a hundred bytes that ask for gigabytes or hours; `make_bounds.py` wrote them. What `compile` does with them is bounded:
/// a gigabyte of address space, and seconds of processor time even on a busy machine.
@Suite struct CompileBoundsTests {
    static let models = try! FileManager.default.contentsOfDirectory(atPath: Fixtures.path("onnx/bounds")).sorted()

    @Test(arguments: models)
    func tinyModelsTakeLittle(name: String) throws {
        try withTemporaryDirectory { folder in
            let model = try Fixtures.path("onnx/bounds/\(name)")
            let plan = "\(folder)/x.plan"
            // OpenBLAS takes address space for each of its threads.
            // What is refused is refused before anything is made of its size.
            let seconds = name.hasPrefix("compiles_") ? 20 : 2
            let command = "ulimit -v 1500000; ulimit -t \(seconds); OPENBLAS_NUM_THREADS=1 exec \"$0\" compile \"$1\" -o \"$2\""
            let result = try runProcess("/bin/sh", ["-c", command, try builtProduct("venule"), model, plan])
            if name.hasPrefix("compiles_") {
                #expect(result.status == 0, "\(result.standardError)")
            } else {
                #expect([2, 4].contains(result.status), "\(result.status): \(result.standardError)")
                let expectations = ["at most", "expected", "outside of", "more than"]
                #expect(expectations.contains { result.standardError.contains($0) }, "\(result.standardError)")
                #expect(try entries(folder) == [])
            }
        }
    }
}
