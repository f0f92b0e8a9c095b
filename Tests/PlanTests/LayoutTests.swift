import GraphIR
import Optimizer
import PlanFormat
import Testing

/// Where the two layouts meet: which conversions a plan has, and whether they are right.
@Suite struct LayoutTests {
    private let same = Convolution(window: Window(size: Spatial(3, 3), padding: .same), hasBias: false)

    private func families(_ sweep: TensorSweep, _ outputs: ValueID...) throws -> [String] {
        var builder = sweep.builder
        for (index, output) in outputs.enumerated() { builder.output("output\(index)", output) }
        let plan = try Compiler.compile(Graph(main: builder.finish(), constants: sweep.constants)).plan
        return plan.operations.map { operation in
            switch operation.kernel {
            case .input: "input"
            case .output: "output"
            case .plainInput: "plainInput"
            case .plainOutput: "plainOutput"
            case .blocking: "blocking"
            case .unblocking: "unblocking"
            case .plain(let plain): "\(plain.family)"
            case .convolution: "convolution"
            case .elementwise: "elementwise"
            default: "another"
            }
        }
    }

    /// A convolution of images [N, C, H, W] reads and writes them row by row.
    private func channelsFirst(batch: Int) throws -> (TensorSweep, ValueID) {
        var sweep = TensorSweep()
        let image = sweep.input(.float32, [batch, 3, 9, 11])
        let kernel = sweep.constant(.float32, [3, 3, 3, 20])
        let turned = try sweep.append(.transpose(Transpose([0, 2, 3, 1])), image)
        let convolved = try sweep.append(.convolution(same), turned, kernel)
        let result = try sweep.append(.transpose(Transpose([0, 3, 1, 2])), convolved)
        return (sweep, result)
    }

    @Test(arguments: [1, 3]) func channelsFirstInputsAndOutputsAreNotCopied(batch: Int) throws {
        var (sweep, result) = try channelsFirst(batch: batch)
        #expect(try families(sweep, result) == ["input", "convolution", "output"])
        try sweep.check("channels first", result, tolerance: 1e-5)
    }

    @Test func entryPointsKeepTheModelsShapes() throws {
        for batch in [1, 3] {
            let (sweep, result) = try channelsFirst(batch: batch)
            var builder = sweep.builder
            builder.output("map", result)
            let plan = try Compiler.compile(Graph(main: builder.finish(), constants: sweep.constants)).plan
            #expect(plan.inputs[0].layout == .nchw && plan.outputs[0].layout == .nchw)
            #expect(plan.shape(of: plan.inputs[0]) == [batch, 3, 9, 11])
            #expect(plan.shape(of: plan.outputs[0]) == [batch, 20, 9, 11])
            #expect(plan.batch == batch)
        }
    }

    /// A plain operation between two on images: one conversion each way, whoever else reads the images.
    @Test(arguments: [1, 2]) func conversionsAreMadeOnce(batch: Int) throws {
        var sweep = TensorSweep()
        let image = sweep.input(.float32, [batch, 6, 7, 5])
        let kernel = sweep.constant(.float32, [3, 3, 5, 5])
        let first = try sweep.append(.convolution(same), image, kernel)
        let mirrored = try sweep.append(
            .slice(
                Slice([
                    .init(count: Dimension(batch)), .init(start: 5, step: -1, count: 6), .init(count: 7),
                    .init(count: 5),
                ])), first)
        let sum = try sweep.append(.softmax(Softmax(axis: 1)), first)
        let second = try sweep.append(.convolution(same), mirrored, kernel)
        let third = try sweep.append(.convolution(same), sum, kernel)
        let found = try families(sweep, second, third)
        #expect(found.count { $0 == "unblocking" } == 1)
        #expect(found.count { $0 == "blocking" } == 2 * batch)
        #expect(found.count { $0 == "input" } == batch)
        try sweep.check("batch \(batch)", second, third, tolerance: 2e-5)
    }

    /// What mixes the images of a batch sees all of them; what does not runs for each of them.
    @Test func batchesAreUnfoldedWhereTheyMix() throws {
        var sweep = TensorSweep()
        let image = sweep.input(.float32, [3, 6, 7, 5])
        let kernel = sweep.constant(.float32, [3, 3, 5, 4])
        let convolved = try sweep.append(.convolution(same), image, kernel)
        let mean = try sweep.append(.reduction(Reduction(.mean, axes: [0], keepsAxes: true)), convolved)
        let centred = try sweep.append(.binary(Binary(.subtract)), convolved, mean)
        let last = try sweep.append(.convolution(same), centred, sweep.constant(.float32, [3, 3, 4, 2]))
        try sweep.check("mixed", last, mean, tolerance: 2e-5)
        var other = TensorSweep()
        let a = other.input(.float32, [4, 5, 6, 3])
        let b = other.input(.float32, [1, 5, 6, 3])
        let flag = other.input(.bool, [4, 1, 1, 1])
        let chosen = try other.append(.selection(Selection()), flag, a, b)
        let pooled = try other.append(.globalPooling(GlobalPooling(.average)), chosen)
        try other.check("flags", pooled, try other.append(.elementwise(Elementwise(.relu)), a))
    }

    /// A constant that differs over the batch.
    @Test func constantsOfABatch() throws {
        var sweep = TensorSweep()
        let image = sweep.input(.float32, [2, 4, 5, 17])
        let offset = sweep.constant(.float32, [2, 4, 5, 17])
        let kernel = sweep.constant(.float32, [3, 3, 17, 3])
        let sum = try sweep.append(.binary(Binary(.add)), image, offset)
        try sweep.check("offset", try sweep.append(.convolution(same), sum, kernel), tolerance: 1e-5)
    }

