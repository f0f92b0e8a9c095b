import Archives

/// A `.keras` archive: `config.json` declares the model, `metadata.json` tells the version, and `model.weights.h5` has the
/// tensors in groups that are named after the layers' classes.
enum KerasArchive {
    static let configuration = "config.json"
    static let metadata = "metadata.json"
    static let weights = "model.weights.h5"
}

/// Opens a `.keras` archive and hands it, open, to `body`.
func withKerasArchive<Result>(
    path: String, limits: HDF5Limits = HDF5Limits(), isolation: HDF5Isolation = .none, architecture: KerasArchitectureFile? = nil,
    body: (KerasCheckpoint, KerasWeightReader) throws(ImportFailure) -> Result
) throws(ImportFailure) -> Result {
    let reader = KerasArchiveReader(path: path, limits: limits)
    let file = try reader.temporaryFile()
    var outline = try reader.outline(extractingWeightsTo: file)
    if let architecture { outline.take(architecture) }
    let hdf5 = KerasOutlineReader(path: path)
    switch isolation {
    case .none:
        let source = try hdf5.attempt { () throws(HDF5Error) in try HDF5File(path: file.path, limits: limits) }
        let checkpoint = try reader.checkpoint(outline, source)
        return try body(checkpoint) { weight throws(HDF5Error) in try source.floats(at: weight.objectPath) }
    case .program(let program):
        let source = try hdf5.attempt { () throws(HDF5Error) in
            try HDF5Process.open(path: file.path, limits: limits, program: program)
        }
        let checkpoint = try reader.checkpoint(outline, source)
        return try body(checkpoint) { weight throws(HDF5Error) in try source.floats(at: weight.objectPath) }
    }
}

private struct KerasArchiveReader {
    let path: String
    let limits: HDF5Limits

    /// Everything but the tensors.
    struct Outline {
        var configuration: KerasModelConfiguration
        var version: String?
        /// The file that the configuration is from, where it is not the archive.
        var architecture: String?

        mutating func take(_ file: KerasArchitectureFile) {
            configuration = file.configuration
            version = file.kerasVersion ?? version
            architecture = file.path
        }
    }

    func temporaryFile() throws(ImportFailure) -> TemporaryFile {
        do throws(TemporaryFile.Failure) {
            return try TemporaryFile()
        } catch {
            throw ImportFailure(.unreadable, path: path, summary: error.reason)
        }
    }

    func outline(extractingWeightsTo file: borrowing TemporaryFile) throws(ImportFailure) -> Outline {
        let texts: (configuration: String, metadata: String)
        do throws(ZipArchive.Failure) {
            texts = try extract(to: file)
        } catch {
            throw failure(error)
        }
        let reader = KerasOutlineReader(path: path)
        return Outline(
            configuration: try reader.configuration(texts.configuration, attribute: KerasArchive.configuration),
            version: (try? JSONParser.parse(texts.metadata))?["keras_version"]?.string)
    }

    private func extract(
        to file: borrowing TemporaryFile
    ) throws(ZipArchive.Failure) -> (configuration: String, metadata: String) {
        let archive = try ZipArchive(path: path)
        guard archive.has(KerasArchive.configuration) else {
            throw ZipArchive.Failure(
                entry: KerasArchive.configuration, isCorrupt: false, found: "no such entry", expected: "an archive of Keras 3")
        }
        let configuration = try archive.bytes(of: KerasArchive.configuration, atMost: limits.attributeBytes)
        let metadata = archive.has(KerasArchive.metadata) ? try archive.bytes(of: KerasArchive.metadata, atMost: 1 << 20) : []
        let longest = limits.modelBytes + limits.attributeBytes
        try archive.read(KerasArchive.weights, atMost: longest) { bytes throws(ZipArchive.Failure) in
            do throws(TemporaryFile.Failure) {
                try file.append(bytes)
            } catch {
                throw ZipArchive.Failure(entry: KerasArchive.weights, isCorrupt: false, found: error.reason)
            }
        }
        return (String(decoding: configuration, as: UTF8.self), String(decoding: metadata, as: UTF8.self))
    }

    private func failure(_ error: ZipArchive.Failure) -> ImportFailure {
        ImportFailure(
            error.isCorrupt ? .corrupt : .unsupported, path: path,
            summary: error.isCorrupt ? "the archive is truncated or damaged" : "the archive is not imported",
            problems: [ImportProblem(place: error.entry, found: error.found, accepted: error.expected)])
    }

    func checkpoint<Source: HDF5Source & ~Copyable>(
        _ outline: Outline, _ source: borrowing Source
    ) throws(ImportFailure) -> KerasCheckpoint {
        var reader = KerasArchiveLayers(path: path)
        let layers = try reader.layers(of: outline.configuration, in: source)
        var checkpoint = KerasCheckpoint(kind: .archive, layers: layers)
        checkpoint.kerasVersion = outline.version
        checkpoint.configuration = outline.configuration
        checkpoint.architecture = outline.architecture
        return checkpoint
    }
}
