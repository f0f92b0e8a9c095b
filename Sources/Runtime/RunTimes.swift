import Platform

/// How long runs of a session took, in nanoseconds: what `bench` of both command lines prints.
public struct RunTimes: Sendable {
    /// Of the run before the others, which touches every page and wakes the CPU.
    public let first: UInt64
    /// Of the others, ascending; at least one.
    private let times: [UInt64]

    /// - Parameter times: in any order, at least one.
    init(first: UInt64, _ times: [UInt64]) {
        self.first = first
        self.times = times.sorted()
    }

    public var count: Int { times.count }
    public var minimum: UInt64 { times[0] }
    /// The upper one of the two in the middle where their number is even.
    public var median: UInt64 { times[times.count / 2] }
    /// By nearest rank: at least 95 of 100 runs took no longer.
    public var percentile95: UInt64 { times[(times.count * 95 + 99) / 100 - 1] }
}

extension Session {
    /// Runs the batch once, and then `runs` times, at least once.
    ///
    /// - Parameter profiles: Whether ``profile`` measures those runs; that costs two readings of the clock for each step.
    /// - Throws: as ``run(inputs:outputs:options:)-([_],_,_)``.
    public func measure(
        runs: Int, profiles: Bool, inputs: [UnsafeRawBufferPointer], outputs: [UnsafeMutableRawBufferPointer],
        options: RunOptions = RunOptions()
    ) throws(RuntimeError) -> RunTimes {
        try measure(runs: runs, profiles: profiles) { () throws(RuntimeError) in
            _ = try self.run(inputs: inputs, outputs: outputs, options: options)
        }
    }

    /// Likewise, with the caller's own way to run the batch.
    public func measure<Failure: Error>(
        runs: Int, profiles: Bool, _ run: () throws(Failure) -> Void
    ) throws(Failure) -> RunTimes {
        let first = try timed(run)
        if profiles { startProfile() }
        // Room is made as runs end: their number is whatever somebody typed.
        var times: [UInt64] = []
        for _ in 0..<max(1, runs) { times.append(try timed(run)) }
        return RunTimes(first: first, times)
    }

    private func timed<Failure: Error>(_ run: () throws(Failure) -> Void) throws(Failure) -> UInt64 {
        let start = venule_monotonic_nanoseconds()
        try run()
        return venule_monotonic_nanoseconds() - start
    }
}
