import Foundation
import GraphIR
import PlanFormat
import TestSupport
import Testing

@testable import Optimizer

/// Graphs beyond what a plan may hold: refused before anything is scheduled, all that is too large at once.
@Suite struct BoundTests {
    static let tooLarge: [(shape: [Int], message: String)] = [
        ([1, 1, 2_097_152, 3], "columns of 'image': 2097152, at most 1048576"),
        ([1, 2_097_152, 1, 3], "rows of 'image': 2097152, at most 1048576"),
        ([1, 1, 1, 131_072], "channels of 'image': 131072, at most 65536"),
        ([131_072, 1, 1, 1], "images of a batch: 131072, at most 65536"),
        ([1, 1_048_576, 32_768, 1], "bytes of the inputs and outputs: 274877906944, at most 68719476736"),
        ([65_536, 512, 512, 1], "bytes of the inputs and outputs: 137438953472, at most 68719476736"),
        ([1, 1, 1_048_576, 65_536], "bytes of the inputs and outputs: 549755813888, at most 68719476736"),
    ]

    @Test(arguments: tooLarge.indices)
    func sidesAndBytes(sample: Int) throws {
        let messages = try exceeded { builder, _ in
            let image = builder.input("image", type(Self.tooLarge[sample].shape))
            return try builder.append(.elementwise(Elementwise(.relu)), [image], name: "relu")[0]
        }
        #expect(messages.contains(Self.tooLarge[sample].message), "\(messages)")
    }

    @Test func everythingTooLargeIsReportedAtOnce() throws {
        let messages = try exceeded { builder, _ in
            let image = builder.input("image", type(1, 1 << 21, 1, 1 << 12))
            return try builder.append(.elementwise(Elementwise(.relu)), [image], name: "relu")[0]
        }
        #expect(messages == ["rows of 'image': 2097152, at most 1048576", "rows of 'relu': 2097152, at most 1048576"])
        #expect("\(CompileError.exceedsBounds(messages))".hasPrefix("this is larger than a plan may be:\n  rows of 'image'"))
    }

