import Foundation

/// What a finished program left behind.
public struct ProcessResult: Sendable {
    public let status: Int32
    public let standardOutput: String
    public let standardError: String
}

/// Runs a program to its end. Throws where it cannot be started; a failure of the program itself is in the status,
/// which is 128 plus the signal's number where a signal ended it.
public func runProcess(
    _ executable: String, _ arguments: [String] = [], environment: [String: String]? = nil, directory: String? = nil
) throws -> ProcessResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    if let environment { process.environment = environment }
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    // Files rather than pipes: a program that fills one pipe while the other is read would hang.
    return try withTemporaryDirectory { folder in
        let paths = ["out", "err"].map { (folder as NSString).appendingPathComponent($0) }
        for path in paths where !FileManager.default.createFile(atPath: path, contents: nil) {
            throw TestSupportError("cannot create \(path)")
        }
        let handles = try paths.map { try FileHandle(forWritingTo: URL(fileURLWithPath: $0)) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        try process.run()
        process.waitUntilExit()
        for handle in handles { try handle.close() }
        let texts = try paths.map { String(decoding: try Data(contentsOf: URL(fileURLWithPath: $0)), as: UTF8.self) }
        let status = process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
        return ProcessResult(status: status, standardOutput: texts[0], standardError: texts[1])
    }
}

/// The path of one of this package's programs, built beside the tests.
public func builtProduct(_ name: String) throws -> String {
    // The tests' bundle lies in the folder of the build; on Linux it is the executable itself.
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    for _ in 0..<4 {
        let candidate = folder.appendingPathComponent(name).path
        if FileManager.default.isExecutableFile(atPath: candidate), !folder.path.hasSuffix(".xctest") { return candidate }
        folder.deleteLastPathComponent()
    }
    throw TestSupportError("'\(name)' is not built beside \(CommandLine.arguments[0])")
}
