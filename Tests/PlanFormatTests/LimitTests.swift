import Testing

@testable import PlanFormat

/// Plans whose checksums are right and whose numbers are not: products that overflow, windows without end, costs that
/// no device can pay.
@Suite struct LimitTests {
    private func message(_ single: SingleOperation) -> String { single.refusal()?.message ?? "accepted" }

    @Test func windowsOfEveryFamilyAreBounded() {
        var transposed = TransposedConvolutionParameters()
        #expect(SingleOperation(.transposedConvolution(transposed), from: (3, 3, 1), to: (3, 3, 1)).refusal() == nil)
        (transposed.kernelHeight, transposed.dilationHeight) = (2, 65536)
        #expect(
            message(SingleOperation(.transposedConvolution(transposed), from: (3, 3, 1), to: (3, 3, 1))).contains(
                "rows: the window spans 65537"))
        (transposed.kernelHeight, transposed.dilationHeight, transposed.kernelWidth) = (1, 1, 65536)
        #expect(SingleOperation(.transposedConvolution(transposed), from: (3, 3, 1), to: (3, 3, 1)).refusal() == nil)
        transposed.kernelHeight = 65536
        #expect(
            message(SingleOperation(.transposedConvolution(transposed), from: (3, 3, 1), to: (3, 3, 1))).contains("4294967296 positions"))
        var pooling = PoolingParameters()
        (pooling.kernelWidth, pooling.dilationWidth) = (3, 40000)
        #expect(message(SingleOperation(.pooling(pooling), from: (3, 3, 1), to: (3, 3, 1))).contains("columns: the window spans 80001"))
        var convolution = ConvolutionParameters()
        (convolution.imageHeight, convolution.imageWidth) = (3, 3)
        (convolution.kernelWidth, convolution.kernelHeight) = (2048, 2048)
        #expect(message(SingleOperation(.convolution(convolution), from: (3, 3, 1), to: (3, 3, 1))).contains("4194304 positions"))
    }

    @Test func reflectionsStayInTheirImage() {
        func padded(_ top: Int, _ height: Int, _ left: Int, _ width: Int) -> String {
            message(SingleOperation(.padding(PaddingParameters(.reflect, top: top, left: left)), from: (4, 5, 1), to: (height, width, 1)))
        }
        #expect(padded(3, 10, 4, 13) == "accepted")
        #expect(padded(-2, 5, 0, 5) == "accepted")
        #expect(padded(4, 8, 0, 5).contains("top: 4 before and 0 after 4"))
        #expect(padded(0, 8, 0, 5).contains("top: 0 before and 4 after 4"))
        #expect(padded(0, 4, 5, 10).contains("left: 5 before and 0 after 5"))
        #expect(padded(0, 4, -1, 9).contains("left: -1 before and 5 after 5"))
    }

    @Test func sizesSaturate() {
        let huge = PlanValue(channels: 1 << 16, width: 1 << 20, height: 1 << 20, ringRows: 1 << 20, storage: .arena(offset: 0))
        var convolution = ConvolutionParameters()
        (convolution.kernelHeight, convolution.kernelWidth) = (1 << 16, 1 << 16)
        let sources = [PlanValueID](repeating: PlanValueID(0), count: 4096)
        let operation = PlanOperation(.convolution(convolution), sources: sources, results: [PlanValueID(0)])
        #expect(operation.constantByteCounts(in: [huge])[0] == Int.max)
        #expect(operation.work(in: [huge]) > 1 << 50)
        var vast = huge
        (vast.channels, vast.height, vast.ringRows) = (Int(UInt32.max), Int(UInt32.max), Int(UInt32.max))
        #expect(vast.ringBytes == Int.max)
        #expect(EntryPoint(name: [], height: 1 << 31, width: 1 << 31, channels: 1 << 31).byteCount == Int.max)
        var entry = SamplePlan()
        entry.plan.operations[3].sources = [PlanValueID](repeating: PlanValueID(1), count: 4096)
        #expect(planRefusal(entry.bytes) != nil)
    }

    @Test func entryPointsAreBoundedEvenIfNobodyReadsThem() {
        var sample = SamplePlan()
        sample.plan.inputs.append(EntryPoint(name: Array("unread".utf8), height: 4, width: 4, channels: 4))
        #expect(planRefusal(sample.bytes) == nil)
        sample.plan.inputs[1] = EntryPoint(name: Array("unread".utf8), height: 1 << 20, width: 1 << 20, channels: 1 << 16)
        sample.plan.batch = 1 << 16
        let error = planRefusal(sample.bytes)
        #expect(error?.kind == .exceedsLimit)
        #expect(error?.message.contains("inputs[1]") == true)
        sample = SamplePlan()
        sample.plan.operations[5].kernel = .input(entry: 0)
        #expect(planRefusal(sample.bytes) != nil)
    }

    @Test func namesDiffer() {
        var sample = SamplePlan()
        sample.plan.inputs.append(sample.plan.inputs[0])
        #expect(planRefusal(sample.bytes)?.message.contains("two inputs have the name 'photo'") == true)
    }

    @Test func memoryIsCountedInFull() {
        let sample = SamplePlan()
        let arena = sample.plan.memory.arenaBytes
        #expect(planRefusal(sample.bytes, limits: PlanLimits(memoryBytes: arena + 1 << 20)) == nil)
        // The arena alone fits; inputs, outputs and row pointers do not.
        #expect(planRefusal(sample.bytes, limits: PlanLimits(memoryBytes: arena))?.message.contains("inputs[0]") == true)
        let entries = 6 * 8 * 4 * 4
        let pointers = planRefusal(sample.bytes, limits: PlanLimits(memoryBytes: arena + entries + 8))
        #expect(pointers?.kind == .exceedsLimit)
        #expect(pointers?.message.contains("row pointers") == true)
    }

    @Test func everythingASteppingPlanDoesIsWork() {
        // One window of few positions that spans much: the pointers cost more than the arithmetic.
        var wide = ConvolutionParameters()
        (wide.kernelHeight, wide.dilationHeight, wide.imageHeight, wide.imageWidth) = (2, 60000, 50, 1)
        let single = SingleOperation(.convolution(wide), from: (50, 1, 1), to: (50, 1, 1))
        #expect(single.refusal(limits: PlanLimits(memoryBytes: 1 << 30, work: 10_000))?.message.contains("schedule[1]") == true)
        #expect(single.refusal(limits: PlanLimits(memoryBytes: 1 << 30, work: 100_000)) == nil)
        // Result pixels that meet no source pixel are looked at all the same.
        var transposed = TransposedConvolutionParameters()
        (transposed.kernelHeight, transposed.kernelWidth) = (1000, 1000)
        (transposed.strideHeight, transposed.strideWidth) = (65536, 65536)
        let sparse = SingleOperation(.transposedConvolution(transposed), from: (1, 1, 1), to: (100, 100, 1))
        #expect(sparse.refusal(limits: PlanLimits(memoryBytes: 1 << 30, work: 1_000_000_000))?.kind == .exceedsLimit)
        // Halos that nobody reads are cleared.
        var halo = SingleOperation(.softmax, from: (9, 1, 1), to: (9, 1, 1))
        halo.plan.values[1].leftHalo = 65536
        halo.plan.memory.arenaBytes = halo.plan.values[0].ringBytes + halo.plan.values[1].ringBytes
        halo.plan.memory.zeroRowOffset = halo.plan.memory.arenaBytes
        #expect(halo.refusal() == nil)
        #expect(halo.refusal(limits: PlanLimits(memoryBytes: 1 << 30, work: 1_000_000))?.kind == .exceedsLimit)
        // So is each image of a batch.
        var batch = SamplePlan()
        #expect(planRefusal(batch.bytes, limits: PlanLimits(memoryBytes: 1 << 30, work: 1_000_000)) == nil)
        batch.plan.batch = 1000
        #expect(planRefusal(batch.bytes, limits: PlanLimits(memoryBytes: 1 << 30, work: 1_000_000))?.kind == .exceedsLimit)
    }

    @Test func itemNumbersFitKernels() {
        var image = SingleOperation(.softmax, from: (1 << 16, 1 << 16, 1), to: (1 << 16, 1 << 16, 1))
        let limits = PlanLimits(memoryBytes: 1 << 50, work: .max)
        #expect(image.refusal(limits: limits)?.message.contains("4294967296 columns of blocks in one step") == true)
        image.plan.schedule = (0..<3).flatMap { operation in
            (0..<4).map { Step(PlanOperationID(operation), firstRow: $0 << 14, rowCount: 1 << 14) }
        }
        #expect(image.refusal(limits: limits) == nil)
    }

    @Test func theRowOfZerosIsExact() {
        for change in [-64, 64] {
            var sample = SamplePlan()
            sample.plan.memory.zeroRowBytes += change
            sample.plan.memory.arenaBytes += change
            #expect(planRefusal(sample.bytes)?.message.contains("memory.zeroRowBytes") == true)
        }
    }
}
