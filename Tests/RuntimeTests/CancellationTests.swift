import Foundation
import PlanFormat
import Platform
import RuntimeTestSupport
import Testing

@testable import Runtime

@Suite struct CancellationTests {
    private let network = SmallNetwork(height: 12, width: 10, stepRows: 2)

    private func status(_ body: () throws -> Void) -> RuntimeError.Status? {
        do {
            try body()
            return nil
        } catch {
            return (error as? RuntimeError)?.status
        }
    }

    /// Cancelled before each of its steps in turn: an error of its own, and then the session is as new.
    @Test(arguments: [1, 3]) func aRunEndsAtItsNextStep(threads: Int) throws {
        let clock = StepClock()
        let session = try Session(try network.model(), options: SessionOptions(threads: threads), clock: clock.clock)
        let input = network.input(seed: 4)
        let expected = network.expected(input)
        for step in 1...UInt64(network.plan.schedule.count) {
            let start = clock.now
            // Asked once when the run begins, and before each step.
            clock.action = { if $0 == start + 1 + step { session.cancel() } }
            let status = status { _ = try StreamedRun(session, [input.floats.bytes], options: RunOptions(deadline: .max / 2)) }
            #expect(status == .cancelled)
            #expect(clock.now <= start + 2 + step)
        }
        clock.action = { _ in }
        #expect(try session.outputs(of: input.floats) == [expected.deep.floats, expected.map.floats])
    }

    @Test func betweenTwoCalls() throws {
        let session = try Session(try network.model(), options: SessionOptions(threads: 1))
        // Without a run it does nothing.
        session.cancel()
        try session.start(inputs: [.rows], outputs: [.rows, .rows])
        _ = try session.advance()
        session.cancel()
        #expect(status { _ = try session.advance() } == .cancelled)
        #expect(status { _ = try session.advance() } == .usage)
        // The next run is not touched.
        let input = network.input(seed: 5)
        #expect(try StreamedRun(session, [input.floats.bytes]).outputs[1] == network.expected(input).map.floats.bytes)
        // Given up, cancelled or not.
        for cancels in [true, false] {
            try session.start(inputs: [.rows], outputs: [.rows, .rows])
            if cancels { session.cancel() }
            try session.stop()
            try session.stop()
        }
        #expect(try session.outputs(of: input.floats)[1] == network.expected(input).map.floats)
    }

    @Test func aRunThatIsUnderWayExcludesOthers() throws {
        let session = try Session(try network.model(), options: SessionOptions(threads: 1))
        try session.start(inputs: [.rows], outputs: [.rows, .rows])
        let busy = #expect(throws: RuntimeError.self) { try session.start(inputs: [.rows], outputs: [.rows, .rows]) }
        #expect(busy?.description == "a run of this session is under way")
        #expect(status { _ = try session.outputs(of: network.input(seed: 1).floats) } == .usage)
        try session.stop()
        // A start that fails leaves nothing under way.
        #expect(status { try session.start(inputs: [], outputs: [.rows, .rows]) } == .usage)
        #expect(status { try session.start(inputs: [.rows], outputs: [.rows]) } == .usage)
        let notStarted = #expect(throws: RuntimeError.self) { try session.advance() }
        #expect(notStarted?.description == "no run of this session is under way")
        _ = try session.outputs(of: network.input(seed: 1).floats)
    }

    /// Sessions of one model on threads of their own, one of which is cancelled again and again by another thread. What
    /// `make test-threads` runs under ThreadSanitizer.
    @Test func concurrentSessionsAndACancellation() async throws {
        let model = try network.model()
        let cancelled = try Session(model, options: SessionOptions(threads: 2))
        let network = network
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<2 {
                group.addTask {
                    let session = try Session(model, options: SessionOptions(threads: 2))
                    let input = network.input(seed: seed)
                    let expected = network.expected(input)
                    for _ in 0..<20 {
                        #expect(try session.outputs(of: input.floats)[1] == expected.map.floats)
                        #expect(try StreamedRun(session, [input.floats.bytes]).outputs[0] == expected.deep.floats.bytes)
                    }
                }
            }
            group.addTask {
                let input = network.input(seed: 9)
                let expected = network.expected(input).map.floats
                // Until one is caught; each is either right or cancelled.
                for _ in 0..<10_000 {
                    do {
                        let outputs = try cancelled.outputs(of: input.floats)
                        #expect(outputs[1] == expected)
                    } catch RuntimeError.cancelled {
                        break
                    }
                }
            }
            group.addTask {
                for _ in 0..<200 {
                    cancelled.cancel()
                    try await Task.sleep(for: .microseconds(100))
                }
            }
            try await group.waitForAll()
        }
        // Whether or not it was caught at work, it works.
        let input = network.input(seed: 9)
        let outputs = try cancelled.outputs(of: input.floats)
        #expect(outputs[1] == network.expected(input).map.floats)
    }
}
