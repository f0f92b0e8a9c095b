public typealias FuzzTest = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
public typealias ProgramArguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<ProgramArguments?>, _ test: FuzzTest
) -> CInt

@_silgen_name("LLVMFuzzerMutate")
private func mutate(_ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int, _ capacity: Int) -> Int

/// What a target's `main` does. SwiftPM names an executable's entry point after the target, and so libFuzzer's own `main` is
/// never linked.
public func runFuzzer(_ count: CInt, _ arguments: ProgramArguments?, _ test: FuzzTest) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments, test)
}

/// libFuzzer's own mutation of `count` bytes, in place.
/// - Returns: How many there are then, at most `capacity`.
public func mutateBytes(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int) -> Int {
    mutate(bytes, count, capacity)
}

/// libFuzzer's own mutation of some bytes.
public func mutated(_ bytes: [UInt8], atMost capacity: Int) -> [UInt8] {
    let capacity = max(capacity, bytes.count)
    var buffer = bytes + [UInt8](repeating: 0, count: capacity - bytes.count)
    let count = mutate(&buffer, bytes.count, capacity)
    return Array(buffer[..<count])
}
