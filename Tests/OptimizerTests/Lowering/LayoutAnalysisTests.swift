import GraphIR
import TestSupport
import Testing

@testable import Optimizer

/// What the compiler finds out of a graph before any operation has a kernel.
@Suite struct LayoutAnalysisTests {
    private let same = Convolution(window: Window(size: Spatial(3, 3), padding: .same), hasBias: false)
    private var constants = ConstantTable()
    private var builder = FunctionBuilder(name: "main")

    private mutating func kernel(_ inputs: Int, _ outputs: Int, name: String) -> ValueID {
        builder.constant(
            Constant([Float](repeating: 0.5, count: 9 * inputs * outputs), shape: [3, 3, inputs, outputs]), into: &constants, name: name)
    }

    private mutating func append(_ operation: Operation, _ operands: ValueID..., name: String) throws -> ValueID {
        try builder.append(operation, operands, name: name)[0]
    }

    private func layout() -> GraphLayout { LayoutAnalysis.layout(of: Graph(main: builder.finish(), constants: constants)) }

    /// Of the nodes that are no constants, by name.
    private func placements(_ layout: GraphLayout) -> [String: GraphLayout.Placement] {
        let nodes = zip(builder.finish().nodes, layout.placements).filter { $0.1 != nil && $0.0.operation.mnemonic != "constant" }
        return Dictionary(uniqueKeysWithValues: nodes.map { ($0.0.name, $0.1!) })
    }

    @Test mutating func aBatchOfImagesIsRepeated() throws {
        let image = builder.input("image", TensorType([3, 6, 7, 5]))
        let convolved = try append(.convolution(same), image, kernel(5, 4, name: "kernel"), name: "convolved")
        builder.output("map", try append(.elementwise(Elementwise(.sigmoid)), convolved, name: "sigmoid"))
        let layout = layout()
        #expect(layout.batch == .repeated(images: 3) && layout.repeats)
        #expect(layout.inputs == [.nhwc] && layout.outputs == [.nhwc])
        #expect(placements(layout) == ["convolved": .images, "sigmoid": .images])
    }

    /// Each of these needs all images at once, and the first thing that does is named.
    @Test mutating func whatMixesTheBatchIsFoundBeforehand() throws {
        let image = builder.input("image", TensorType([3, 6, 7, 5]))
        let convolved = try append(.convolution(same), image, kernel(5, 4, name: "kernel"), name: "convolved")
        let mean = try append(.reduction(Reduction(.mean, axes: [0], keepsAxes: true)), convolved, name: "mean")
        builder.output("map", try append(.binary(Binary(.subtract)), convolved, mean, name: "centred"))
        let layout = layout()
        #expect(layout.batch == .whole(reason: "reduction 'mean' reads the whole tensor 'convolved'"))
        #expect(placements(layout) == ["convolved": .images, "mean": .plain, "centred": .images])
    }

    @Test mutating func constantsThatDifferOverTheBatchMixIt() throws {
        let image = builder.input("image", TensorType([2, 4, 4, 1]))
        let offset = builder.constant(Constant([Float](repeating: 1, count: 32), shape: [2, 4, 4, 1]), into: &constants, name: "offset")
        builder.output("sum", try append(.binary(Binary(.add)), image, offset, name: "sum"))
        #expect(layout().batch == .whole(reason: "binary 'sum' reads a constant of 2 images 'offset'"))
    }

    @Test mutating func withoutACommonBatchThereIsNothingToRepeat() throws {
        let image = builder.input("image", TensorType([3, 4, 4, 1]))
        builder.output("map", try append(.elementwise(Elementwise(.relu)), image, name: "relu"))
        builder.output("number", builder.constant(Constant([1], shape: [1]), into: &constants, name: "one"))
        #expect(layout().batch == .whole(reason: nil))
    }

    /// The first reader of an input decides in which layout its rows are read.
    @Test(arguments: [false, true]) mutating func theFirstReaderDecides(tensorFirst: Bool) throws {
        let value = builder.input("value", TensorType([1, 3, 6, 7]))
        let kernel = kernel(3, 2, name: "kernel")
        func reduce(_ test: inout LayoutAnalysisTests) throws {
            let axes = Reduction(.maximum, axes: [1], keepsAxes: true)
            test.builder.output("largest", try test.append(.reduction(axes), value, name: "largest"))
        }
        func convolve(_ test: inout LayoutAnalysisTests) throws {
            let turned = try test.append(.transpose(Transpose([0, 2, 3, 1])), value, name: "turned")
            let convolved = try test.append(.convolution(test.same), turned, kernel, name: "convolved")
            test.builder.output("map", try test.append(.transpose(Transpose([0, 3, 1, 2])), convolved, name: "back"))
        }
        if tensorFirst {
            try reduce(&self)
            try convolve(&self)
        } else {
            try convolve(&self)
            try reduce(&self)
        }
        let layout = layout()
        #expect(layout.inputs == [tensorFirst ? .plain : .nchw])
        #expect(Set(layout.outputs) == [.nchw, .plain])
        #expect(placements(layout)["convolved"] == .images)
    }

    /// What costs little stays among plain tensors, and is done on images where an operand is there as such.
    @Test mutating func cheapOperationsFollowTheirOperands() throws {
        let image = builder.input("image", TensorType([1, 4, 4, 2]))
        let matrix = builder.input("matrix", TensorType([4, 4]))
        let sides = [1, 4, 4, 1].map { Reshape.Side.dimension(Dimension($0)) }
        let plane = try append(.reshape(Reshape(sides)), matrix, name: "plane")
        let doubled = try append(.binary(Binary(.add)), plane, plane, name: "doubled")
        builder.output("sum", try append(.binary(Binary(.add)), image, doubled, name: "sum"))
        let layout = layout()
        #expect(placements(layout) == ["plane": .plain, "doubled": .plain, "sum": .images])
        #expect(layout.inputs == [.nhwc, .plain])
    }

    @Test mutating func theTextNamesEveryInputOperationAndOutput() throws {
        let image = builder.input("image", TensorType([3, 6, 7, 5]))
        _ = builder.input("unread", TensorType(.int64, [3, 2]))
        let convolved = try append(.convolution(same), image, kernel(5, 4, name: "kernel"), name: "convolved")
        _ = try append(.elementwise(Elementwise(.relu)), convolved, name: "dropped")
        let turned = try append(.transpose(Transpose([0, 3, 1, 2])), convolved, name: "turned")
        builder.output("map", turned)
        builder.output("odds", try append(.softmax(Softmax(axis: 1)), turned, name: "odds"))
        let text = layout().text(of: builder.finish())
        #expect(
            text == """
                batch: one schedule for all images, because softmax 'odds' reads the whole tensor 'turned'
                input 'image' f32[3, 6, 7, 5]: images, nhwc
                input 'unread' i64[3, 2]: plain
                convolution 'convolved' on images: 'convolved' f32[3, 6, 7, 4]: images
                transpose 'turned' on plain tensors: 'turned' f32[3, 4, 6, 7]: images, axes [0, 3, 1, 2]
                softmax 'odds' on plain tensors: 'odds' f32[3, 4, 6, 7]: plain
                output 'map' f32[3, 4, 6, 7]: images, nchw
                output 'odds' f32[3, 4, 6, 7]: plain

                """)
    }
}
