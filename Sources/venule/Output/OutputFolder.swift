import Glibc

/// The folder that a command's files go to.
enum OutputFolder {
    /// Refuses a folder that could not be written to, so that a long computation does not end in vain. Makes nothing.
    static func check(_ path: String) throws {
        // Joined with a file's name it would be a place in the root folder.
        guard !path.isEmpty else { throw CommandFailure(.usage, "the name of the folder to write to is empty; '.' is the one at hand") }
        var existing = path
        var status = stat()
        // The nearest folder that exists decides; `make` adds the others.
        while stat(existing, &status) != 0 && errno == ENOENT {
            guard let slash = existing.dropLast(existing.hasSuffix("/") ? 1 : 0).lastIndex(of: "/") else {
                existing = "."
                continue
            }
            existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
        }
        guard stat(existing, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure(.usage, "\(path): a folder is expected")
        }
        guard access(existing, W_OK | X_OK) == 0 else {
            throw CommandFailure(.usage, "\(path): cannot be written to: \(String(cString: strerror(errno)))")
        }
    }

    /// Makes the folder, with those above it, unless it exists.
    static func make(_ path: String) throws(CommandFailure) {
        var prefix = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            prefix += part
            if mkdir(prefix, 0o777) != 0 && errno != EEXIST {
                throw CommandFailure(.usage, "\(path): cannot be made: \(String(cString: strerror(errno)))")
            }
            prefix += "/"
        }
    }

    /// File names for outputs, as venule-run makes them: letters, digits, '.', '_' and '-' stay, everything else, and a dot in
    /// front, becomes '_'; two names that become equal get a number.
    static func fileNames(for names: [String]) -> [String] {
        var taken = Set<String>()
        // What is behind a name that is taken, so that a thousand that are alike take no longer.
        var numbers: [String: Int] = [:]
        return names.map { name in
            var plain = String(name.utf8.prefix(200).map { isPlain($0) ? Character(Unicode.Scalar($0)) : "_" })
            if plain.hasPrefix(".") { plain = "_" + plain.dropFirst() }
            if plain.isEmpty { plain = "output" }
            var candidate = plain
            var number = numbers[plain, default: 2]
            while !taken.insert(candidate).inserted {
                candidate = "\(plain)_\(number)"
                number += 1
            }
            numbers[plain] = number
            return candidate
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        let character = Character(Unicode.Scalar(byte))
        return byte < 0x80 && (character.isLetter || character.isNumber || "._-".contains(character))
    }
}
