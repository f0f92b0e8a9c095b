import FuzzSupport
import GraphIR

@testable import Importer

/// Above libhdf5: the text of a `model_config` beside the tensors of a genuine file becomes a graph that verifies, or is
/// refused. The first byte chooses the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzKeras(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    guard let choice = bytes.first, !checkpoints.isEmpty else { return -1 }
    var checkpoint = checkpoints[Int(choice) % checkpoints.count]
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    guard let json = try? JSONParser.parse(text), let configuration = try? KerasModelConfiguration(json) else { return 0 }
    checkpoint.configuration = configuration
    let declarations = Dictionary(configuration.layers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for index in checkpoint.layers.indices { checkpoint.layers[index].declaration = declarations[checkpoint.layers[index].name] }
    for architecture in Architecture.library {
        guard case .accepted(let blueprint) = architecture.recognise(checkpoint) else { continue }
        let constants = blueprint.weights.map { Constant([Float](repeating: 0, count: $0.elementCount), shape: $0.shape) }
        // A graph that cannot be built is a file that is refused; one that is built has to verify.
        if let graph = try? blueprint.makeGraph(constants) {
            do { try graph.verify() } catch { fatalError("\(error)") }
        }
    }
    return 0
}

/// What the fixtures' files have beside their configurations.
private let checkpoints: [KerasCheckpoint] = paths.compactMap { path in
    try? withKerasCheckpoint(path: path) { checkpoint, _ throws(ImportFailure) in checkpoint }
}

private let paths = [
    "keras/keras1/layers_th/model.h5", "keras/keras2.3/nested/model.h5", "keras/keras2.3/convolutions/model.h5",
    "keras/keras3/shapes/model.h5", "keras/keras3/activations/model.h5", "keras/tf-keras/merges/model.h5",
    "iternet/k2_n3_full.hdf5",
].map { "\(Fixtures.folder)/\($0)" }

/// Writes each file's own configuration as a seed.
@_cdecl("LLVMFuzzerInitialize")
public func initialise(_ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<ProgramArguments>) -> CInt {
    Fixtures.writeSeeds(
        paths.enumerated().compactMap { index, path in
            guard let file = try? HDF5File(path: path), let text = try? file.strings(attribute: "model_config", at: "/")?.first
            else { return nil }
            return [UInt8(index)] + Array(text.utf8)
        })
    return 0
}

/// In this file, because a reference from another one would define the test a second time.
@_cdecl("FuzzKeras_main")
public func main(_ count: CInt, _ arguments: ProgramArguments?) -> CInt { runFuzzer(count, arguments, fuzzKeras) }
