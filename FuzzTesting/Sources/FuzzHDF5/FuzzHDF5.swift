import Archives
import FuzzSupport
import GraphIR

@testable import Importer

/// Above libhdf5: whatever it answers about a file (what is where, names, attributes, shapes, data) becomes a graph that
/// verifies, or is refused. The first byte chooses a genuine file, the rest says which of its answers become others.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHDF5(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    guard let choice = bytes.first else { return -1 }
    let genuine = files[Int(choice) % files.count]
    let source = AlteredFile(genuine: genuine, answers: AlteredAnswers(bytes.dropFirst()))
    do throws(ImportFailure) {
        let checkpoint = try checkpoint(genuine, source)
        let read: KerasWeightReader = { weight throws(HDF5Error) in try source.floats(at: weight.objectPath) }
        _ = try importKeras(checkpoint, reading: read, path: genuine.path, sha256: "")
    } catch {
        // A graph that is built has to verify; one that cannot be built is a file that is refused.
        if error.summary.contains("does not verify") { fatalError(error.summary) }
    }
    return 0
}

private func checkpoint(_ genuine: GenuineFile, _ source: borrowing AlteredFile) throws(ImportFailure) -> KerasCheckpoint {
    let reader = KerasOutlineReader(path: genuine.path)
    guard let configuration = genuine.configuration else { return try reader.outline(of: source) }
    var layers = KerasArchiveLayers(path: genuine.path)
    var checkpoint = KerasCheckpoint(kind: .archive, layers: try layers.layers(of: configuration, in: source))
    checkpoint.configuration = configuration
    return checkpoint
}

nonisolated(unsafe) private let files: [GenuineFile] =
    [
        "keras/keras1/layers_th/model.h5", "keras/keras2.3/nested/model.h5", "keras/keras3/unet_transposed/model.h5",
        "keras/keras3/iternet/model.weights.h5", "iternet/k1_n1_split_names.hdf5", "iternet/k2_n3_full.hdf5",
    ].map { GenuineFile(path: "\(Fixtures.folder)/\($0)") }
    + ["keras/keras3/nested", "keras/keras3/unet_up"].compactMap { try? unpacked("\(Fixtures.folder)/\($0)/model.keras") }

private func unpacked(_ path: String) throws -> GenuineFile {
    let archive = try ZipArchive(path: path)
    let text = String(decoding: try archive.bytes(of: KerasArchive.configuration, atMost: 1 << 24), as: UTF8.self)
    let file = try TemporaryFile()
    try archive.read(KerasArchive.weights, atMost: 1 << 24) { bytes throws(ZipArchive.Failure) in
        do throws(TemporaryFile.Failure) { try file.append(bytes) } catch { throw ZipArchive.Failure(found: error.reason) }
    }
    return GenuineFile(path: file.path, configuration: try KerasModelConfiguration(try JSONParser.parse(text)))
}

/// A seed for each file: without changes, and with one.
@_cdecl("LLVMFuzzerInitialize")
public func initialise(_ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<ProgramArguments>) -> CInt {
    Fixtures.writeSeeds(files.indices.flatMap { [[UInt8($0)], [UInt8($0), 20, 1, 3, 4, 3, 3, 8]] })
    return 0
}

/// In this file, because a reference from another one would define the test a second time.
@_cdecl("FuzzHDF5_main")
public func main(_ count: CInt, _ arguments: ProgramArguments?) -> CInt { runFuzzer(count, arguments, fuzzHDF5) }
