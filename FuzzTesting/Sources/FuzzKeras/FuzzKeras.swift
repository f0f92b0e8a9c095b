import Foundation
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
private let checkpoints: [KerasCheckpoint] = fixtures.compactMap { path in
    try? withKerasCheckpoint(path: path) { checkpoint, _ throws(ImportFailure) in checkpoint }
}

private let fixtures: [String] = {
    let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../Tests/Fixtures").standardized.path
    let names = ["keras1/layers_th", "keras2.3/nested", "keras2.3/convolutions", "keras3/shapes", "keras3/activations", "tf-keras/merges"]
    return names.map { "\(folder)/keras/\($0)/model.h5" } + ["\(folder)/iternet/k2_n3_full.hdf5"]
}()

/// Writes each file's own configuration as a seed.
@_cdecl("LLVMFuzzerInitialize")
public func initialise(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>
) -> CInt {
    guard let folder = ProcessInfo.processInfo.environment["SEEDS"] else { return 0 }
    for (index, path) in fixtures.enumerated() {
        guard let file = try? HDF5File(path: path), let text = try? file.strings(attribute: "model_config", at: "/")?.first
        else { continue }
        try? (Data([UInt8(index)]) + Data(text.utf8)).write(to: URL(fileURLWithPath: "\(folder)/seed-\(index)"))
    }
    return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// SwiftPM names an executable's entry point after the target, and so libFuzzer's own `main` is never linked. In this file,
/// because a reference from another one would define the test a second time.
@_cdecl("FuzzKeras_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments, fuzzKeras)
}
