import FoundationEssentials

/// The files of one photograph that `evaluate` reads.
struct EvaluationPair: Equatable {
    /// The prediction's name without its extension.
    let name: String
    let prediction: String
    let truth: String
    /// The stored field of view; nil where there is none.
    var field: String?
    /// The photograph; nil where it is not needed.
    var photograph: String?
}

/// Finds what belongs together by the files' names, as the public data sets form them.
enum EvaluationPairs {
    /// What a file is for.
    enum Role: String {
        case prediction
        case truth
        case field = "field of view"
        case photograph

        /// What such files' stems end with in DRIVE, CHASE-DB1, STARE, HRF and others.
        fileprivate var suffixes: [String] {
            switch self {
            case .truth: ["_manual1", "_manual2", "_manual", "_1stho", "_2ndho", ".ah", ".vk", "_gt"]
            case .field: ["_mask", "_fov", "-fov", "-mask"]
            case .prediction, .photograph: []
            }
        }

        /// What stems end with of files that lie beside those of this role and are none.
        fileprivate var foreignSuffixes: [String] {
            switch self {
            case .prediction: ["-overlay"] + Role.field.suffixes
            case .truth: ["-overlay"] + Role.field.suffixes
            case .field: ["-overlay"] + Role.truth.suffixes
            case .photograph: ["-overlay"] + Role.field.suffixes + Role.truth.suffixes
            }
        }
    }

    /// Of DRIVE's photographs, and not of its truth.
    private static let parts = ["_test", "_training"]
    private static let pictureExtensions: Set<String> = [
        "png", "jpg", "jpeg", "tif", "tiff", "gif", "webp", "jp2", "j2k", "bmp", "ppm", "pgm", "pbm", "pnm",
    ]

    /// A file of a folder, or the only one that was given.
    private struct Candidate {
        let path: String
        let stem: String
        /// The stem without what the role adds.
        let key: String
        let hasSuffix: Bool
        let isArray: Bool
    }

    /// - Parameters:
    ///   - predictions, truth: folders, or single files, which are a pair whatever their names are.
    ///   - fields, photographs: the same; nil where none are needed.
    /// - Returns: the pairs in the order of their names, and what had no partner, one text for each file.
    /// - Throws: `CommandFailure` of usage where nothing pairs, where a pair is ambiguous, and where a pair has no field of view or no
    ///   photograph that it needs.
    static func find(
        predictions: String, truth: String, fields: String? = nil, photographs: String? = nil
    ) throws -> (pairs: [EvaluationPair], unpaired: [String]) {
        let predicted = try chosen(candidates(predictions, .prediction), .prediction)
        let truths = try candidates(truth, .truth)
        let fieldFiles = try fields.map { try candidates($0, .field) }
        let photographFiles = try photographs.map { try candidates($0, .photograph) }
        let isSingle = !isFolder(predictions) && !isFolder(truth)
        var pairs: [EvaluationPair] = []
        var unpaired: [String] = []
        var used: Set<String> = []
        for prediction in predicted {
            let partners = isSingle ? truths : try matching(prediction, truths, .truth)
            guard let partner = partners.first else {
                unpaired.append("\(prediction.path): there is no truth for it in \(truth)")
                continue
            }
            used.insert(partner.key)
            var pair = EvaluationPair(name: prediction.stem, prediction: prediction.path, truth: partner.path)
            if let fieldFiles { pair.field = try needed(prediction, fieldFiles, .field, in: fields) }
            if let photographFiles { pair.photograph = try needed(prediction, photographFiles, .photograph, in: photographs) }
            pairs.append(pair)
        }
        if !isSingle {
            unpaired += truths.filter { !used.contains($0.key) }.map { "\($0.path): there is no prediction for it in \(predictions)" }
        }
        guard !pairs.isEmpty else {
            throw CommandFailure(
                .usage,
                lines: [
                    "none of the predictions in \(predictions) has its truth in \(truth): their names have to be alike, as 01_test.png and 01_manual1.gif"
                ]
                    + unpaired)
        }
        return (pairs, unpaired)
    }

    private static func needed(_ prediction: Candidate, _ files: [Candidate], _ role: Role, in place: String?) throws -> String {
        if files.count == 1, let only = files.first, let place, only.path == place { return place }
        guard let file = try matching(prediction, files, role).first else {
            throw CommandFailure(.usage, "\(prediction.path): there is no \(role.rawValue) for it in \(place ?? "")")
        }
        return file.path
    }

    /// The file of a role that belongs to a prediction; none or one.
    private static func matching(_ prediction: Candidate, _ files: [Candidate], _ role: Role) throws -> [Candidate] {
        let found = files.filter { $0.key == prediction.key }
        // Where photographs and truth lie in one folder, the names tell which is which.
        let named = found.filter(\.hasSuffix)
        let best = named.isEmpty ? found : named
        guard best.count <= 1 else {
            throw CommandFailure(
                .usage,
                "\(prediction.path): \(best[0].path) and \(best[1].path) could both be its \(role.rawValue); give a folder with one of them"
            )
        }
        return best
    }

    /// Predictions without those that another one stands for: of an array and its picture the array is read.
    private static func chosen(_ files: [Candidate], _ role: Role) throws -> [Candidate] {
        let arrays = Set(files.filter(\.isArray).map(\.stem))
        var taken: [String: String] = [:]
        return try files.filter { $0.isArray || !arrays.contains($0.stem) }.map { file in
            if let other = taken.updateValue(file.path, forKey: file.key) {
                throw CommandFailure(
                    .usage, "\(other) and \(file.path) could both be the \(role.rawValue) of one photograph; keep one of them")
            }
            return file
        }
    }

    private static func isFolder(_ path: String) -> Bool { FileStatus(path)?.isFolder ?? false }

    private static func candidates(_ place: String, _ role: Role) throws -> [Candidate] {
        guard isFolder(place) else {
            guard FileStatus(place) != nil else {
                throw CommandFailure(.usage, "\(place): there is no such file or folder")
            }
            return [candidate(place, role)]
        }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: place).sorted() } catch {
            throw CommandFailure(.usage, "\(place): the folder cannot be read")
        }
        let folder = place.hasSuffix("/") ? String(place.dropLast()) : place
        return names.filter { !$0.hasPrefix(".") }.map { candidate("\(folder)/\($0)", role) }.filter { file in
            let type = file.path.lowercased().split(separator: ".").last.map(String.init) ?? ""
            let isKnown = pictureExtensions.contains(type) || role == .prediction && file.isArray
            return isKnown && !role.foreignSuffixes.contains { file.stem.lowercased().hasSuffix($0) }
        }
    }

    private static func candidate(_ path: String, _ role: Role) -> Candidate {
        let stem = SegmentedFiles.stem(of: path)
        let suffix = role.suffixes.first { stem.lowercased().hasSuffix($0) && stem.count > $0.count }
        var key = String(stem.dropLast(suffix?.count ?? 0))
        if let part = parts.first(where: { key.lowercased().hasSuffix($0) && key.count > $0.count }) { key.removeLast(part.count) }
        return Candidate(
            path: path, stem: stem, key: key, hasSuffix: suffix != nil, isArray: path.lowercased().hasSuffix(".npy"))
    }
}