    @Test func windows() throws {
        let wide = 70_000
        let convolution = try exceeded { builder, constants in
            let image = builder.input("image", TensorType([1, 8, 8, 1]))
            let kernel = builder.constant(Constant([1, 1, 1, 1], shape: [2, 2, 1, 1]), into: &constants, name: "kernel")
            let window = Window(
                size: Spatial(2, 2), strides: Spatial(1, wide), dilations: Spatial(wide, 1),
                padding: .explicit(top: wide, left: 0, bottom: 0, right: wide))
            return try builder.append(.convolution(Convolution(window: window, hasBias: false)), [image, kernel], name: "conv")[0]
        }
        #expect(
            Set(convolution) == [
                "convolution 'conv': the dilation over rows: 70000, at most 65536", "convolution 'conv': padded rows: 70000, at most 65536",
                "convolution 'conv': rows that the window spans: 70001, at most 65536",
                "convolution 'conv': the stride over columns: 70000, at most 65536",
                "convolution 'conv': padded columns: 70000, at most 65536",
            ])
        let pooling = try exceeded { builder, _ in
            let image = builder.input("image", TensorType([1, 2000, 2000, 1]))
            let window = Window(size: Spatial(1500, 1500), padding: .explicit(top: 1, left: 0, bottom: 0, right: 1))
            return try builder.append(.pooling(Pooling(.maximum, window: window)), [image], name: "pool")[0]
        }
        #expect(pooling == ["pooling 'pool': positions of the window: 2250000, at most 1048576"])
    }

    /// Behind a fused pooling nothing shows how large an image was.
    @Test func imagesInFrontOfAFusedPooling() throws {
        let messages = try exceeded { builder, constants in
            let image = builder.input("image", type(1, 1 << 20, 8, 1))
            let kernel = builder.constant(Constant([1], shape: [1, 1, 1, 1]), into: &constants, name: "kernel")
            let window = Window(size: .one, padding: .explicit(top: 4, left: 0, bottom: 0, right: 0))
            let convolution = Convolution(
                window: window, hasBias: false, pooling: PoolingEpilogue(size: Spatial(2, 2), keepsUnpooled: false))
            return try builder.append(.convolution(convolution), [image, kernel], name: "conv")[0]
        }
        #expect(messages == ["convolution 'conv': rows of the result: 1048580, at most 1048576"])
    }

    /// What is no image is held whole, also where only a view of it is read, and where it is empty.
    @Test(arguments: [[1 << 28], [1 << 31], [0, 1 << 31], [1 << 20, 1 << 20], [1, 1, 1, 1 << 14, 1 << 14]])
    func wholeTensors(shape: [Int]) throws {
        let bytes = shape.reduce(4) { $0 * max(1, $1) }
        let text = shape.map { "\($0)" }.joined(separator: ", ")
        let messages = try exceeded { builder, _ in
            let one = builder.input("one", TensorType([1]))
            let expansion = Expansion(to: shape.map { Dimension($0) })
            let large = try builder.append(.expansion(expansion), [one], name: "large")[0]
            let corner = Slice(shape.map { Slice.Axis(start: 0, step: 1, count: Dimension(min($0, 1))) })
            return try builder.append(.slice(corner), [large], name: "corner")[0]
        }
        #expect(
            messages == [
                "expansion 'large': 'large' is f32[\(text)], which takes \(bytes) bytes where it is held whole; at most 1073741823 are supported"
            ])
    }

    /// Images are held whole where they are read in another way than row by row.
    @Test func imagesThatAreHeldWhole() throws {
        var builder = FunctionBuilder(name: "main")
        let image = builder.input("image", type(1, 1 << 14, 1 << 14, 1))
        builder.output("out", try builder.append(.tiling(Tiling([1, 1, 1, 2])), [image], name: "twice")[0])
        do throws(CompileError) {
            _ = try Compiler.compile(Graph(main: builder.finish()))
            Issue.record("compiled")
        } catch {
            guard case .unsupported(let parts) = error else { throw error }
            #expect("\(parts[0])".contains("'image' is f32[1, 16384, 16384, 1], which takes 1073741824 bytes"))
        }
        // Row by row they are not.
        builder = FunctionBuilder(name: "main")
        let other = builder.input("image", type(1, 1 << 14, 1 << 14, 1))
        builder.output("out", try builder.append(.elementwise(Elementwise(.relu)), [other], name: "relu")[0])
        let options = CompileOptions(stepHeights: .rows(1))
        #expect(try Compiler.compile(Graph(main: builder.finish()), options: options).memory.arena < 1 << 26)
    }

    @Test func tables() throws {
        let resampled = try exceeded { builder, _ in
            let signal = builder.input("signal", type(1, 8))
            let axis = Resize.Axis(1, .size(1 << 23, scale: 0x1p20), interpolation: .linear)
            return try builder.append(.resize(Resize([axis])), [signal], name: "resampled")[0]
        }
        #expect(
            resampled == [
                "resize 'resampled': elements of the resized axis 1: 8388608, at most 1048576",
                "entries of the tables for padding and resizing: 67108864, at most 16777216",
            ])
        let padded = try exceeded { builder, _ in
            var last = builder.input("signal", type(1, 8))
            for index in 0..<18 {
                let padding = Padding(.edge, amounts: [Padding.Amount(0, 0), Padding.Amount(0, 1 << 20)])
                last = try builder.append(.padding(padding), [last], name: "padded\(index)")[0]
            }
            return last
        }
        #expect(padded.count == 1 && padded[0].hasPrefix("entries of the tables for padding and resizing: 1793"), "\(padded)")
    }

    /// Of a transposed convolution each group's channels are packed with those of all others.
    @Test func packedWeights() throws {
        let channels = 1 << 14
        let messages = try exceeded { builder, constants in
            let image = builder.input("image", type(1, 2, 2, channels))
            let ones = Constant([Float](repeating: 1, count: 4 * channels), shape: [2, 2, 1, channels])
            let kernel = builder.constant(ones, into: &constants, name: "kernel")
            let convolution = TransposedConvolution(window: Window(size: Spatial(2, 2)), groups: channels, hasBias: false)
            return try builder.append(.transposedConvolution(convolution), [image, kernel], name: "up")[0]
        }
        #expect(messages == ["bytes of packed weights: 4294967296, at most 269484032"])
    }

    /// A batch of which something sees all images is compiled image by image.
    @Test func batchesThatAreNotRepeated() throws {
        var builder = FunctionBuilder(name: "main")
        let images = builder.input("images", type(20_000, 2, 2, 1))
        let mean = try builder.append(.globalPooling(GlobalPooling(.average)), [images], name: "means")[0]
        builder.output("sum", try builder.append(.reduction(Reduction(.sum, axes: [0])), [mean], name: "sum")[0])
        do throws(CompileError) {
            _ = try Compiler.compile(Graph(main: builder.finish()))
            Issue.record("compiled")
        } catch {
            guard case .unsupported(let parts) = error else { throw error }
            #expect("\(parts[0])".contains("its 20000 images are computed one by one"), "\(parts)")
        }
    }

    @Test func work() throws {
        let messages = try exceeded { builder, _ in
            let image = builder.input("image", type(1, 1 << 14, 1 << 14, 16))
            let window = Window(size: Spatial(512, 512), padding: .same)
            return try builder.append(.pooling(Pooling(.average, window: window)), [image], name: "pool")[0]
        }
        #expect(messages.count == 1 && messages[0].hasPrefix("multiply-accumulates of a run: 11"), "\(messages)")
    }

    /// More memory than a runtime takes is refused although no limit is given, and the buffers are named.
    @Test func memory() throws {
        var builder = FunctionBuilder(name: "main")
        let image = builder.input("image", type(1, 1 << 16, 1 << 16, 1))
        builder.output("out", try builder.append(.elementwise(Elementwise(.relu)), [image], name: "relu")[0])
        let graph = Graph(main: builder.finish())
        do throws(CompileError) {
            _ = try Compiler.compile(graph, options: CompileOptions(stepHeights: .wholeImage))
            Issue.record("compiled")
        } catch {
            guard case .doesNotFit(let shortage) = error else { throw error }
            #expect(shortage.limit == PlanLimits.standard.memoryBytes)
            #expect("\(error)".contains("relu, "))
        }
    }

    @Test func threads() throws {
        #expect(try exceeded(CompileOptions(threads: 1025), relu) == ["threads: 1025, at most 1024"])
        var builder = FunctionBuilder(name: "main")
        builder.output("out", builder.input("image", TensorType([1, 8, 8, 1])))
        let graph = Graph(main: builder.finish())
        for threads in [0, -1] {
            #expect(throws: CompileError.self) { try Compiler.compile(graph, options: CompileOptions(threads: threads)) }
        }
    }

    // MARK: Steps

    /// One-row steps of this graph would be 1.5 billion; even those of 64 rows are too many.
    @Test func schedulesThatAreTooLongAreNotMade() throws {
        var builder = FunctionBuilder(name: "main")
        var value = builder.input("image", type(1, 1 << 20, 1, 1))
        for index in 0..<1400 {
            value = try builder.append(.elementwise(Elementwise(.relu)), [value], name: "relu\(index)")[0]
        }
        builder.output("out", value)
        let graph = Graph(main: builder.finish())
        #expect(try Compiler.compile(graph).stepHeights == .wholeImage)
        do throws(CompileError) {
            _ = try Compiler.compile(graph, options: CompileOptions(stepHeights: .rows(1)))
            Issue.record("compiled")
        } catch {
            guard case .exceedsBounds(let messages) = error else { throw error }
            #expect(messages == ["1-row steps: 1470103552 steps, at most 4000000"])
        }
    }

    /// A step has as many rows as a kernel can number: the padded image has 3.6 billion columns of blocks, pooled to few.
    @Test func stepsAreNoTallerThanAKernelCanNumber() throws {
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let image = builder.input("image", TensorType([1, 1, 1, 1]))
        let kernel = builder.constant(Constant([1], shape: [1, 1, 1, 1]), into: &constants, name: "kernel")
        let edge = 30_000
        let window = Window(size: .one, padding: .explicit(top: edge, left: edge, bottom: edge, right: edge))
        let convolution = Convolution(
            window: window, hasBias: false, pooling: PoolingEpilogue(size: Spatial(100, 100), keepsUnpooled: false))
        builder.output("out", try builder.append(.convolution(convolution), [image, kernel], name: "conv")[0])
        let plan = try Compiler.compile(
            Graph(main: builder.finish(), constants: constants), options: CompileOptions(stepHeights: .wholeImage)
        ).plan
        let rows = plan.schedule.filter { plan.operations[$0.operation.index].name == Array("conv".utf8) }.map(\.rowCount)
        #expect(rows == [35_700, 24_301])
    }

    @Test(arguments: [
        StepHeights.rows(.max), .rows(0), .rows(.min), .scaled(.max), .scaled(0), .scaled(-3), .rising(.max), .rising(.min),
        .each([.max, .min, 0, -1]), .each([]), .levels([.max]), .levels([]), .levels([0, -1]),
    ])
    func heightsAreClamped(heights: StepHeights) throws {
        var builder = FunctionBuilder(name: "main")
        builder.output("out", try relu(&builder))
        let plan = try Compiler.compile(Graph(main: builder.finish()), options: CompileOptions(stepHeights: heights)).plan
        #expect(plan.schedule.allSatisfy { (1...8).contains($0.rowCount) })
    }

    /// Sizes that were halved, rounded either way, are of the level that they come from.
    @Test(arguments: [
        ([64, 32, 16, 8, 4], [8, 4, 2, 1, 1]), ([61, 31, 16, 8, 4], [8, 4, 2, 1, 1]), ([61, 30, 15, 7, 3], [8, 4, 2, 1, 1]),
    ])
    func heightsByLevel(sizes: [Int], expected: [Int]) throws {
        var builder = FunctionBuilder(name: "main")
        for (index, size) in sizes.enumerated() {
            let input = builder.input("in\(index)", TensorType([1, Dimension(size), Dimension(size), 16]))
            builder.output("out\(index)", try builder.append(.elementwise(Elementwise(.relu)), [input], name: "level\(index)")[0])
        }
        let options = CompileOptions(stepHeights: .levels([8, 4, 2, 1]))
        let plan = try Compiler.compile(Graph(main: builder.finish()), options: options).plan
        for (index, rows) in expected.enumerated() {
            let steps = plan.schedule.filter { plan.operations[$0.operation.index].name == Array("level\(index)".utf8) }
            #expect(steps.map(\.rowCount).max() == rows)
        }
    }

    @Test func heightsAsArguments() {
        for (argument, heights) in [
            ("1", StepHeights.rows(1)), ("64", .rows(64)), ("scaled-4", .scaled(4)), ("rising-8", .rising(8)),
            ("whole", .wholeImage), ("4/2/1", .levels([4, 2, 1])),
        ] {
            #expect(StepHeights(argument: argument) == heights)
            #expect(heights.argument == argument)
        }
        for argument in [
            "", "0", "-1", "+1", "scaled", "scaled-", "scaled-0", "scaled--1", "rising-0", "-4", "whole-1", "1.5", "4 ", "Whole", "4/",
            "/4", "4//1", "4/0", "4/scaled-2",
            "99999999999999999999", "٣",
        ] {
            #expect(StepHeights(argument: argument) == nil, "\(argument)")
        }
    }

    /// On a stack of 256 KiB.
    @Test func deepGraphsNeedNoDeepStack() async throws {
        let depth = 4000
        let steps = try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                continuation.resume(
                    with: Result {
                        var builder = FunctionBuilder(name: "main")
                        var value = builder.input("image", TensorType([1, 2, 1, 1]))
                        for index in 0..<depth {
                            value = try builder.append(.elementwise(Elementwise(.relu)), [value], name: "relu\(index)")[0]
                        }
                        builder.output("out", value)
                        let options = CompileOptions(stepHeights: .rows(1))
                        return try Compiler.compile(Graph(main: builder.finish()), options: options).plan.schedule.count
                    })
            }
            thread.stackSize = 256 << 10
            thread.start()
        }
        #expect(steps == 2 * (depth + 2))
    }

    // MARK: -

    private func type(_ sides: Int...) -> TensorType { type(sides) }

    private func type(_ shape: [Int]) -> TensorType { TensorType(shape.map { Dimension($0) }) }

    private func relu(_ builder: inout FunctionBuilder) throws -> ValueID {
        let image = builder.input("image", TensorType([1, 8, 8, 1]))
        return try builder.append(.elementwise(Elementwise(.relu)), [image], name: "relu")[0]
    }

    private func relu(_ builder: inout FunctionBuilder, _: inout ConstantTable) throws -> ValueID { try relu(&builder) }

    /// The messages with which a graph of one output is refused.
    private func exceeded(
        _ options: CompileOptions = CompileOptions(), _ build: (inout FunctionBuilder, inout ConstantTable) throws -> ValueID
    ) throws -> [String] {
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        builder.output("out", try build(&builder, &constants))
        do throws(CompileError) {
            _ = try Compiler.compile(Graph(main: builder.finish(), constants: constants), options: options)
        } catch {
            guard case .exceedsBounds(let messages) = error else { throw error }
            return messages
        }
        throw TestSupportError("compiled")
    }
}
