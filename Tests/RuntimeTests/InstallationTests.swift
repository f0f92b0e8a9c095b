import Foundation
import Platform
import Testing

/// Files that are put in the place of others.
@Suite struct InstallationTests {
    /// FAT has no hard links.
    private let cannotLink: venule_link_function = { _, _ in
        errno = EPERM
        return -1
    }

    private func install(_ text: String, at path: String, _ makeLink: venule_link_function? = nil) -> Int32 {
        var installation = venule_installation()
        let bytes = Array(text.utf8)
        let code = venule_installation_stage(path, bytes, bytes.count, &installation)
        guard code == 0 else { return code }
        return venule_installation_commit_linking(path, path + ".previous", &installation, makeLink ?? { link($0, $1) })
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("venule-install-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func text(_ path: String) -> String? { FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } }

    /// Any number of installations, each of which keeps the one before, and nothing else stays.
    @Test(arguments: [false, true]) func previousIsKeptWithAndWithoutLinks(hasLinks: Bool) throws {
        try withFolder { folder throws in
            let path = "\(folder)/net.plan"
            for turn in 0..<4 {
                #expect(install("plan \(turn)", at: path, hasLinks ? nil : cannotLink) == 0)
                #expect(text(path) == "plan \(turn)")
                #expect(text(path + ".previous") == (turn == 0 ? nil : "plan \(turn - 1)"))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["net.plan", "net.plan.previous"])
        }
    }

    /// Without links the copy is made beside `.previous`, which whoever has it open, or a process that is killed meanwhile, never
    /// finds half-written. What a killed one left is no obstacle.
    @Test func theCopyReplacesPreviousAsAWhole() throws {
        try withFolder { folder in
            let path = "\(folder)/net.plan"
            #expect(install("first", at: path, cannotLink) == 0)
            #expect(install("second", at: path, cannotLink) == 0)
            // Another name of the file that is `.previous` now: writing to it would show here.
            #expect(link(path + ".previous", "\(folder)/witness") == 0)
            try Data("left by a killed process".utf8).write(to: URL(fileURLWithPath: path + ".previous.linking"))
            #expect(install("third", at: path, cannotLink) == 0)
            #expect(text("\(folder)/witness") == "first")
            #expect(text(path + ".previous") == "second" && text(path) == "third")
            #expect(!FileManager.default.fileExists(atPath: path + ".previous.linking"))
        }
    }
}
