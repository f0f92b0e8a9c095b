import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// The built `venule`.
enum Venule {
    /// Runs it and returns what it left behind.
    static func run(_ arguments: String...) throws -> ProcessResult {
        try runProcess(builtProduct("venule"), arguments)
    }

    /// Runs it and expects success.
    @discardableResult
    static func succeed(_ arguments: String..., location: SourceLocation = #_sourceLocation) throws -> ProcessResult {
        try succeed(arguments, location: location)
    }

    @discardableResult
    static func succeed(_ arguments: [String], location: SourceLocation = #_sourceLocation) throws -> ProcessResult {
        let result = try runProcess(builtProduct("venule"), arguments)
        #expect(result.status == 0, "\(arguments): \(result.standardError)", sourceLocation: location)
        return result
    }

    /// Runs it and expects a failure with this status, a message on standard error that holds `message`, and no crash.
    static func fail(
        _ status: Int32, _ message: String, _ arguments: String..., location: SourceLocation = #_sourceLocation
    ) throws {
        let result = try runProcess(builtProduct("venule"), arguments)
        #expect(result.status == status, "\(arguments): \(result.standardError)", sourceLocation: location)
        #expect(
            result.standardError.contains(message), "\(arguments): \(result.standardError)", sourceLocation: location)
    }
}

extension Venule {
    static func fail(_ status: Int32, _ message: String, arguments: [String], location: SourceLocation = #_sourceLocation) throws {
        let result = try runProcess(builtProduct("venule"), arguments)
        #expect(result.status == status, "\(arguments): \(result.standardError)", sourceLocation: location)
        #expect(result.standardError.contains(message), "\(arguments): \(result.standardError)", sourceLocation: location)
    }
}

/// Things that several suites read, each made once.
enum Made {
    /// A plan of the fixture `k1_n1_gzip` for 48x80 with all outputs.
    static let plan: Result<String, any Error> = Result {
        let folder = try Made.scratch.get()
        try Venule.succeed(
            "compile", try Fixtures.path("iternet/k1_n1_gzip.hdf5"), "-o", "\(folder)/k1.plan", "--input-shape", "1x48x80x3",
            "--outputs", "all")
        return "\(folder)/k1.plan"
    }

    /// A cost table of this machine, and what `bench --calibrate` reports of it as JSON.
    static let calibration: Result<(file: String, report: String), any Error> = Result {
        let file = "\(try Made.scratch.get())/here.costs"
        return (file, try Venule.succeed("bench", "--calibrate", "--runs", "1", "-o", file, "--json").standardOutput)
    }

    private static let scratch: Result<String, any Error> = Result {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("venule-command-line-tests-\(getpid())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        atexit { Made.removeFolder() }
        return path
    }

    private static func removeFolder() {
        if case .success(let path) = scratch { try? FileManager.default.removeItem(atPath: path) }
    }
}

extension Fixtures {
    /// A picture of random colours.
    static func photograph(height: Int, width: Int) -> Photograph {
        var generator = SplitMix64(seed: UInt64(height * 1000 + width))
        let samples = (0..<3 * height * width).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        return Photograph(height: height, width: width, samples: samples)
    }
}

extension Photograph {
    /// Writes it as a PNG.
    func write(to path: String) throws { try AtomicFile.write(try #require(ImageFile.png(self)), to: path) }

    /// Its first columns.
    func cropped(width: Int) -> Photograph {
        let rows = (0..<height).flatMap { samples[(3 * $0 * self.width)..<(3 * ($0 * self.width + width))] }
        return Photograph(height: height, width: width, samples: rows)
    }
}

/// The files in a folder, sorted.
func entries(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

func contents(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
}
