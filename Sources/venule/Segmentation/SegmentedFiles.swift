/// Where the map of a photograph goes.
struct SegmentedFiles {
    let image: String
    let map: String
    let array: String
    /// Nil where none is asked for.
    let overlay: String?

    /// All that is written.
    var paths: [String] { [map, array] + (overlay.map { [$0] } ?? []) }

    /// - Parameters:
    ///   - network: the plan or model, which is no more replaced than a photograph.
    ///   - replaces: whether existing files may be replaced (`--force`).
    /// - Throws: where two photographs would have the same files, where a file would replace one that the command reads, and
    ///   where one exists that may not be replaced.
    static func plan(
        _ images: [String], in folder: String, overlays: Bool, network: String, replaces: Bool
    ) throws -> [SegmentedFiles] {
        var takenBy: [String: String] = [:]
        let planned = try images.map { image in
            let stem = "\(folder)/\(stem(of: image))"
            let files = SegmentedFiles(
                image: image, map: "\(stem).png", array: "\(stem).npy", overlay: overlays ? "\(stem)-overlay.png" : nil)
            for path in files.paths {
                if let other = takenBy.updateValue(image, forKey: path) {
                    throw CommandFailure(.usage, "\(image) and \(other) would both be written to \(path)")
                }
            }
            return files
        }
        let inputs = images + graphFiles(network)
        for file in planned {
            for path in file.paths { try OutputFile.check(path, inputs: inputs, makesFolder: true) }
            if !replaces { try file.checkAbsence() }
        }
        return planned
    }

    /// - Throws: where a name is taken.
    func checkAbsence() throws {
        guard let taken = paths.first(where: FileStatus.isTaken) else { return }
        throw CommandFailure(
            .usage, "\(taken): exists already and is not replaced without --force; choose another folder with -o")
    }

    /// The file's name without folders and the last extension.
    static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }
}
