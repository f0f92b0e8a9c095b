import Testing

@testable import PlanFormat

/// Plans that flush subnormal numbers.
@Suite struct SubnormalTests {
    @Test(arguments: [false, true]) func readsBackWhatWasWritten(_ isNarrow: Bool) throws {
        var sample = SamplePlan()
        if isNarrow {
            sample.plan.operations[4].kernel.weights = .bfloat16
            sample.plan.constants[sample.plan.operations[4].constants[0].index].byteCount /= 2
            sample.plan.memory.scratchBytesPerThread = sample.plan.operations[4].scratchBytes(in: sample.plan.values)
        }
        let kept = sample.bytes
        sample.plan.flushesSubnormals = true
        let bytes = sample.bytes
        #expect(bytes[HeaderOffset.features] == (isNarrow ? 3 : 2))
        let (flushing, keeping) = (try PlanReader.read(bytes.span.bytes), try PlanReader.read(kept.span.bytes))
        #expect(flushing.flushesSubnormals && !keeping.flushesSubnormals)
        // Nothing else of the file tells of it.
        let changed = bytes.indices.filter { kept[$0] != bytes[$0] }
        #expect(kept.count == bytes.count)
        #expect(changed.allSatisfy { $0 == HeaderOffset.features || (HeaderOffset.crc..<FileLayout.headerBytes).contains($0) })
    }

    /// What is stored at offset 0, and whether a kernel gets a subnormal number.
    @Test func storedNumbers() {
        func isSubnormal(_ type: WeightType, _ bits: UInt32) -> Bool {
            let bytes = (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
            return type.isSubnormal(bytes.span.bytes, at: 0)
        }
        for sign in [UInt32(0), 0x8000_0000] {
            for bits in [UInt32(1), 0x0040_0000, 0x007F_FFFF] { #expect(isSubnormal(.float32, bits | sign)) }
            for bits in [UInt32(0), 0x0080_0000, 0x3F80_0000, 0x7F80_0000, 0x7FC0_0001] { #expect(!isSubnormal(.float32, bits | sign)) }
            for bits in [UInt32(1), 0x40, 0x7F] { #expect(isSubnormal(.bfloat16, bits | sign >> 16)) }
            for bits in [UInt32(0), 0x80, 0x3F80, 0x7F80, 0x7FC0] { #expect(!isSubnormal(.bfloat16, bits | sign >> 16)) }
        }
        // Subnormal halves are normal floats.
        for bits in UInt32(0)...0xFFFF { #expect(!isSubnormal(.float16, bits)) }
    }

    @Test func typesOfConstants() {
        var plan = Plan()
        plan.constants = Array(repeating: ConstantRange(offset: 0, byteCount: 64), count: 9)
        func operation(_ kernel: KernelParameters, _ constants: [Int]) -> PlanOperation {
            PlanOperation(kernel, sources: [], results: [], constants: constants.map { PlanConstantID($0) })
        }
        var convolution = ConvolutionParameters()
        convolution.weights = .float16
        let resampling = PlainResampling(outer: 1, input: 1, inner: 1, output: 1, taps: 1)
        plan.operations = [
            operation(.convolution(convolution), [0, 1]), operation(.scaleShift(.identity), [2, 1]),
            operation(.plain(.resampling(resampling)), [3, 4, 5]),
            // A table of integers that is stored once with one of floats.
            operation(.plain(.resampling(resampling)), [6, 6, 6]),
        ]
        plan.values = [
            PlanValue(PlainTensor(.int32, [16]), storage: .constant(PlanConstantID(7))),
            PlanValue(PlainTensor(.float32, [16]), storage: .constant(PlanConstantID(2))),
        ]
        #expect(plan.constantTypes == [.float16, .float32, .float32, nil, .float32, .float32, nil, nil, nil])
    }
}
