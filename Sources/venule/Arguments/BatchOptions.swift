import ArgumentParser

/// Options of commands that work on many photographs.
struct BatchOptions: ParsableArguments {
    @Flag(help: "Replace files that exist. Those that this command reads are never replaced.")
    var force = false
    @Flag(help: "Skip photographs whose files all exist, so that an interrupted run is resumed; where some exist, all are made again.")
    var skipExisting = false
    @Option(
        help: ArgumentHelp(
            "Write a table with a row for each photograph as soon as it is done; with --skip-existing rows are added to it.",
            valueName: "FILE"))
    var csv: String?

    func validate() throws {
        if force, skipExisting { throw ValidationError("--force makes all files again, --skip-existing keeps them; give one of them") }
    }

    var existing: ExistingFiles { force ? .replaced : skipExisting ? .skipped : .refused }

    /// Refuses a place where the table cannot or must not go.
    ///
    /// - Parameter read: what the command reads.
    func checkTable(_ files: [SegmentedFiles], read: ReadFiles) throws {
        guard let csv else { return }
        try OutputFolder.check(folder(of: csv))
        try OutputFile.check(csv, inputs: read, makesFolder: true)
        if let other = files.first(where: { $0.paths.contains(csv) }) {
            throw CommandFailure(.usage, "the table and the results of \(other.image) would both be written to \(csv)")
        }
        guard existing != .refused || !FileStatus.isTaken(csv) else {
            throw CommandFailure(
                .usage, "\(csv): exists already; --force replaces it, and with --skip-existing rows are added to it")
        }
    }

    /// - Returns: the table, and the photographs of which it keeps the rows of an earlier run.
    func table(_ files: [SegmentedFiles]) throws -> (table: PhotographTable, known: Set<String>)? {
        guard let csv else { return nil }
        try OutputFolder.make(folder(of: csv))
        let isFinished = Dictionary(files.map { ($0.image, $0.isFinished) }, uniquingKeysWith: { first, _ in first })
        let rows = existing == .skipped ? try PhotographTable.rows(of: csv).filter { isFinished[$0[0]] ?? true } : []
        return (try PhotographTable(csv, rows: rows), Set(rows.map { $0[0] }))
    }

    private func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
