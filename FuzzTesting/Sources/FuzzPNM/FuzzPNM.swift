import DeviceFuzzing
import FuzzSupport

/// Any bytes as a picture, read as a run's input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPNM(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    readPNM(start, count)
    return 0
}

@_cdecl("FuzzPNM_main")
public func main(_ count: CInt, _ arguments: ProgramArguments?) -> CInt { runTallied(count, arguments, fuzzPNM) }
