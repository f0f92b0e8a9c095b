import DeviceFuzzing
import FuzzSupport

/// Changed plans that the verifier accepts, run on random input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPlanRun(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    runPlan(start, count)
    return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32) -> Int {
    mutatePlan(data, count, capacity: capacity, seed: seed)
}

@_cdecl("FuzzPlanRun_main")
public func main(_ count: CInt, _ arguments: ProgramArguments?) -> CInt { runTallied(count, arguments, fuzzPlanRun) }
