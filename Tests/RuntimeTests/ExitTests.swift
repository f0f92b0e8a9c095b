import PlanFormat
import Platform
import RuntimeTestSupport
import Testing

@testable import Runtime

/// A clock that counts how often it is asked, and may do something then.
final class StepClock: @unchecked Sendable {
    private(set) var now: UInt64 = 0
    var action: (UInt64) -> Void = { _ in }

    var clock: @Sendable () -> UInt64 {
        {
            self.now += 1
            self.action(self.now)
            return self.now
        }
    }
}

/// Outputs as exits: the first ones alone, and what a deadline leaves. The network's outputs are "deep", then "map".
@Suite struct ExitTests {
    private let network = SmallNetwork(height: 12, width: 10, stepRows: 2)

    private func session(_ network: SmallNetwork, clock: StepClock = StepClock()) throws -> Session {
        try Session(try network.model(), options: SessionOptions(threads: 1), clock: clock.clock)
    }

    /// The bits of a whole run, and not one step that only the later output needs.
    @Test(arguments: [2, nil] as [Int?]) func untilTheFirst(stepRows: Int?) throws {
        let network = SmallNetwork(height: 12, width: 10, stepRows: stepRows)
        let session = try Session(try network.model(), options: SessionOptions(threads: 1))
        let input = network.input(seed: 6)
        session.startProfile()
        let run = try StreamedRun(session, [input.floats.bytes], options: RunOptions(outputs: 1))
        #expect(run.outputs == [network.expected(input).deep.floats.bytes])
        #expect(run.newestOutput == 0)
        for (operation, time) in zip(network.plan.operations, session.profile) {
            #expect((time > 0) == (operation.firstExit == 0), "\(String(decoding: operation.name, as: UTF8.self))")
        }
        let both = try StreamedRun(session, [input.floats.bytes], options: RunOptions(outputs: 2))
        #expect(both.outputs.last == network.expected(input).map.floats.bytes)
    }

    @Test func buffersOfLaterOutputsAreNotAskedFor() throws {
        let session = try session(network)
        let input = network.input(seed: 6)
        var deep = [Float](repeating: .nan, count: 6 * 5 * 17)
        let newest = try input.floats.withUnsafeBytes { input in
            try deep.withUnsafeMutableBytes { try session.run(inputs: [input], outputs: [$0], options: RunOptions(outputs: 1)) }
        }
        #expect(newest == 0)
        #expect(deep == network.expected(input).deep.floats)
    }

    @Test(arguments: [0, 3, -1]) func outputsThatThePlanHasNot(count: Int) throws {
        let session = try session(network)
        let error = #expect(throws: RuntimeError.self) {
            try session.start(inputs: [.rows], outputs: [], options: RunOptions(outputs: count))
        }
        #expect(error?.description == "outputs up to \(count) are asked for, expected 1 through 2")
        #expect(error?.status == .usage)
        // It is free again.
        _ = try session.outputs(of: network.input(seed: 1).floats)
    }

    /// Wherever the deadline falls the first output is complete; the second has the rows up to there, and counts if that
    /// is all of them.
    @Test func deadlines() throws {
        let input = network.input(seed: 6)
        let expected = network.expected(input)
        let steps = network.plan.schedule.count
        var newest: [Int] = []
        var rows: [Int] = []
        // The clock moves by 1 at the start and with each step.
        for deadline in [0, 1, 2, 5, steps / 2, steps - 1, steps, steps + 1] {
            let session = try session(network)
            let run = try StreamedRun(session, [input.floats.bytes], options: RunOptions(deadline: UInt64(deadline)))
            #expect(run.outputs[0] == expected.deep.floats.bytes)
            newest.append(run.newestOutput)
            #expect(session.isComplete(output: 0))
            #expect(session.isComplete(output: 1) == (run.newestOutput == 1))
            let rowBytes = 10 * 2 * 4
            let map = expected.map.floats.bytes
            let made = (0..<12).filter { !run.outputs[1][($0 * rowBytes)..<(($0 + 1) * rowBytes)].allSatisfy { $0 == 0xFF } }.count
            rows.append(made)
            #expect(run.outputs[1].prefix(made * rowBytes).elementsEqual(map.prefix(made * rowBytes)))
        }
        // The last step is the last of "map".
        #expect(newest == [0, 0, 0, 0, 0, 0, 0, 1])
        #expect(rows == rows.sorted() && rows[3] == 0 && rows[4] > 0 && rows[4] < 12 && rows[7] == 12)
    }

    /// Steps over whole images: the deadline falls when the second output is there, so that nothing is lost.
    @Test func whatIsThereCounts() throws {
        var network = SmallNetwork(height: 6, width: 10, stepRows: nil)
        // "deep" is handed over last.
        let last = try #require(network.plan.schedule.firstIndex { network.plan.operations[$0.operation.index].kernel.outputEntry == 0 })
        network.plan.schedule.append(network.plan.schedule.remove(at: last))
        let input = network.input(seed: 2)
        let expected = network.expected(input)
        let session = try session(network)
        let run = try StreamedRun(
            session, [input.floats.bytes], options: RunOptions(deadline: UInt64(network.plan.schedule.count)))
        #expect(run.newestOutput == 1)
        #expect(run.outputs == [expected.deep.floats.bytes, expected.map.floats.bytes])
    }

    /// In the second image of three: its output and those before are not enough.
    @Test func deadlinesInABatch() throws {
        let network = SmallNetwork(height: 6, width: 4, stepRows: 1, batch: 3)
        let images = (0..<3).map { network.input(seed: 20 + $0) }
        let session = try session(network)
        let deadline = UInt64(network.plan.schedule.count * 3 / 2)
        let run = try StreamedRun(session, [images.flatMap(\.floats).bytes], options: RunOptions(deadline: deadline))
        #expect(run.outputs[0] == images.flatMap { network.expected($0).deep.floats }.bytes)
        #expect(run.newestOutput == 0)
        let map = network.expected(images[0]).map.floats.bytes
        #expect(run.outputs[1].prefix(map.count).elementsEqual(map))
        #expect(run.outputs[1].suffix(map.count).allSatisfy { $0 == 0xFF })
    }
}
