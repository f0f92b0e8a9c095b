import DeviceFuzzing
import FuzzSupport

/// Any bytes at all as a plan.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPlanBytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    readPlan(start, count)
    return 0
}

@_cdecl("FuzzPlanBytes_main")
public func main(_ count: CInt, _ arguments: ProgramArguments?) -> CInt { runTallied(count, arguments, fuzzPlanBytes) }
