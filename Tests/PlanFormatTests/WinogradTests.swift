import Testing

@testable import PlanFormat

/// What the verifier holds Winograd's algorithms to.
@Suite struct WinogradTests {
    private func sample(
        _ algorithm: ConvolutionAlgorithm, pooling: (Int, Int) = (1, 1), _ change: (inout ConvolutionParameters) -> Void = { _ in }
    ) -> SingleOperation {
        var p = ConvolutionParameters()
        p.algorithm = algorithm
        (p.kernelHeight, p.kernelWidth, p.paddingTop, p.paddingLeft) = (3, 3, 1, 1)
        (p.imageHeight, p.imageWidth) = (10, 12)
        (p.poolingHeight, p.poolingWidth) = pooling
        change(&p)
        return SingleOperation(.convolution(p), from: (10, 12, 17), to: (10 / pooling.0, 12 / pooling.1, 20))
    }

    @Test(arguments: [ConvolutionAlgorithm.winograd4x4, .winograd2x2]) func accepts(_ algorithm: ConvolutionAlgorithm) {
        #expect(sample(algorithm).refusal() == nil)
        #expect(sample(algorithm, pooling: (2, 2)).refusal() == nil)
    }

    @Test func refusesOtherWindows() throws {
        let changes: [(inout ConvolutionParameters) -> Void] = [
            { $0.strideHeight = 2 }, { $0.strideWidth = 2 }, { $0.dilationHeight = 2 }, { $0.dilationWidth = 2 },
            { $0.kernelHeight = 1 }, { $0.kernelWidth = 5 }, { $0.groups = 17 },
        ]
        for change in changes {
            let refusal = try #require(sample(.winograd4x4, change).refusal())
            #expect(refusal.message.contains("operations[1].algorithm"))
        }
        for pooling in [(5, 2), (2, 3)] {
            let refusal = try #require(sample(.winograd2x2, pooling: pooling).refusal())
            #expect(refusal.message.contains("operations[1].algorithm"))
        }
        #expect(sample(.winograd4x4, pooling: (2, 4)).refusal() == nil)
        #expect(sample(.winograd2x2, pooling: (2, 4)).refusal() != nil)
    }

    @Test func stepsEndAtTiles() throws {
        for (algorithm, rows, isAccepted) in [
            (ConvolutionAlgorithm.winograd4x4, 8, true), (.winograd4x4, 4, true), (.winograd4x4, 6, false), (.winograd2x2, 6, true),
            (.winograd2x2, 5, false),
        ] {
            var sample = sample(algorithm)
            let convolution = PlanOperationID(1)
            sample.plan.schedule = [
                Step(PlanOperationID(0), firstRow: 0, rowCount: 10), Step(convolution, firstRow: 0, rowCount: rows),
                Step(convolution, firstRow: rows, rowCount: 10 - rows), Step(PlanOperationID(2), firstRow: 0, rowCount: 10),
            ]
            let refusal = sample.refusal()
            #expect((refusal == nil) == isAccepted, "\(algorithm), \(rows) rows")
            if let refusal { #expect(refusal.message.contains("schedule[1]: ends at row \(rows)")) }
        }
    }

    @Test func constantsAndScratch() throws {
        for (algorithm, positions, tiles) in [(ConvolutionAlgorithm.winograd4x4, 36, 9), (.winograd2x2, 16, 30)] {
            var sample = sample(algorithm)
            let operation = sample.plan.operations[1]
            #expect(operation.constantByteCounts(in: sample.plan.values) == [positions * 17 * 32 * 4, 32 * 4])
            #expect(operation.scratchBytes(in: sample.plan.values) == positions * 64 * ((2 * tiles | 1) + (2 * tiles | 1)))
            sample.plan.memory.scratchBytesPerThread -= 1
            let refusal = try #require(sample.refusal())
            #expect(refusal.message.contains("bytes of scratch"))
        }
    }

    /// A tile costs the same however little of it lies in the image.
    @Test func workCountsWholeTiles() {
        let operation = sample(.winograd4x4) { ($0.imageHeight, $0.imageWidth) = (10, 12) }
        let plan = operation.plan
        #expect(plan.operations[1].cost(in: plan.values) >= 9 * 36 * 17 * 20)
        #expect(plan.operations[1].work(in: plan.values) == 10 * 12 * 9 * 17 * 20)
    }
}
