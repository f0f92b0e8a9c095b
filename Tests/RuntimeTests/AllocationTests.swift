import AllocationCounter
import Runtime
import Testing

// Serialized, and the least of many batches: the counter also counts the worker threads of other suites' sessions.
@Suite(.serialized) struct AllocationTests {
    @Test(arguments: [1, 3]) func inferenceAllocatesNothingAfterTheFirst(threads: Int) throws {
        let network = SmallNetwork(height: 12, width: 20, stepRows: 2)
        let session = try Session(try network.model(), options: SessionOptions(threads: threads))
        let input = network.input(seed: 2).floats
        var deep = [Float](repeating: 0, count: 6 * 10 * 17)
        var map = [Float](repeating: 0, count: 12 * 20 * 2)
        try input.withUnsafeBytes { input in
            try deep.withUnsafeMutableBytes { deep in
                try map.withUnsafeMutableBytes { map in
                    let (inputs, outputs) = ([input], [deep, map])
                    try session.run(inputs: inputs, outputs: outputs)
                    var least = Int.max
                    for _ in 0..<50 {
                        allocation_counter_start()
                        for _ in 0..<5 { try session.run(inputs: inputs, outputs: outputs) }
                        least = min(least, Int(allocation_counter_stop()))
                    }
                    #expect(least == 0)
                }
            }
        }
    }

    @Test func theCounterCounts() {
        allocation_counter_start()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 8)
        let count = allocation_counter_stop()
        memory.deallocate()
        #expect(count >= 1)
    }
}