    /// A part of a constant that does not begin with its first image.
    @Test func partsOfConstants() throws {
        var sweep = TensorSweep()
        let image = sweep.input(.float32, [1, 4, 5, 17])
        let images = sweep.constant(.float32, [3, 4, 5, 17])
        let second = Slice([.init(start: 1, count: 1), .init(count: 4), .init(count: 5), .init(count: 17)])
        try sweep.check("second", try sweep.append(.binary(Binary(.add)), image, try sweep.append(.slice(second), images)))
    }

    /// Operands of fewer axes, computed, beside images.
    @Test func vectorsBesideImages() throws {
        var sweep = TensorSweep()
        let image = sweep.input(.float32, [1, 6, 7, 20])
        let vector = sweep.input(.float32, [20])
        let row = sweep.input(.float32, [7, 1])
        let kernel = sweep.constant(.float32, [3, 3, 20, 20])
        let convolved = try sweep.append(.convolution(same), image, kernel)
        let scaled = try sweep.append(.binary(Binary(.multiply)), convolved, vector)
        try sweep.check("vectors", try sweep.append(.binary(Binary(.add)), row, scaled), tolerance: 1e-5)
    }

    /// Outputs that need no input, one of them of the same number of elements as a batch has images.
    @Test func constantsAsOutputs() throws {
        var sweep = TensorSweep()
        let shape = sweep.constant(.int64, [3])
        let image = sweep.constant(.float32, [1, 2, 3, 4])
        let number = sweep.constant(.bool, [])
        try sweep.check("no input", shape, image, number, try sweep.append(.expansion(Expansion(to: [2, 3])), shape))
        _ = sweep.input(.float32, [3, 2, 2, 4])
        try sweep.check("a batch", shape)
    }

    /// Several inputs of several types; one that is an output as it is, and one that nobody reads.
    @Test func inputsOfManyTypes() throws {
        var sweep = TensorSweep()
        let image = sweep.input(.uint8, [1, 5, 6, 3])
        let mask = sweep.input(.bool, [5, 6, 1])
        let scale = sweep.input(.float32, [])
        let unread = sweep.input(.int64, [4])
        _ = unread
        let floats = try sweep.append(.cast(Cast(to: .float32)), image)
        let scaled = try sweep.append(.binary(Binary(.multiply)), floats, scale)
        let none = sweep.constant(.float32, [1], 0...0)
        let masked = try sweep.append(.selection(Selection()), mask, scaled, none)
        let convolved = try sweep.append(.convolution(same), masked, sweep.constant(.float32, [3, 3, 3, 1]))
        let labels = try sweep.append(.argumentMaximum(ArgumentMaximum(axis: 3)), scaled)
        try sweep.check("types", convolved, labels, image, mask, tolerance: 1e-5)
    }

    /// An input that some operations read as images and others as a tensor is read once, whoever comes first.
    @Test(arguments: [false, true], [ElementType.float32, .uint8])
    func inputsOfImagesAndTensors(tensorFirst: Bool, element: ElementType) throws {
        var sweep = TensorSweep()
        let value = sweep.input(element, [2, 6, 7, 3])
        let tensor: (inout TensorSweep) throws -> ValueID = { sweep in
            try sweep.append(.reduction(Reduction(.maximum, axes: [0, 2], keepsAxes: true)), value)
        }
        let images: (inout TensorSweep) throws -> ValueID = { sweep in
            let floats = element == .float32 ? value : try sweep.append(.cast(Cast(to: .float32)), value)
            return try sweep.append(.convolution(same), floats, sweep.constant(.float32, [3, 3, 3, 4]))
        }
        let first = try (tensorFirst ? tensor : images)(&sweep)
        let second = try (tensorFirst ? images : tensor)(&sweep)
        let found = try families(sweep, first, second)
        #expect(found.count { $0 == "plainInput" } == (tensorFirst ? 1 : 0))
        #expect(found.count { $0 == "input" } == (tensorFirst ? 0 : 2))
        try sweep.check("both", first, second, tolerance: 1e-5)
    }

    /// A three-dimensional input that becomes images, in both orders of their axes.
    @Test func inputsOfOtherRanksBecomeImages() throws {
        for (shape, sides, permutation) in [([6, 7, 3], [1, 6, 7, 3], [0, 1, 2, 3]), ([3, 6, 7], [1, 3, 6, 7], [0, 2, 3, 1])] {
            var sweep = TensorSweep()
            let value = sweep.input(.float32, shape)
            let image = try sweep.append(.reshape(Reshape(sides.map { .dimension(Dimension($0)) })), value)
            let turned = try sweep.append(.transpose(Transpose(permutation)), image)
            let result = try sweep.append(.convolution(same), turned, sweep.constant(.float32, [3, 3, 3, 2]))
            try sweep.check("\(shape)", result, tolerance: 1e-5)
        }
    }

    /// An input that is read as images in both orders of its axes has one layout.
    @Test func oneInputInTwoOrders() throws {
        var sweep = TensorSweep()
        let value = sweep.input(.float32, [1, 6, 6, 6])
        let kernel = sweep.constant(.float32, [3, 3, 6, 2])
        let first = try sweep.append(.convolution(same), value, kernel)
        let turned = try sweep.append(.transpose(Transpose([0, 2, 3, 1])), value)
        let second = try sweep.append(.convolution(same), turned, kernel)
        let third = try sweep.append(.convolution(same), try sweep.append(.transpose(Transpose([0, 2, 1, 3])), value), kernel)
        try sweep.check("orders", first, second, third, tolerance: 1e-5)
    }
}
