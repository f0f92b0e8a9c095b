import GraphIR
import TestSupport
import Testing

@testable import Optimizer

/// Graphs that cannot be compiled, and what the user is told.
@Suite struct RefusalTests {
    @Test(arguments: [[7], [3, 7], [3, 4, 7], [1, 2, 3, 4, 7]])
    func paddingOfOtherRanksIsRefused(shape: [Int]) throws {
        var (builder, image) = oneImage()
        let other = builder.input("other", TensorType(shape.map { Dimension($0) }))
        let amounts = shape.map { _ in Padding.Amount(1, 1) }
        builder.output("image", image)
        builder.output("padded", try builder.append(.padding(Padding(.edge, amounts: amounts)), [other], name: "pad")[0])
        #expect(try unsupported(builder).contains { $0.kind == "padding" && $0.name == "pad" })
    }

    /// A constant may have fewer axes than an image, a padding of it not.
    @Test func paddingOfASmallConstantIsRefused() throws {
        var (builder, image) = oneImage()
        var constants = ConstantTable()
        let vector = builder.constant(Constant([1, 2], shape: [2]), into: &constants, name: "vector")
        let padded = try builder.append(.padding(Padding(.edge, amounts: [.init(1, 1)])), [vector], name: "pad")[0]
        builder.output("sum", try builder.append(.binary(Binary(.add)), [image, padded], name: "sum")[0])
        let parts = try unsupported(builder, constants)
        #expect(parts.first?.description == "padding 'pad': of f32[2], expected an image [N, H, W, C]")
    }

    @Test func inputsAndOutputsAreReportedWithTheOperations() throws {
        var (builder, image) = oneImage()
        let vector = builder.input("vector", TensorType([1, 8]))
        let turned = try builder.append(.transpose(Transpose([0, 2, 1, 3])), [image], name: "turn")[0]
        let soft = try builder.append(.softmax(Softmax(axis: 1)), [turned], name: "soft")[0]
        builder.output("vector out", vector)
        builder.output("image out", soft)
        let parts = try unsupported(builder)
        #expect(parts.map { "\($0.kind) \($0.name)" } == ["input vector", "transpose turn", "softmax soft", "output vector out"])
        let text = "\(CompileError.unsupported(parts))"
        #expect(text.hasPrefix("4 parts of the graph cannot be compiled:\n  input 'vector': f32[1, 8] is no image"))
    }

    @Test func batchesThatDifferAreRefused() throws {
        var builder = FunctionBuilder(name: "main")
        let first = builder.input("first", TensorType([2, 8, 8, 4]))
        _ = builder.input("second", TensorType([3, 8, 8, 4]))
        builder.output("out", first)
        let parts = try unsupported(builder)
        #expect(parts.map(\.description) == ["input 'second': f32[3, 8, 8, 4] has a batch of 3, the first input one of 2"])
    }

    /// An output's array has the model's shape, so that what a plan holds as `[1, 1, 1, C]` must not leave it.
    @Test(arguments: [[4], [8, 4], [8, 8, 4], [1, 8, 8, 4]])
    func constantsOfOtherShapesAreNoOutputs(shape: [Int]) throws {
        for batch in [1, 2] {
            var constants = ConstantTable()
            var builder = FunctionBuilder(name: "main")
            builder.output("image", builder.input("image", TensorType([Dimension(batch), 8, 8, 4])))
            let floats = [Float](repeating: 1, count: shape.reduce(1, *))
            builder.output("constant", builder.constant(Constant(floats, shape: shape), into: &constants, name: "constant"))
            if shape.count == 4, batch == 1 {
                let plan = try Compiler.compile(Graph(entry: builder.finish(), constants: constants)).plan
                #expect(plan.outputs.count == 2)
            } else {
                #expect(try unsupported(builder, constants).map { "\($0.kind) \($0.name)" } == ["output constant"])
            }
        }
    }

    @Test func graphsWithoutInputsOrOutputsAreRefused() throws {
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        let constant = builder.constant(Constant([1], shape: [1, 1, 1, 1]), into: &constants, name: "constant")
        builder.output("out", constant)
        let message = try invalid(Graph(entry: builder.finish(), constants: constants))
        #expect(message == "the graph has no input; a plan has at least one")
        #expect(try invalid(Graph(entry: oneImage().0.finish())) == "the graph has no output; a plan has at least one")
    }

    @Test func unboundInputsAreAllNamed() throws {
        var builder = FunctionBuilder(name: "main")
        for name in ["first", "second"] {
            let image = builder.input(name, TensorType([1, Dimension(symbol: "h"), 8, 4]))
            builder.output("\(name) out", image)
        }
        let message = try invalid(Graph(entry: builder.finish()))
        #expect(message.hasPrefix("input 'first' is f32[1, h, 8, 4], input 'second' is f32[1, h, 8, 4]: every side has to"))
    }

    /// What no output depends on takes no place in the arena; it need not even be supported.
    @Test func whatNobodyReadsIsLeftOut() throws {
        var (builder, image) = oneImage()
        let large = builder.input("large", TensorType([1, 512, 512, 16]))
        let turned = try builder.append(.transpose(Transpose([0, 2, 1, 3])), [large], name: "turn")[0]
        _ = try builder.append(.elementwise(Elementwise(.relu)), [turned], name: "relu")
        _ = try builder.append(.elementwise(Elementwise(.relu)), [large], name: "other relu")
        builder.output("out", image)
        let compiled = try Compiler.compile(Graph(entry: builder.finish()))
        #expect(compiled.plan.inputs.map { String(decoding: $0.name, as: UTF8.self) } == ["image", "large"])
        #expect(compiled.plan.operations.count == 2)
        #expect(compiled.memory.arena < 512 * 64)
    }

    // MARK: -

    private func oneImage() -> (FunctionBuilder, ValueID) {
        var builder = FunctionBuilder(name: "main")
        let image = builder.input("image", TensorType([1, 8, 8, 4]))
        return (builder, image)
    }

    private func unsupported(
        _ builder: FunctionBuilder, _ constants: ConstantTable = ConstantTable()
    ) throws -> [UnsupportedPart] {
        do throws(CompileError) {
            _ = try Compiler.compile(Graph(entry: builder.finish(), constants: constants))
        } catch {
            guard case .unsupported(let parts) = error else { throw error }
            return parts
        }
        throw TestSupportError("compiled")
    }

    private func invalid(_ graph: Graph) throws -> String {
        do throws(CompileError) {
            _ = try Compiler.compile(graph)
        } catch {
            guard case .invalid(let message) = error else { throw error }
            return message
        }
        throw TestSupportError("compiled")
    }
}
