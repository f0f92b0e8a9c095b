import DeviceCommandLine

/// What became of one photograph of a batch: an entry of the report and a row of the table.
struct PhotographRecord: Encodable {
    enum Status: String, Encodable {
        case segmented
        /// All its files were there already.
        case skipped
        case failed
    }

    let path: String
    let status: Status
    /// Pixels.
    var height: Int?
    var width: Int?
    /// From opening the photograph to its last file.
    var seconds: Double?
    /// What a value has to reach to count as vessel; nil where Otsu's method finds none.
    var threshold: Float?
    /// The share of the pixels that reach the threshold: of those inside of the field of view where there is one.
    var vesselShare: Double?
    /// What was written.
    var files: [String]?
    var warnings: [String] = []
    /// Why there is no map.
    var error: String?
    /// The exit status that the error stands for.
    var exitStatus: Int?

    init(_ path: String, _ status: Status) {
        self.path = path
        self.status = status
    }

    init(_ path: String, failure: CommandFailure) {
        self.init(path, .failed)
        error = failure.lines.joined(separator: " ")
        exitStatus = Int(failure.status.rawValue)
    }
}

extension PhotographRecord {
    /// The table's first row.
    static let columns = ["path", "status", "height", "width", "seconds", "threshold", "vesselShare", "warnings", "error"]

    /// Its row of the table.
    var fields: [String] {
        [
            path, status.rawValue, height.map { "\($0)" } ?? "", width.map { "\($0)" } ?? "",
            seconds.map { Format.fixed($0, decimals: 3) } ?? "", threshold.map { "\($0)" } ?? "",
            vesselShare.map { Format.fixed($0, decimals: 6) } ?? "", warnings.joined(separator: " | "), error ?? "",
        ]
    }
}
