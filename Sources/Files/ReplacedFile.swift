import Platform

/// The file that had a name before another is published under it: kept under a second name until this value ends, for the
/// case that a file which belongs to the new one cannot be published.
public struct ReplacedFile: ~Copyable {
    private let path: String
    private let token: UInt64
    private let isKept: Bool
    private let wasMissing: Bool

    public init(_ path: String) {
        var token: UInt64 = 0
        let code = venule_file_keep(path, &token)
        self.path = path
        self.token = token
        isKept = code == 0
        wasMissing = code == VENULE_NO_FILE
    }

    /// Gives the old file its name back, or removes the new one where there was none.
    public consuming func restore() {
        if isKept { venule_file_restore(path, token) }
        if wasMissing { venule_file_remove(path) }
    }

    deinit { if isKept { venule_file_forget(path, token) } }
}
