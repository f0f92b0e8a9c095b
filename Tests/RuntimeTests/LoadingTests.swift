import AllocationCounter
import Files
import Foundation
import Testing

@testable import PlanFormat
@testable import DeviceCommandLine
@testable import Runtime

/// What a plan takes to load and to describe follows from its file's size, whatever its records say.
@Suite(.serialized, .enabled(if: allocation_counter_works() != 0)) struct LoadingTests {
    /// Bytes and allocations of this thread, the least of a few turns.
    private func allocations(_ body: () throws -> Void) rethrows -> (count: Int, bytes: Int) {
        var least = (count: Int.max, bytes: Int.max)
        for _ in 0..<3 {
            allocation_counter_start_thread()
            try body()
            let count = Int(allocation_counter_stop())
            least = (min(least.count, count), min(least.bytes, Int(allocation_counter_bytes())))
        }
        return least
    }

    private func tensorPlan() -> Plan {
        var plan = Plan()
        let tensor = PlainTensor(.float32, [4])
        plan.inputs = [EntryPoint(name: Array("x".utf8), tensor)]
        plan.outputs = [EntryPoint(name: Array("y".utf8), tensor)]
        plan.values = [PlanValue(tensor, storage: .arena(offset: 0))]
        plan.operations = [
            PlanOperation(.plainInput(entry: 0), sources: [], results: [PlanValueID(0)]),
            PlanOperation(.plainOutput(entry: 0), sources: [PlanValueID(0)], results: []),
        ]
        plan.schedule = [Step(PlanOperationID(0), firstRow: 0, rowCount: 1), Step(PlanOperationID(1), firstRow: 0, rowCount: 1)]
        plan.memory.arenaBytes = 64
        return plan
    }

    /// Plans of which some records are many: inputs of thousands of images, values, operations, steps, texts.
    private func hostilePlans() -> [(String, Plan)] {
        var plans: [(String, Plan)] = []
        var images = tensorPlan()
        for index in 0..<1000 {
            images.inputs.append(
                EntryPoint(name: Array("\(index)".utf8), PlainTensor(.float32, [4096, 1, 1, 1]), layout: .nhwc))
        }
        plans.append(("images", images))
        var operations = tensorPlan()
        for index in 1..<4000 {
            operations.values.append(PlanValue(PlainTensor(.float32, [4]), storage: .arena(offset: 64 * index)))
            operations.operations.insert(
                PlanOperation(
                    .plain(.elementwise(PlainElementwise(Activation(.relu)))), sources: [PlanValueID(index - 1)],
                    results: [PlanValueID(index)]), at: operations.operations.count - 1)
        }
        operations.memory.arenaBytes = 64 * 4000
        operations.schedule = operations.operations.indices.map { Step(PlanOperationID($0), firstRow: 0, rowCount: 1) }
        plans.append(("operations", operations))
        var texts = tensorPlan()
        texts.provenance = (0..<4000).map { _ in
            ProvenanceEntry(key: Array("key".utf8), value: [UInt8](repeating: 0x61, count: 100))
        }
        plans.append(("texts", texts))
        return plans
    }

    @Test func memoryIsInProportionToTheFile() throws {
        for (name, plan) in hostilePlans() {
            let bytes = PlanWriter.bytes(of: plan, constants: [])
            let found = try allocations {
                let model = try bytes.withUnsafeBytes { bytes throws(RuntimeError) in try Model(copying: bytes) }
                _ = try Session.memoryBytes(model, threads: 1)
                _ = model.plan.inputsReadOnce
                _ = model.plan.entryBytesHeld
            }
            // The sum of all allocations, also of those that were given back.
            #expect(found.bytes < 1 << 17 + 64 * bytes.count, "\(name): \(found.bytes) bytes for \(bytes.count)")
            #expect(found.count < 1000 + bytes.count / 4, "\(name): \(found.count) allocations for \(bytes.count) bytes")
        }
    }

    /// Names that are alike as files' names are told apart by numbers, in little time.
    @Test func outputsOfOneNameGetFilesOfTheirOwn() throws {
        let start = [UInt8](repeating: 0x6E, count: 300)
        let long = (0..<1000).map { start + Array("\($0)".utf8) }
        let found = allocations { _ = OutputNames.fileNames(for: long) }
        #expect(found.count < 40 * 1000, "\(found.count) allocations")
        func fileNames(_ names: [[UInt8]]) -> [String] { OutputNames.fileNames(for: names).map { String(decoding: $0, as: UTF8.self) } }
        let names = fileNames(long)
        #expect(Set(names).count == 1000)
        let name = String(repeating: "n", count: 200)
        #expect(names[0] == name && names[1] == "\(name)_2" && names[999] == "\(name)_1000")
        // A genuine name that looks like a numbered one stays.
        #expect(
            fileNames(["a", "a_2", "a?", "a!", "a*", "a_2", "a_3"].map { Array($0.utf8) })
                == ["a", "a_2", "a_", "a__2", "a__3", "a_2_2", "a_3"])
    }

    /// Nothing is reserved for the number of runs that somebody typed.
    @Test func runsAreNotReserved() throws {
        let network = SmallNetwork(height: 4, width: 4, stepRows: 2)
        let session = try Session(try network.model(), options: SessionOptions(threads: 1))
        struct Enough: Error {}
        var runs = 0
        let found = allocations {
            runs = 0
            _ = try? session.measure(runs: 999_999_999, profiles: false) { () throws(Enough) in
                runs += 1
                if runs == 10 { throw Enough() }
            }
        }
        #expect(found.bytes < 1 << 16)
    }
}
