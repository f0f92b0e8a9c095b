import DeviceFuzzing
import FuzzSupport

@testable import Importer

/// An ONNX model goes through import, passes, lowering, writing, reading back and the self-test, and runs on random input; the
/// reference says what has to come out.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCompile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    compileAndRun(UnsafeRawBufferPointer(start: start, count: count))
    return 0
}

/// Three changes of four begin with a model that has run.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutateModel(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ capacity: Int, _ seed: CUnsignedInt) -> Int {
    guard let start else { return 0 }
    var mutator = ModelMutator(random: Randomness(seed: UInt64(seed)))
    let given = mutator.random.once(in: 4) ? decoded(UnsafeRawBufferPointer(start: start, count: count)) : nil
    guard var model = given ?? modelPool.model(&mutator.random) else { return mutateBytes(start, count, capacity) }
    mutator.mutate(&model)
    let bytes = ONNXEncoder.bytes(of: model)
    guard bytes.count <= capacity else { return mutateBytes(start, count, capacity) }
    for (index, byte) in bytes.enumerated() { start[index] = byte }
    return bytes.count
}

/// Nil for what is no ONNX model.
func decoded(_ bytes: UnsafeRawBufferPointer) -> ONNXModel? {
    var decoder = ONNXDecoder(externalData: ONNXExternalData(modelPath: "/nowhere/model.onnx"))
    return try? decoder.decode(bytes)
}

/// The small ones of the tests' fixtures are the seeds.
private func writeSeeds() {
    let models = Fixtures.files(in: "onnx/operators") + Fixtures.files(in: "onnx/bounds")
    Fixtures.writeSeeds(
        models.filter { $0.hasSuffix(".onnx") && !$0.hasSuffix(".values.onnx") }.compactMap(Fixtures.bytes).filter { $0.count < 1 << 14 })
}

/// In this file, because a reference from another one would define the test a second time.
@_cdecl("FuzzCompile_main")
public func main(_ count: CInt, _ arguments: ProgramArguments?) -> CInt {
    runTallied(count, arguments, fuzzCompile, seeds: writeSeeds)
}
