import Kernels
import PlanFormat
import Testing

/// Kernels are handed the words of a record as their structs, so both have to be as long as each other.
@Suite struct ParameterSizeTests {
    /// Each family that has parameters, and its struct with the alignment of the struct.
    private static let families: [(kernel: KernelParameters, bytes: Int, alignment: Int)] = {
        let sampling = AxisSampling(scale: 1, offset: 0, divisor: 1)
        let strides = ImageStrides(row: 1, column: 1, channel: 1)
        let (loop, view, axes) = (PlainLoop(), PlainView(), PlainAxes(kept: PlainLoop(), PlainView(), reduced: PlainLoop(), PlainView()))
        let (window, line) = (PlainWindow(), PlainLine(outer: 1, axis: 1, inner: 1))
        func plain(_ kernel: PlainKernel, _ bytes: Int) -> (KernelParameters, Int, Int) { (.plain(kernel), bytes, 4) }
        func image<Struct>(_ kernel: KernelParameters, _ type: Struct.Type) -> (KernelParameters, Int, Int) {
            (kernel, MemoryLayout<Struct>.size, MemoryLayout<Struct>.alignment)
        }
        return [
            image(.convolution(ConvolutionParameters()), venule_convolution.self),
            image(.transposedConvolution(TransposedConvolutionParameters()), venule_transposed_convolution.self),
            image(.pooling(PoolingParameters()), venule_pooling.self), image(.globalPooling(.average), venule_global_pooling.self),
            image(.resize(ResizeParameters(.linear, rows: sampling, columns: sampling)), venule_resize.self),
            image(.resampling(ResamplingParameters(.rows, sampling, taps: 1)), venule_resampling.self),
            image(.elementwise(.identity), venule_elementwise.self), image(.scaleShift(.identity), venule_elementwise.self),
            image(.binary(BinaryParameters(.add)), venule_binary.self),
            image(.padding(PaddingParameters(.edge, top: 0, left: 0)), venule_padding.self),
            image(.blocking(strides), venule_image_strides.self), image(.unblocking(strides), venule_image_strides.self),
            plain(.elementwise(PlainElementwise(.identity)), MemoryLayout<venule_activation>.size),
            plain(
                .arithmetic(PlainArithmetic(.add, loop: loop, left: view, right: view)),
                MemoryLayout<venule_plain_arithmetic>.size),
            plain(
                .comparison(PlainComparison(.less, loop: loop, left: view, right: view)), MemoryLayout<venule_plain_relation>.size),
            plain(.logic(PlainLogic(.and, loop: loop, left: view, right: view)), MemoryLayout<venule_plain_relation>.size),
            plain(
                .selection(PlainSelection(loop: loop, condition: view, whenTrue: view, whenFalse: view)),
                MemoryLayout<venule_plain_selection>.size),
            plain(.copy(PlainCopy([])), MemoryLayout<venule_plain_copy>.size),
            plain(
                .copy(PlainCopy([PlainCopy.Part(loop: loop, source: view, result: view)])),
                MemoryLayout<venule_plain_copy>.size + MemoryLayout<venule_plain_part>.size),
            plain(.gather(PlainGather(line)), MemoryLayout<venule_plain_gather>.size),
            plain(.reduction(PlainReduction(.minimum, axes)), MemoryLayout<venule_plain_reduction>.size),
            plain(.argumentMaximum(PlainArgumentMaximum(line, selectsLast: true)), MemoryLayout<venule_plain_argument_maximum>.size),
            plain(
                .matrixMultiplication(PlainMatrixMultiplication(rows: 1, depth: 1, columns: 1)),
                MemoryLayout<venule_plain_matrix_multiplication>.size),
            plain(.softmax(PlainSoftmax(line, logarithm: false)), MemoryLayout<venule_plain_softmax>.size),
            plain(.normalization(PlainNormalization(axes, epsilon: 0)), MemoryLayout<venule_plain_normalization>.size),
            plain(
                .quantization(PlainQuantization(loop: loop, scale: view, zeroPoint: view)),
                MemoryLayout<venule_plain_quantization>.size),
            plain(
                .dequantization(PlainDequantization(loop: loop, scale: view, zeroPoint: view)),
                MemoryLayout<venule_plain_quantization>.size),
            plain(
                .resampling(PlainResampling(outer: 1, input: 1, inner: 1, output: 1, taps: 1)),
                MemoryLayout<venule_plain_resampling>.size),
            plain(.convolution(PlainConvolution(window, filters: 1)), MemoryLayout<venule_plain_convolution>.size),
            plain(
                .transposedConvolution(PlainTransposedConvolution(window, filters: 1)),
                MemoryLayout<venule_plain_convolution>.size),
            plain(
                .poolingPositions(PlainPoolingPositions(window, columnMajor: false)),
                MemoryLayout<venule_plain_pooling_positions>.size),
            plain(.scatter(PlainScatter(.add, axis: 1, inner: 1)), MemoryLayout<venule_plain_scatter>.size),
            plain(.cumulative(PlainCumulative(.sum, line)), MemoryLayout<venule_plain_cumulative>.size),
            plain(.topPositions(PlainTopPositions(line, count: 1, largest: true)), MemoryLayout<venule_plain_top_positions>.size),
        ]
    }()

    @Test func recordsAreTheKernelsStructs() {
        for (kernel, bytes, alignment) in Self.families {
            let words = kernel.words.count * MemoryLayout<UInt32>.size
            #expect((words + alignment - 1) / alignment * alignment == bytes, "\(kernel.family): \(kernel)")
        }
    }

    /// Every family of the kernels is among them, but those that are handed nothing or where the pixels of an entry lie.
    @Test func everyFamilyIsCompared() {
        let compared = Set(Self.families.map { $0.kernel.familyCode })
        let withoutRecord = [
            VENULE_INPUT, VENULE_OUTPUT, VENULE_CONCATENATION, VENULE_SOFTMAX, VENULE_PLAIN_INPUT, VENULE_PLAIN_OUTPUT, VENULE_PLAIN_CAST,
            VENULE_FLUSH,
        ]
        let all = Set((0..<VENULE_FAMILY_COUNT.rawValue))
        #expect(compared.union(withoutRecord.map { $0.rawValue }) == all)
    }
}
