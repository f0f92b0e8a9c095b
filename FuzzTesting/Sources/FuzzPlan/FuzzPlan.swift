import DeviceFuzzing
import FuzzSupport

/// Plans of which fields were changed, with checksums that match.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPlan(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    readPlan(start, count)
    return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32) -> Int {
    mutatePlan(data, count, capacity: capacity, seed: seed)
}

@_cdecl("FuzzPlan_main")
public func main(_ count: CInt, _ arguments: ProgramArguments?) -> CInt { runTallied(count, arguments, fuzzPlan) }
