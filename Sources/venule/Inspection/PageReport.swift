/// A page that was written.
struct PageReport: Encodable {
    var path: String
    var bytes: Int

    var lines: [String] { [Format.line("written", "\(path), \(Format.mebibytes(bytes))")] }
}
