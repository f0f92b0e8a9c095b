import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// `venule-run` while another process cuts its files short (Documentation/Security.md).
@Suite struct ShrinkingFileTests {
    private struct Ended {
        var status: Int32
        var error: String
    }

    /// Runs a plan again and again, and cuts a file when the runs have begun: the output has a temporary file then, and all
    /// other files are open.
    ///
    /// - Parameter cut: The file's name.
    private func run(_ folder: String, repeats: Int, cut: String, to size: Int, _ rest: String...) throws -> Ended {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try builtProduct("venule-run"))
        process.arguments =
            [
                "run", "\(folder)/a.plan", "--input", "\(folder)/x.npy", "--output", "\(folder)/y.npy", "--threads", "1", "--repeat",
                "\(repeats)",
            ]
            + rest
        try Data().write(to: URL(fileURLWithPath: "\(folder)/error"))
        let error = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder)/error"))
        process.standardOutput = FileHandle.nullDevice
        process.standardError = error
        try process.run()
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        while try process.isRunning && !entries(folder).contains(where: { $0.hasSuffix(".partial") }) { usleep(500) }
        #expect(process.isRunning)
        #expect(truncate("\(folder)/\(cut)", off_t(size)) == 0)
        process.waitUntilExit()
        try error.close()
        let status = process.terminationStatus
        return Ended(
            status: process.terminationReason == .uncaughtSignal ? 128 + status : status,
            error: String(decoding: try contents("\(folder)/error"), as: UTF8.self))
    }

    /// - Returns: The output of a run that nobody disturbs.
    private func prepare(_ folder: String) throws -> Data {
        try FileManager.default.copyItem(atPath: try Made.plan.get(), toPath: "\(folder)/a.plan")
        var generator = SplitMix64(seed: 11)
        let values = (0..<(48 * 80 * 3)).map { _ in Float(generator.next() >> 40) / Float(1 << 24) }
        let bytes = values.withUnsafeBytes { Array($0) }
        try AtomicFile.write(NPYArray(.float32, shape: [1, 48, 80, 3], bytes: bytes).fileBytes, to: "\(folder)/x.npy")
        let result = try runProcess(
            builtProduct("venule-run"), ["run", "\(folder)/a.plan", "--input", "\(folder)/x.npy", "--output", "\(folder)/expected.npy"])
        #expect(result.status == 0, "\(result.standardError)")
        return try contents("\(folder)/expected.npy")
    }

    /// A run that goes on for half a second and more after the file was cut.
    @Test(arguments: [0, 2]) func aPlanInMemoryDoesNotNeedItsFile(part: Int) throws {
        try withTemporaryDirectory { folder in
            let expected = try prepare(folder)
            let size = try contents("\(folder)/a.plan").count
            let ended = try run(folder, repeats: 1000, cut: "a.plan", to: size * part / 4, "--no-mmap")
            #expect(ended.status == 0, "\(ended.error)")
            #expect(try contents("\(folder)/y.npy") == expected)
        }
    }

    /// The kernels of the next run read pages that are gone.
    @Test func aMappedPlanEndsTheProcess() throws {
        try withTemporaryDirectory { folder in
            _ = try prepare(folder)
            let ended = try run(folder, repeats: 999_999_999, cut: "a.plan", to: 0)
            #expect(ended.status == 128 + SIGBUS, "\(ended.error)")
            #expect(!(try entries(folder)).contains("y.npy"))
        }
    }

    @Test func anInputThatEndsEarlyIsAnError() throws {
        try withTemporaryDirectory { folder in
            _ = try prepare(folder)
            let ended = try run(folder, repeats: 999_999_999, cut: "x.npy", to: 4096)
            #expect(ended.status == 3)
            #expect(ended.error == "venule-run: \(folder)/x.npy: cannot be read: the file ends early\n")
            #expect(try entries(folder) == ["a.plan", "error", "expected.npy", "x.npy"])
        }
    }
}
