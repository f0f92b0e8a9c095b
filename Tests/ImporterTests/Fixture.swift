import Foundation
import TestSupport

@testable import Importer

/// Files under `Tests/Fixtures`; its README tells how they were made.
enum Fixture {
    static var folder: String { Fixtures.folder }

    static func iterNet(_ name: String) -> String { "\(folder)/iternet/\(name).hdf5" }
    static func bad(_ name: String) -> String { "\(folder)/bad/\(name).hdf5" }

    /// The failure of an import that must fail.
    static func failure(of path: String) -> ImportFailure? {
        do {
            _ = try ModelImporter.read(path: path)
            return nil
        } catch {
            return error
        }
    }
}

/// A folder that is gone when the test is over.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = "\(NSTemporaryDirectory())/importer-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], as name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    func copy(_ original: String, as name: String) throws -> String {
        let file = "\(path)/\(name)"
        try FileManager.default.copyItem(atPath: original, toPath: file)
        return file
    }
}

extension KerasLayerDeclaration {
    /// Names of the layers whose results each application gets.
    var connections: [[String]] {
        get { calls }
        set {
            applications = newValue.map { names in
                KerasApplication(operands: names.map { .tensor(KerasTensorReference(layer: $0, application: 0, output: 0)) })
            }
        }
    }
}
