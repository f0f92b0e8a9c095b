import PlanFormat
import Testing

@Suite struct RoundTripTests {
    @Test func readsBackWhatWasWritten() throws {
        let sample = SamplePlan()
        let bytes = sample.bytes
        let plan = try PlanReader.read(bytes.span.bytes)
        #expect(plan.values == sample.plan.values)
        #expect(plan.operations == sample.plan.operations)
        #expect(plan.schedule == sample.plan.schedule)
        #expect(plan.constants == sample.plan.constants)
        #expect(plan.inputs == sample.plan.inputs)
        #expect(plan.outputs == sample.plan.outputs)
        #expect(plan.memory == sample.plan.memory)
        #expect(plan.batch == sample.plan.batch)
        #expect(plan.provenance == sample.plan.provenance)
        #expect(plan.constantsSection.offset % 64 == 0)
        #expect(Array(bytes[plan.constantsSection.offset...].prefix(plan.constantsSection.byteCount)) == sample.constants)
        try PlanReader.checkConstants(bytes.span.bytes)
    }

    /// As a file that is not written in order has it, also where the last section is empty.
    @Test(arguments: [true, false]) func partsMakeTheFile(hasProvenance: Bool) {
        var sample = SamplePlan()
        if !hasProvenance { sample.plan.provenance = [] }
        var writer = PlanWriter(sample.plan, constantBytes: sample.constants.count)
        var parts = writer.records
        let half = sample.constants.count / 2
        parts.append(writer.add(constants: Array(sample.constants[..<half])))
        parts.append(writer.add(constants: Array(sample.constants[half...])))
        parts.append(writer.head)
        var file: [UInt8] = []
        for part in parts.reversed() {
            let end = part.offset + part.bytes.count
            file += [UInt8](repeating: 0, count: max(0, end - file.count))
            file.replaceSubrange(part.offset..<end, with: part.bytes)
        }
        #expect(file == sample.bytes && file.count == writer.byteCount)
        #expect(PlanWriter.byteCount(of: sample.plan, constantBytes: sample.constants.count) == file.count)
    }

    @Test func writesTheSameBytesTwice() {
        #expect(SamplePlan().bytes == SamplePlan().bytes)
    }

    @Test func codesEveryFamily() throws {
        var sampling = AxisSampling(scale: 3, offset: -7, divisor: 5)
        sampling.scale = 1 << 21
        var pooling = PoolingParameters()
        pooling.kind = .average
        pooling.kernelHeight = 3
        pooling.paddingRight = 2
        pooling.countsPadding = true
        var transposed = TransposedConvolutionParameters()
        transposed.strideWidth = 2
        transposed.activation = Activation(.boundedRelu, 0.1, 6, -0.5)
        let kernels: [KernelParameters] = [
            .pooling(pooling), .transposedConvolution(transposed), .globalPooling(.average),
            .resize(ResizeParameters(.linear, rows: sampling, columns: sampling)),
            .resampling(ResamplingParameters(.columns, sampling, taps: 13)), .elementwise(Activation(.clip, -1, 1)),
            .binary(BinaryParameters(.power, activation: Activation(.relu))), .concatenation,
            .padding(PaddingParameters(.reflect, value: -0.0, top: -2, left: 3)), .scaleShift(Activation(.tanh)), .softmax,
        ]
        // None of these operations can run, so the records are compared before verification refuses them.
        for kernel in kernels {
            var sample = SamplePlan()
            sample.plan.operations[2].kernel = kernel
            let bytes = PlanWriter.bytes(of: sample.plan, constants: sample.constants)
            let again = try readUnverified(bytes)
            #expect(again.operations[2].kernel == kernel)
        }
    }
}
