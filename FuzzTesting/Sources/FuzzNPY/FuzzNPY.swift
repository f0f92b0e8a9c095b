import DeviceFuzzing
import FuzzSupport

/// Any bytes as the header of an array's file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNPY(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    readNPY(start, count)
    return 0
}

@_cdecl("FuzzNPY_main")
public func main(_ count: CInt, _ arguments: ProgramArguments?) -> CInt { runTallied(count, arguments, fuzzNPY) }
