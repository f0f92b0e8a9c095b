import Testing

@testable import PlanFormat

/// Weights of 16 bits in a file, and what the verifier holds them to.
@Suite struct NarrowWeightsTests {
    static let narrow: [WeightType] = [.float16, .bfloat16]

    /// The sample with the weights of its second convolution, of 16 channels to 8 in a 3x3 window, in another type.
    private func sample(_ type: WeightType, sized: Bool = true) -> SamplePlan {
        var sample = SamplePlan()
        sample.plan.operations[3].kernel.weights = type
        let weights = sample.plan.operations[3].constants[0].index
        if sized { sample.plan.constants[weights].byteCount = 16 * 9 * 16 * type.byteCount }
        sample.plan.memory.scratchBytesPerThread = sample.plan.operations[3].scratchBytes(in: sample.plan.values)
        return sample
    }

    @Test(arguments: narrow) func readsBackWhatWasWritten(_ type: WeightType) throws {
        let sample = sample(type)
        let bytes = sample.bytes
        let plan = try PlanReader.read(bytes.span.bytes)
        #expect(plan.operations == sample.plan.operations)
        #expect(bytes[HeaderOffset.features] == 1)
    }

    /// Without narrow weights a reader needs to know nothing of them.
    @Test func float32NeedsNoFeature() throws {
        #expect(SamplePlan().bytes[HeaderOffset.features] == 0)
        #expect(SamplePlan().plan.operations[3].kernel.words.last == WeightType.float32.rawValue)
    }

    @Test(arguments: narrow) func sizesFollowTheType(_ type: WeightType) throws {
        let refusal = try #require(planRefusal(sample(type, sized: false).bytes))
        #expect(refusal.message == "operations[3]: constant 0 has 9216 bytes, expected 4608")
        var wide = sample(type)
        wide.plan.operations[3].kernel.weights = .float32
        #expect(planRefusal(wide.bytes)?.message == "operations[3]: constant 0 has 4608 bytes, expected 9216")
        var short = sample(type)
        short.plan.memory.scratchBytesPerThread -= 1
        #expect(try #require(planRefusal(short.bytes)).message.hasPrefix("operations[3]: needs 9216 bytes of scratch"))
    }

    /// A reader that does not know the feature must refuse the file, so one that forgets it is refused here.
    @Test func theFeatureIsDeclared() throws {
        for (bytes, change) in [(sample(.float16).bytes, UInt8(0)), (SamplePlan().bytes, 1)] {
            var forged = bytes
            forged[HeaderOffset.features] = change
            let crc = CRC32C.checksum(forged.span.bytes.extracting(0..<HeaderOffset.crc))
            for byte in 0..<4 { forged[HeaderOffset.crc + byte] = UInt8(truncatingIfNeeded: crc >> (8 * UInt32(byte))) }
            #expect(planRefusal(forged)?.message.hasPrefix("header.requiredFeatures: bit 0 is set where") == true)
        }
    }

    @Test func unknownTypesAreRefused() throws {
        var reader = WordReader(sample(.bfloat16).plan.operations[3].kernel.words.dropLast() + [3])
        #expect(throws: PlanError(.corrupt, ".weights: 3 is not known")) {
            try KernelParameters(family: 2, reading: &reader)
        }
    }

    /// Numbers that would overflow are no crash and no small panel.
    @Test(arguments: narrow) func hostileWindows(_ type: WeightType) throws {
        for algorithm in [ConvolutionAlgorithm.direct, .grouped, .depthwise] {
            var p = ConvolutionParameters()
            p.algorithm = algorithm
            (p.kernelHeight, p.kernelWidth) = (FileLayout.largestExtent, FileLayout.largestExtent)
            p.weights = type
            let sample = SingleOperation(.convolution(p), from: (1, 1, 1), to: (1, 1, 1))
            #expect(sample.refusal() != nil)
            (p.kernelHeight, p.kernelWidth) = (1024, 1024)
            let large = SingleOperation(.convolution(p), from: (1, 1, 1), to: (1, 1, 1))
            #expect(large.plan.memory.scratchBytesPerThread == 1024 * 1024 * 64)
        }
        var p = TransposedConvolutionParameters()
        (p.kernelHeight, p.kernelWidth, p.weights) = (FileLayout.largestExtent, FileLayout.largestExtent, type)
        #expect(SingleOperation(.transposedConvolution(p), from: (1, 1, 65536), to: (1, 1, 65536)).refusal() != nil)
    }

    /// A product's matrix is a constant then, whose size is checked, and no source.
    @Test(arguments: narrow) func products(_ type: WeightType) throws {
        var product = PlainMatrixMultiplication(rows: 2, depth: 3, columns: 4, weights: type)
        let result = PlainTensor(.float32, [2, 4])
        let left = PlainTensor(.float32, [2, 3])
        func refusal(_ sources: [PlainTensor]) -> String? {
            do throws(PlanError) {
                try product.verify(PlainOperands(sources: sources, result: result))
                return nil
            } catch { return error.message }
        }
        #expect(refusal([left]) == nil)
        #expect(refusal([left, PlainTensor(.float32, [4])]) == nil)
        #expect(refusal([left, PlainTensor(.float32, [3, 4])])?.contains("bias") == true)
        #expect(product.constantByteCounts(PlainOperands(sources: [left], result: result)) == [24])
        product.right = PlainView(offset: 1)
        #expect(refusal([left])?.hasPrefix(".right") == true)
        product.depth = Int(Int32.max)
        #expect(refusal([left]) != nil)
    }
}
