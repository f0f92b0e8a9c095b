import AllocationCounter
import Runtime
import Testing

// Serialized, and the least of many batches: the counter also counts the worker threads of other suites' sessions.
@Suite(.serialized, .enabled(if: allocation_counter_works() != 0)) struct AllocationTests {
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

    /// Rows handed over, until the first output, and with a deadline.
    @Test(arguments: [1, 3]) func streamingAllocatesNothing(threads: Int) throws {
        let network = SmallNetwork(height: 12, width: 20, stepRows: 2)
        let session = try Session(try network.model(), options: SessionOptions(threads: threads))
        let (inputs, outputs) = ([RunInput.rows], [[RunOutput.rows], [.rows, .rows]])
        func run(_ count: Int) throws {
            try session.start(inputs: inputs, outputs: outputs[count - 1], options: RunOptions(outputs: count, deadline: 1 << 60))
            while true {
                guard case .inputRows(let rows) = try session.advance() else { continue }
                rows.bytes.initializeMemory(as: UInt8.self, repeating: 1)
                if rows.firstRow + rows.rowCount == 12 { break }
            }
            while true { if case .finished = try session.advance() { return } }
        }
        try run(2)
        var least = Int.max
        for _ in 0..<50 {
            allocation_counter_start()
            for count in [1, 2, 2, 1] { try run(count) }
            least = min(least, Int(allocation_counter_stop()))
        }
        #expect(least == 0)
    }

    /// Without a single allocation on its thread, which does all the work, a long run grows by no byte.
    @Test func tenThousandInferencesGrowByNothing() throws {
        let network = SmallNetwork(height: 4, width: 4, stepRows: 2)
        let session = try Session(try network.model(), options: SessionOptions(threads: 1))
        let input = network.input(seed: 2).floats
        var deep = [Float](repeating: 0, count: 2 * 2 * 17)
        var map = [Float](repeating: 0, count: 4 * 4 * 2)
        try input.withUnsafeBytes { input in
            try deep.withUnsafeMutableBytes { deep in
                try map.withUnsafeMutableBytes { map in
                    let (inputs, outputs) = ([input], [deep, map])
                    try session.run(inputs: inputs, outputs: outputs)
                    allocation_counter_start_thread()
                    for _ in 0..<10_000 { try session.run(inputs: inputs, outputs: outputs) }
                    #expect(allocation_counter_stop() == 0)
                }
            }
        }
        #expect(map == network.expected(network.input(seed: 2)).map.floats)
    }

    @Test func theCounterCounts() {
        allocation_counter_start()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 8)
        let count = allocation_counter_stop()
        memory.deallocate()
        #expect(count >= 1)
    }
}
