import FuzzSupport
import GraphIR

@testable import Importer

/// The bytes of a file become a graph that verifies, or are refused; through libprotobuf-c, which is guarded by the scan in
/// front of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzONNX(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do throws(ImportFailure) {
        _ = try importONNX(
            UnsafeRawBufferPointer(start: start, count: count), sha256: "", path: "/nowhere/model.onnx", options: ImportOptions())
    } catch {
        // Converters check what they make; the verifier behind them should find nothing.
        if error.summary.contains("does not verify") { fatalError(error.summary) }
    }
    return 0
}

/// Changes fields, mostly, rather than bytes: a byte too many in a nested message invalidates every length around it.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutateONNX(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ capacity: Int, _ seed: CUnsignedInt) -> Int {
    guard let start else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var generator = Generator(state: UInt64(seed))
    var result: [UInt8]
    if generator.next(below: 16) > 0, var message = MessageTree(bytes) {
        for _ in 0...generator.next(below: 3) { message.mutate(&generator) }
        result = message.bytes
    } else {
        result = mutated(bytes, atMost: capacity)
    }
    if result.count > capacity { result = mutated(Array(bytes.prefix(capacity)), atMost: capacity) }
    for (index, byte) in result.enumerated() { start[index] = byte }
    return result.count
}

/// Puts a field of one file in the place of a field of another.
@_cdecl("LLVMFuzzerCustomCrossOver")
public func crossONNX(
    _ first: UnsafePointer<UInt8>?, _ firstCount: Int, _ second: UnsafePointer<UInt8>?, _ secondCount: Int,
    _ out: UnsafeMutablePointer<UInt8>?, _ capacity: Int, _ seed: CUnsignedInt
) -> Int {
    let a = Array(UnsafeBufferPointer(start: first, count: firstCount))
    let b = Array(UnsafeBufferPointer(start: second, count: secondCount))
    guard let out, var message = MessageTree(a), let other = MessageTree(b) else { return 0 }
    var generator = Generator(state: UInt64(seed))
    message.graft(other, &generator)
    let result = message.bytes
    guard result.count <= capacity else { return 0 }
    for (index, byte) in result.enumerated() { out[index] = byte }
    return result.count
}

/// The fixtures are the seeds.
@_cdecl("LLVMFuzzerInitialize")
public func initialise(_ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<ProgramArguments>) -> CInt {
    let models = Fixtures.files(in: "onnx/operators") + ["onnx/networks/pytorch_loop.onnx"]
    Fixtures.writeSeeds(models.filter { $0.hasSuffix(".onnx") && !$0.hasSuffix(".values.onnx") }.compactMap(Fixtures.bytes))
    return 0
}

/// In this file, because a reference from another one would define the test a second time.
@_cdecl("FuzzONNX_main")
public func main(_ count: CInt, _ arguments: ProgramArguments?) -> CInt { runFuzzer(count, arguments, fuzzONNX) }
