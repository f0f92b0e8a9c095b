import GraphIR
import TestSupport
import Testing

@testable import Optimizer

/// Graphs that cannot be compiled, and what the user is told.
@Suite struct RefusalTests {
    /// An operation that has no kernel on images needs a plain tensor, which has a limit.
    @Test func everyTensorThatIsTooLargeIsReported() throws {
        var builder = FunctionBuilder(name: "main")
        let image = builder.input("image", TensorType([1, 65536, 65536, 1]))
        let soft = try builder.append(.softmax(Softmax(axis: 1)), [image], name: "soft")[0]
        builder.output("sum", try builder.append(.binary(Binary(.add)), [soft, image], name: "sum")[0])
        builder.output("largest", try builder.append(.argumentMaximum(ArgumentMaximum(axis: 1)), [image], name: "largest")[0])
        let parts = try unsupported(builder)
        #expect(parts.map { "\($0.kind) \($0.name)" } == ["softmax soft", "binary sum", "argument-maximum largest", "output sum"])
        let reason =
            "'image' is f32[1, 65536, 65536, 1], which takes 17179869184 bytes where it is held whole; at most 1073741823 are supported"
        #expect(parts.first?.reason == reason)
        let text = "\(CompileError.unsupported(parts))"
        #expect(text.hasPrefix("4 parts of the graph cannot be compiled:\n  softmax 'soft': \(reason)\n"))
    }

    @Test func graphsWithoutOutputsAreRefused() throws {
        #expect(try invalid(Graph(main: oneImage().0.finish())) == "the graph has no output; a plan has at least one")
    }

    @Test func unboundInputsAreAllNamed() throws {
        var builder = FunctionBuilder(name: "main")
        for name in ["first", "second"] {
            let image = builder.input(name, TensorType([1, Dimension(symbol: "h"), 8, 4]))
            builder.output("\(name) out", image)
        }
        let message = try invalid(Graph(main: builder.finish()))
        #expect(message.hasPrefix("input 'first' is f32[1, h, 8, 4], input 'second' is f32[1, h, 8, 4]: every side has to"))
    }

    /// What no output depends on takes no place in the arena.
    @Test func whatNobodyReadsIsLeftOut() throws {
        var (builder, image) = oneImage()
        let large = builder.input("large", TensorType([1, 512, 512, 16]))
        let turned = try builder.append(.transpose(Transpose([0, 2, 1, 3])), [large], name: "turn")[0]
        _ = try builder.append(.elementwise(Elementwise(.relu)), [turned], name: "relu")
        _ = try builder.append(.elementwise(Elementwise(.relu)), [large], name: "other relu")
        builder.output("out", image)
        let compiled = try Compiler.compile(Graph(main: builder.finish()))
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
            _ = try Compiler.compile(Graph(main: builder.finish(), constants: constants))
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
