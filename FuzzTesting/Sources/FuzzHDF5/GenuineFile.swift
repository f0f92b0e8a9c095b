@testable import Importer

/// An HDF5 file of the fixtures, or the weights of an archive with its configuration. libhdf5 is asked once for everything: its
/// answers are what is changed, and without it there are many more of them in a minute.
final class GenuineFile {
    let path: String
    let configuration: KerasModelConfiguration?
    private let file: HDF5File
    private var kinds: [String: Result<HDF5ObjectKind?, HDF5Error>] = [:]
    private var strings: [String: Result<[String]?, HDF5Error>] = [:]
    private var descriptions: [String: Result<HDF5DatasetDescription, HDF5Error>] = [:]
    private var floats: [String: Result<[Float], HDF5Error>] = [:]

    init(path: String, configuration: KerasModelConfiguration? = nil) {
        guard let file = try? HDF5File(path: path) else { fatalError("\(path) is missing") }
        self.file = file
        self.path = path
        self.configuration = configuration
    }

    func names(in group: String, limit: Int) -> [String] { file.names(in: group, limit: limit) }

    func kind(at objectPath: String) throws(HDF5Error) -> HDF5ObjectKind? {
        try remembered(\.kinds, objectPath) { () throws(HDF5Error) in try file.kind(at: objectPath) }
    }

    func strings(attribute name: String, at objectPath: String) throws(HDF5Error) -> [String]? {
        try remembered(\.strings, "\(objectPath) \(name)") { () throws(HDF5Error) in try file.strings(attribute: name, at: objectPath) }
    }

    func describe(at objectPath: String) throws(HDF5Error) -> HDF5DatasetDescription {
        try remembered(\.descriptions, objectPath) { () throws(HDF5Error) in try file.describe(at: objectPath) }
    }

    func floats(at objectPath: String) throws(HDF5Error) -> [Float] {
        try remembered(\.floats, objectPath) { () throws(HDF5Error) in try file.floats(at: objectPath) }
    }

    private func remembered<Answer>(
        _ answers: ReferenceWritableKeyPath<GenuineFile, [String: Result<Answer, HDF5Error>]>, _ question: String,
        _ ask: () throws(HDF5Error) -> Answer
    ) throws(HDF5Error) -> Answer {
        // Changed names make new questions without an end.
        if self[keyPath: answers].count > 10_000 { self[keyPath: answers] = [:] }
        if let answer = self[keyPath: answers][question] { return try answer.get() }
        let answer = Result(catching: ask)
        self[keyPath: answers][question] = answer
        return try answer.get()
    }
}
