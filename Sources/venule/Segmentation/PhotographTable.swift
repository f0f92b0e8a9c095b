import Files
import Glibc
import Platform

/// The table of a batch, a row for each photograph. A row is in the file as soon as its photograph is done, so that an interrupted
/// run keeps those that it has finished.
final class PhotographTable {
    private let path: String
    private let descriptor: Int32

    /// Begins the table with the rows of an earlier one.
    ///
    /// - Parameter rows: see `rows(of:)`.
    init(_ path: String, rows: [[String]]) throws {
        self.path = path
        let text = ([PhotographRecord.columns] + rows).map(CSV.row).joined()
        try AtomicFile.write(Array(text.utf8), to: path)
        descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure(FileError(.write, path, code: errno)) }
    }

    deinit { close(descriptor) }

    func add(_ record: PhotographRecord) throws { try add(CSV.row(record.fields)) }

    private func add(_ text: String) throws {
        let code = Array(text.utf8).withUnsafeBytes { venule_descriptor_write(descriptor, $0.baseAddress, $0.count) }
        guard code == 0 else { throw CommandFailure(FileError(.write, path, code: code)) }
    }

    /// The rows of a table that an earlier run has left, without its first; none where there is no file.
    ///
    /// - Throws: `CommandFailure` of usage for a file that is no such table.
    static func rows(of path: String) throws -> [[String]] {
        guard FileStatus(path) != nil else { return [] }
        let bytes = try FileReader(path).all(atMost: 1 << 30)
        let rows = CSV.completeRows(of: String(decoding: bytes, as: UTF8.self))
        let columns = PhotographRecord.columns
        guard rows.isEmpty || rows[0] == columns, rows.allSatisfy({ $0.count == columns.count }) else {
            throw CommandFailure(
                .usage, "\(path): is no table of this command's, whose first line is \(columns.joined(separator: ",")); choose another name"
            )
        }
        return Array(rows.dropFirst())
    }
}
