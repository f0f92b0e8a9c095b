import Files
import Foundation
import GraphIR
import Optimizer
import TestSupport
import Testing

/// From refusal to plenty: the peak resident set of `venule-run` stays under each `--max-memory` that is met.
///
/// One after the other, because what is measured is a process of its own that wants both cores.
@Suite(.serialized) struct MemorySweepTests {
    @Test(arguments: [(8, 128), (8, 592), (8, 960), (32, 128), (32, 592), (32, 960)])
    func theRunnerStaysUnderTheLimit(channels: Int, side: Int) throws {
        let graph = try randomIterNet(channels: channels, iterations: 3).keepingOutputs(["final_out"])
        let input = graph.main[graph.main.inputs[0]].name
        let prepared = try optimised(try graph.binding(inputShapes: [input: [1, side, side, 3]]))
        let options = CompileOptions(stepHeights: .rows(1), algorithms: [.direct])
        let least = try Compiler.compile(prepared, options: options).memory.total

        do throws(CompileError) {
            _ = try Compiler.compile(prepared, options: CompileOptions(maxMemory: least / 2))
            Issue.record("compiled into half of what one-row steps take")
        } catch {
            guard case .doesNotFit(let shortage) = error else { throw error }
            #expect(shortage.smallest.total > least / 2)
            #expect(!shortage.smallest.buffersAtPeak.isEmpty)
        }
        var previous = 0
        for limit in [least, least + least / 4, 3 * least] {
            let compiled = try Compiler.compile(prepared, options: CompileOptions(maxMemory: limit, threads: 2))
            #expect(compiled.memory.total <= limit)
            if compiled.memory.total == previous { continue }
            previous = compiled.memory.total
            let peak = try peakResidentBytes(compiled, shape: [1, side, side, 3])
            #expect(peak <= limit, "k = \(channels), \(side)x\(side): \(peak) bytes resident, the limit was \(limit)")
            // The estimate is not so generous that the limit means nothing.
            #expect(peak > compiled.memory.total / 2)
        }
    }

    /// VmHWM, as the runner itself reads it at its end, with two threads and the input read from a file.
    private func peakResidentBytes(_ compiled: CompiledPlan, shape: [Int]) throws -> Int {
        try withTemporaryDirectory { folder in
            var random = SplitMix64(seed: 1)
            let floats = random.floats(shape.reduce(1, *), from: 0, to: 1)
            try AtomicFile.write(NPYArray(floats, shape: shape).fileBytes, to: "\(folder)/x.npy")
            try Data(compiled.bytes).write(to: URL(fileURLWithPath: "\(folder)/model.plan"))
            let arguments = ["bench", "\(folder)/model.plan", "--input", "\(folder)/x.npy", "--runs", "1", "--threads", "2"]
            let result = try runProcess(try builtProduct("venule-run"), arguments)
            #expect(result.status == 0, "\(result.standardError)")
            // "peak resident 85.05 MiB"
            let line = try #require(result.standardOutput.split(separator: "\n").first { $0.hasPrefix("peak resident ") })
            return Int(try #require(Double(line.split(separator: " ")[2])) * 1_048_576)
        }
    }
}
