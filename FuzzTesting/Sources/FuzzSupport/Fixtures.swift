import Foundation

public enum Fixtures {
    /// The folder of the tests' fixtures.
    public static let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../Tests/Fixtures").standardized.path

    /// Writes seeds into the folder that `fuzz.sh` names, where it does.
    public static func writeSeeds(_ seeds: [[UInt8]]) {
        guard let corpus = ProcessInfo.processInfo.environment["SEEDS"] else { return }
        for (index, seed) in seeds.enumerated() { try? Data(seed).write(to: URL(fileURLWithPath: "\(corpus)/seed-\(index)")) }
    }

    public static func bytes(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(folder)/\(path)").map { Array($0) }
    }

    /// The files below a folder of fixtures, sorted.
    public static func files(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(path)")) ?? []).sorted().map { "\(path)/\($0)" }
    }
}
