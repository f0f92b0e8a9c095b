import Glibc

/// Where the maps of photographs go.
struct SegmentedFiles {
    let image: String
    let map: String
    let array: String
    let overlay: String

    /// - Throws: where two photographs would have the same files, or a file would replace a photograph.
    static func plan(_ images: [String], in folder: String) throws -> [SegmentedFiles] {
        var takenBy: [String: String] = [:]
        let sources = Set(images.compactMap(identity))
        return try images.map { image in
            let stem = stem(of: image)
            if let other = takenBy.updateValue(image, forKey: stem) {
                throw CommandFailure(.usage, "\(image) and \(other) would both be written to \(folder)/\(stem).png")
            }
            let files = SegmentedFiles(
                image: image, map: "\(folder)/\(stem).png", array: "\(folder)/\(stem).npy",
                overlay: "\(folder)/\(stem)-overlay.png")
            for path in [files.map, files.array, files.overlay] {
                if let identity = identity(path), sources.contains(identity) {
                    throw CommandFailure(.usage, "\(path): would replace a photograph; choose another folder with -o")
                }
            }
            return files
        }
    }

    /// The file's name without folders and the last extension.
    static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// Device and number of an existing file, the same for every path to it.
    private static func identity(_ path: String) -> [UInt64]? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }
}
