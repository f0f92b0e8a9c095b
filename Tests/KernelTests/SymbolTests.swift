import Foundation
import TestSupport
import Testing

/// On a baseline x86-64 CPU a vector's fused multiply-add compiles to calls of libm's `fmaf`, one for each lane. The
/// kernels must hold none of these, nor any other function of a library beyond copying and clearing memory.
@Suite struct SymbolTests {
    @Test func kernelsCallNoLibrary() throws {
        let objects = try kernelObjects()
        let allowed: Set<String> = [
            "memcpy", "memset", "memmove", "__cpu_model", "__cpu_features2", "__cpu_indicator_init", "venule_kernels_portable",
            "venule_kernels_avx2", "venule_kernels_avx512", "_GLOBAL_OFFSET_TABLE_", "venule_function", "venule_modulo", "venule_remainder",
        ]
        for name in ["dispatch", "functions", "set_portable", "set_avx2", "set_avx512"] {
            let object = try #require(objects.first { $0.lastPathComponent.hasPrefix(name) }, "no object of \(name).c")
            let listing = try runProcess("/usr/bin/env", ["nm", "-u", object.path])
            #expect(listing.status == 0, "\(listing.standardError)")
            let symbols = listing.standardOutput.split(whereSeparator: \.isWhitespace).map(String.init)
            // The sanitizers' builds add functions of their own.
            let others = Set(symbols).subtracting(allowed).filter {
                $0 != "U" && $0 != "w" && !$0.hasPrefix("__asan") && !$0.hasPrefix("__tsan") && !$0.hasPrefix("__ubsan")
            }
            #expect(others.isEmpty, "\(object.lastPathComponent) refers to \(others.sorted())")
        }
    }

    /// The objects that the tests are linked from, in the build folder that the tests' bundle lies in.
    private func kernelObjects() throws -> [URL] {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent("Kernels.build")
            if let files = try? FileManager.default.contentsOfDirectory(at: candidate, includingPropertiesForKeys: nil) {
                return files.filter { $0.pathExtension == "o" }
            }
            folder.deleteLastPathComponent()
        }
        return []
    }
}
