import GraphIR
import Optimizer
import Reference
import Testing

/// Plans whose outputs do not depend on the inputs.
@Suite struct ConstantPlanTests {
    /// A graph of an input `[3, 2]`, or of none, and an output that is a constant `[3]`.
    private func graph(withInput: Bool) -> Graph {
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "main")
        if withInput { _ = builder.input("x", TensorType([3, 2])) }
        builder.output("y", builder.constant(Constant([1, 2, 3], shape: [3]), into: &constants, name: "y"))
        return Graph(main: builder.finish(), constants: constants)
    }

    /// The first sides of input and output agree, but three numbers are no batch.
    @Test(arguments: [false, true]) func constantsAreOutputs(withInput: Bool) throws {
        let compiled = try Compiler.compile(graph(withInput: withInput), options: CompileOptions())
        #expect(compiled.plan.batch == 1)
        let inputs = withInput ? ["x": Tensor(repeating: 7, shape: [3, 2])] : [:]
        #expect(try run(compiled, inputs) == ["y": Tensor([1, 2, 3], shape: [3])])
    }
}
