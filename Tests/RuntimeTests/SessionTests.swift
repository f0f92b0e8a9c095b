import Foundation
import PlanFormat
import Testing

@testable import Runtime

@Suite struct SessionTests {
    /// Rings wrap, windows hang over the image's border, the last step is shorter: the results are those of the definition.
    @Test(arguments: [1, 2, 3, 5, 8, nil] as [Int?])
    func everyStepHeightGivesTheDefinition(stepRows: Int?) throws {
        for (height, width) in [(2, 2), (6, 10), (22, 14)] {
            let network = SmallNetwork(height: height, width: width, stepRows: stepRows)
            let session = try Session(try network.model(), options: SessionOptions(threads: 1))
            let input = network.input(seed: 11)
            let expected = network.expected(input)
            let outputs = try session.outputs(of: input.floats)
            #expect(outputs[0] == expected.deep.floats)
            #expect(outputs[1] == expected.map.floats)
            // Once more: what the first run left in the rings must not matter.
            #expect(try session.outputs(of: input.floats) == outputs)
        }
    }

    @Test func oneRowStepsNeedLittleMemory() throws {
        let network = SmallNetwork(height: 64, width: 8, stepRows: 1)
        #expect(network.plan.values.allSatisfy { $0.ringRows <= 8 })
        #expect(network.plan.values[1].ringRows < network.plan.values[1].height)
    }

    @Test(arguments: [2, 3, 4, 9]) func everyThreadCountGivesTheSameBits(threads: Int) throws {
        for stepRows in [1, 4, nil] {
            let network = SmallNetwork(height: 18, width: 34, stepRows: stepRows)
            let model = try network.model()
            let input = network.input(seed: 3).floats
            let alone = try Session(model, options: SessionOptions(threads: 1)).outputs(of: input)
            let together = try Session(model, options: SessionOptions(threads: threads))
            for _ in 0..<20 { #expect(try together.outputs(of: input) == alone) }
        }
    }

    @Test(arguments: InstructionSet.allCases.filter { $0.isAvailable })
    func everyInstructionSetGivesTheSameBits(set: InstructionSet) throws {
        let network = SmallNetwork(height: 10, width: 22, stepRows: 2)
        let session = try Session(try network.model(), options: SessionOptions(threads: 1, instructionSet: set))
        let input = network.input(seed: 5)
        #expect(try session.outputs(of: input.floats)[1] == network.expected(input).map.floats)
    }

    @Test func batchRunsEachImage() throws {
        let network = SmallNetwork(height: 6, width: 4, stepRows: 1, batch: 3)
        let session = try Session(try network.model(), options: SessionOptions(threads: 1))
        let images = (0..<3).map { network.input(seed: 20 + $0) }
        let outputs = try session.outputs(of: images.flatMap(\.floats))
        #expect(outputs[0] == images.flatMap { network.expected($0).deep.floats })
        #expect(outputs[1] == images.flatMap { network.expected($0).map.floats })
    }

    @Test func sessionsShareAModel() async throws {
        let network = SmallNetwork(height: 20, width: 12, stepRows: 2)
        let model = try network.model()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<4 {
                group.addTask {
                    let session = try Session(model, options: SessionOptions(threads: 1 + seed % 2))
                    let input = network.input(seed: seed)
                    let expected = network.expected(input).map.floats
                    for _ in 0..<10 { #expect(try session.outputs(of: input.floats)[1] == expected) }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func profileCountsEveryOperation() throws {
        let network = SmallNetwork(height: 16, width: 16, stepRows: 4)
        let session = try Session(try network.model(), options: SessionOptions(threads: 1))
        #expect(session.profile.isEmpty)
        session.startProfile()
        _ = try session.outputs(of: network.input(seed: 1).floats)
        #expect(session.profile.count == network.plan.operations.count)
        #expect(session.profile.allSatisfy { $0 > 0 })
    }

    /// A plan read from bytes runs like the one in memory, borrowed, copied or mapped.
    @Test func plansFromBytesAndFiles() throws {
        let network = SmallNetwork(height: 6, width: 6, stepRows: 2)
        let bytes = PlanWriter.bytes(of: network.plan, constants: network.constants)
        let input = network.input(seed: 9)
        let expected = network.expected(input).map.floats
        func check(_ model: Model) throws {
            let session = try Session(model, options: SessionOptions(threads: 1))
            #expect(try session.outputs(of: input.floats)[1] == expected)
            try model.checkConstants()
        }
        try bytes.withUnsafeBytes { try check(try Model(copying: $0)) }

        let path = FileManager.default.temporaryDirectory.appendingPathComponent("venule-\(UUID().uuidString).plan")
        try Data(bytes).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        try check(try Model(path: path.path))

        let aligned = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 4, alignment: 64)
        defer { aligned.deallocate() }
        aligned.copyBytes(from: bytes)
        try check(try Model(borrowing: UnsafeRawBufferPointer(rebasing: aligned[..<bytes.count])))
        #expect(throws: RuntimeError.self) {
            try Model(borrowing: UnsafeRawBufferPointer(rebasing: aligned[4..<(bytes.count + 4)]))
        }
    }
}
