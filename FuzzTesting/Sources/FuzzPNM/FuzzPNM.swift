import DeviceFuzzing
import FuzzSupport

/// Changed pictures and any bytes, read as a run's input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPNM(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    readPNM(start, count)
    return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32) -> Int {
    mutatePNM(data, count, capacity: capacity, seed: seed)
}

@_cdecl("FuzzPNM_main")
public func main(_ count: CInt, _ arguments: ProgramArguments?) -> CInt { runTallied(count, arguments, fuzzPNM) }
