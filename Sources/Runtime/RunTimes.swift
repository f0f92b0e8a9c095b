import Platform

/// How long runs of a session took, in nanoseconds: what `bench` of both command lines prints.
public struct RunTimes: Sendable {
    /// The time of the run before the others, which touches every page for the first time and wakes the processor.
    public let first: UInt64
    /// The times of the other runs, in ascending order; at least one.
    public let times: [UInt64]

    /// - Parameter times: The times of the other runs, in any order; at least one.
    init(first: UInt64, _ times: [UInt64]) {
        self.first = first
        self.times = times.sorted()
    }

    public var count: Int { times.count }
    public var minimum: UInt64 { times[0] }
    /// The time in the middle, or if there are two, the larger of them.
    public var median: UInt64 { times[times.count / 2] }
    /// The least time that at least 95 of 100 runs did not exceed (the nearest rank).
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

    /// The same, with the caller's own way to run the batch.
    public func measure<Failure: Error>(
        runs: Int, profiles: Bool, _ run: () throws(Failure) -> Void
    ) throws(Failure) -> RunTimes {
        let first = try timed(run)
        if profiles { startProfile() }
        // No room is reserved beforehand, because the number of runs is whatever somebody typed.
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
