/// Which files `segment` writes for a photograph besides the map and its values.
struct SegmentedFileKinds: Equatable {
    var hasMask = false
    var hasOverlay = false
    var hasFieldOfView = false
    /// The outputs beside the map, as they stand in the names of files.
    var heads: [String] = []
}

/// Where the map of a photograph goes.
struct SegmentedFiles {
    let image: String
    /// The stored mask of its field of view.
    let storedField: String?
    /// Everything in front of a file's extension.
    private let base: String
    private let kinds: SegmentedFileKinds
    /// What is there already and may be replaced.
    private(set) var replaces: Bool
    /// Whether all of it is there and is to stay.
    private(set) var isFinished = false

    var map: String { "\(base).png" }
    var array: String { "\(base).npy" }
    /// Nil where none is asked for, as of the others.
    var mask: String? { kinds.hasMask ? "\(base)-mask.png" : nil }
    var overlay: String? { kinds.hasOverlay ? "\(base)-overlay.png" : nil }

    var fieldOfView: String? { kinds.hasFieldOfView ? "\(base)-fov.png" : nil }

    /// Of the outputs beside the map.
    var heads: [(picture: String, array: String)] { kinds.heads.map { ("\(base)-\($0).png", "\(base)-\($0).npy") } }

    /// All that is written.
    var paths: [String] { [map, array] + heads.flatMap { [$0.picture, $0.array] } + [mask, overlay, fieldOfView].compactMap { $0 } }

    /// The folder of all of it.
    var folder: String { String(base[..<(base.lastIndex(of: "/") ?? base.startIndex)]) }

    init(_ photograph: GivenPhotograph, in folder: String, _ kinds: SegmentedFileKinds, storedField: String?, replaces: Bool) {
        image = photograph.path
        self.storedField = storedField
        base = "\(folder)/\(Self.withoutExtension(photograph.relativePath))"
        self.kinds = kinds
        self.replaces = replaces
    }

    /// - Throws: where a name is taken that may not be replaced.
    func checkAbsence() throws {
        guard !replaces, let taken = paths.first(where: FileStatus.isTaken) else { return }
        throw CommandFailure(
            .usage, "\(taken): exists already and is not replaced without --force; choose another folder with -o")
    }

    /// Files that are all there are kept; where some are, they are made again.
    fileprivate mutating func resume() {
        let existing = paths.count(where: FileStatus.isTaken)
        isFinished = existing == paths.count
        replaces = existing > 0
    }

    /// The file's name without folders and the last extension.
    static func stem(of path: String) -> String { withoutExtension(path.split(separator: "/").last.map(String.init) ?? path) }

    static func withoutExtension(_ path: String) -> String {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return path }
        return String(path[..<dot])
    }
}

/// What becomes of files that exist.
enum ExistingFiles {
    /// The command ends before it computes anything.
    case refused
    case replaced
    /// Photographs that have all of theirs are skipped.
    case skipped
}

extension SegmentedFiles {
    /// - Parameters:
    ///   - storedFields: the masks of their fields of view.
    ///   - read: other files that the command reads, which are no more replaced than a photograph.
    /// - Throws: where two photographs would have the same files, where a file would replace one that the command reads, and
    ///   where one exists that may not be replaced.
    static func plan(
        _ photographs: [GivenPhotograph], in folder: String, _ kinds: SegmentedFileKinds, storedFields: [GivenPhotograph: String],
        read: [String],
        existing: ExistingFiles
    ) throws -> [SegmentedFiles] {
        var takenBy: [String: String] = [:]
        var planned = try photographs.map { photograph in
            let files = SegmentedFiles(
                photograph, in: folder, kinds, storedField: storedFields[photograph], replaces: existing == .replaced)
            for path in files.paths {
                if let other = takenBy.updateValue(photograph.path, forKey: path) {
                    throw CommandFailure(.usage, "\(photograph.path) and \(other) would both be written to \(path)")
                }
            }
            return files
        }
        for folder in Set(planned.map(\.folder)) { try OutputFolder.check(folder) }
        let inputs = ReadFiles(photographs.map(\.path) + storedFields.values + read)
        for index in planned.indices {
            for path in planned[index].paths { try OutputFile.check(path, inputs: inputs, makesFolder: true) }
            if existing == .skipped { planned[index].resume() }
            try planned[index].checkAbsence()
        }
        return planned
    }
}
