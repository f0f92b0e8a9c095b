import Foundation

/// The files under `Tests/Fixtures`.
public enum Fixtures {
    /// The folder itself.
    public static let folder: String = {
        let support = (#filePath as NSString).deletingLastPathComponent
        return ((support as NSString).deletingLastPathComponent as NSString).appendingPathComponent("Fixtures")
    }()

    /// The path of a fixture such as `iternet/k4-n2.h5`. Throws where there is no such file.
    public static func path(_ name: String) throws -> String {
        let path = (folder as NSString).appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: path) else { throw TestSupportError("there is no fixture \(path)") }
        return path
    }

    /// A fixture's bytes.
    public static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: try path(name))))
    }

    /// Root of the package, in which `models` lies.
    public static let packageRoot = ((folder as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent
}

public struct TestSupportError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// Runs `body` with a fresh folder that is removed afterwards.
public func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("venule-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
}
