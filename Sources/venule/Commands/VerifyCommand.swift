import ArgumentParser
import DeviceCommandLine
import GraphIR
import Optimizer
import PlanFormat
import Reference
import Runtime

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compares a plan with its model.",
        discussion: """
            Runs the plan, and evaluates the model slowly and plainly, on the same input: the given arrays, or random \
            numbers from 0 to 1 that are the same every time. The plan's checksums are compared as well.

            EXAMPLE
              venule verify iternet.plan models/iternet_k8_n3.hdf5 --input photograph.npy
            """)

    @Argument(help: "A plan.") var plan: String
    @Argument(help: "The model or graph that it was made of.") var model: String
    @Option(help: ArgumentHelp("A file for an input, as for `run`; without NAME for the next one.", valueName: "[NAME=]FILE"))
    var input: [String] = []
    @Option(
        parsing: .unconditional,
        help: """
            The largest difference that is accepted; of an output of floats with numbers beyond 1, that times the largest of them. \
            Default: 1e-5, or 1e-4 for a plan with Winograd's algorithms, 0.03 for weights in f16 and 0.3 in bf16.
            """)
    var tolerance: Double?
    @Option(help: ArgumentHelp("An input of the model that was bound when the plan was made.", valueName: "NAME=FILE"))
    var bind: [String] = []
    @Option(
        help: ArgumentHelp(
            "The sides of the model's input, if the plan takes a frame and the model cannot be read without.",
            valueName: "[NAME=]SHAPE"))
    var inputShape: [InputShape] = []
    @OptionGroup var architecture: ArchitectureOption
    @OptionGroup var threadCount: ThreadCount

    func validate() throws {
        if let tolerance, !(tolerance >= 0) { throw ValidationError("--tolerance \(tolerance): 0 or more is expected") }
    }

    func run() throws {
        let compiled = try loadPlan(plan)
        do throws(RuntimeError) { try compiled.checkConstants() } catch { throw CommandFailure(error, place: plan) }
        if let warning = compiled.subnormalWeights.warning(in: compiled.plan) { Console.note("venule: warning: \(plan): \(warning)") }
        let outputs = compiled.plan.outputs.map(\.text)
        let (reference, leftOut) = try matchingModel(for: compiled.plan, outputs: outputs)
        noteOtherSource(compiled.plan, reference.graph)

        let inputs =
            try input.isEmpty
            ? randomInputs(for: compiled.plan) : givenInputs(for: compiled.plan)
        let runner = try PlanRunner(compiled, place: plan, threads: threadCount.threads)
        try runner.run(inputs)
        let expected = try evaluate(reference, compiled.plan, inputs)

        let tolerance = tolerance ?? Self.tolerance(for: compiled.plan)
        var worst: (excess: Double, text: String)?
        for (index, name) in outputs.enumerated() {
            let found = runner.output(index)
            guard let wanted = expected[name], wanted.type == found.type else {
                let wanted = expected[name].map { "\($0.type)" } ?? "missing"
                throw CommandFailure(.mismatch, "\(plan): output '\(name)' is \(found.type), that of \(model) is \(wanted)")
            }
            let difference = Difference(found.numbers, wanted.numbers)
            Console.write(
                Format.line(name, "largest \(Format.scientific(difference.largest)), mean \(Format.scientific(difference.mean))"))
            let accepted = tolerance * wanted.magnitude
            let excess = difference.largest / accepted
            if difference.largest > accepted, excess > worst?.excess ?? 0 {
                worst = (
                    excess,
                    "by \(Format.scientific(difference.largest)) in output '\(name)', at most \(Format.scientific(accepted)) is accepted"
                )
            }
        }
        if !leftOut.isEmpty { Console.write(Format.line("left out", "\(Format.names(leftOut)), which the plan does not compute")) }
        if let worst { throw CommandFailure(.mismatch, "\(plan): differs from \(model) \(worst.text)") }
    }

    /// Float32 sums in another order differ by about 1e-6 in an IterNet's outputs, those of Winograd's algorithms by about 1e-5;
    /// a grey level of the map is 4e-3. Weights that are rounded to 16 bits change the outputs by far more than any sum.
    /// Documentation/Numerics.md has the measurements.
    static func tolerance(for plan: Plan) -> Double {
        let types = plan.operations.map(\.kernel.weights)
        if types.contains(.bfloat16) { return 0.3 }
        if types.contains(.float16) { return 0.03 }
        let isTiled = plan.operations.contains { operation in
            if case .convolution(let p) = operation.kernel { p.algorithm.tile != nil } else { false }
        }
        return isTiled ? 1e-4 : 1e-5
    }

    /// The model for the plan's size, with the plan's outputs; and the names of the others.
    private func matchingModel(for plan: Plan, outputs: [String]) throws -> (model: LoadedModel, leftOut: [String]) {
        let shapes = Dictionary(plan.inputs.map { ($0.text, plan.shape(of: $0)) }, uniquingKeysWith: { first, _ in first })
        var options = try ModelInputs.importOptions(shapes: inputShape, bind: bind)
        options.architecture = architecture.path
        let frame = CameraFrame(provenance: plan.provenance)
        if frame == nil { options.inputShapes = shapes }
        var loaded: LoadedModel
        do {
            loaded = try LoadedModel(path: model, options: options)
        } catch let failure as CommandFailure where failure.isOfArguments && inputShape.isEmpty && bind.isEmpty {
            // The shapes are the plan's, which nobody has given as arguments.
            throw CommandFailure(.mismatch, lines: ["\(self.plan): was not made of \(model):"] + failure.lines)
        }
        try compareEntries(plan, loaded)
        let leftOut = try loaded.select(.named(outputs))
        // A graph that `compile` printed may take the frame already.
        if let frame { return (loaded.frame == frame ? loaded : try loaded.taking(frame), leftOut) }
        do throws(GraphError) {
            loaded.graph = try loaded.graph.binding(inputShapes: shapes)
        } catch {
            throw CommandFailure(.mismatch, "\(self.plan): its input shape does not suit \(model): \(error)")
        }
        return (loaded, leftOut)
    }

    /// - Throws: where the plan has other inputs than the model, other types of them, or outputs that the model has not.
    private func compareEntries(_ plan: Plan, _ model: LoadedModel) throws {
        func names(_ names: [String]) -> String { Format.names(names.sorted()) }
        let wanted = model.inputs.map(\.name)
        let found = plan.inputs.map(\.text)
        guard Set(wanted) == Set(found) else {
            throw CommandFailure(.mismatch, "\(self.plan): the inputs are \(names(found)), those of \(self.model) are \(names(wanted))")
        }
        let known = model.graph.main.outputs.map(\.name)
        for name in plan.outputs.map(\.text) where !known.contains(name) {
            throw CommandFailure(.mismatch, "\(self.plan): output '\(name)' is none of those of \(self.model): \(names(known))")
        }
        guard CameraFrame(provenance: plan.provenance) == nil else { return }
        for (name, type) in model.inputs {
            guard let entry = plan.inputs.first(where: { $0.text == name }) else { continue }
            guard ElementType(entry.tensor.element) == type.element else {
                throw CommandFailure(
                    .mismatch, "\(self.plan): input '\(name)' is \(entry.tensor.element.text), that of \(self.model) is \(type)")
            }
        }
    }

    private func noteOtherSource(_ plan: Plan, _ graph: Graph) {
        let key = "source.sha256"
        guard let recorded = plan.provenance(key), let found = graph.metadata.first(where: { $0.key == key })?.value,
            recorded != found
        else { return }
        Console.note(
            "venule: note: \(self.plan) was made of another file than \(model) "
                + "(SHA-256 \(recorded.prefix(12))…, not \(found.prefix(12))…)")
    }

    private func givenInputs(for plan: Plan) throws -> [Tensor] {
        try zip(plan.inputs.indices, InputFiles.open(input, for: plan)).map { index, reader in
            let entry = plan.inputs[index]
            guard let reader else { throw CommandFailure(.usage, "input '\(entry.text)': --input is missing") }
            let bytes = try plan.readInput(index, from: reader, note: Console.noteOnInput)
            return Tensor(
                Constant(element: ElementType(entry.tensor.element), shape: plan.shape(of: entry), bytes: .owned(bytes)))
        }
    }

    /// Fractions for floats, any byte for 8-bit images, 0 or 1 for other integers.
    private func randomInputs(for plan: Plan) -> [Tensor] {
        var state: UInt64 = 1
        return plan.inputs.map { entry in
            let shape = plan.shape(of: entry)
            let bits = (0..<shape.reduce(1, *)).map { _ in
                // Constants of Knuth's MMIX generator; the upper bits are the good ones.
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return state
            }
            let element = ElementType(entry.tensor.element)
            if element.isFloat {
                let fractions = bits.map { Float(element.rounded(Double($0 >> 40) / Double(1 << 24))) }
                return Tensor(fractions, shape: shape, element: element)
            }
            let isPicture = entry.layout != .plain && element == .uint8
            return Tensor(integers: bits.map { Int64($0 >> (isPicture ? 56 : 63)) }, shape: shape, element: element)
        }
    }

    private func evaluate(_ reference: LoadedModel, _ plan: Plan, _ inputs: [Tensor]) throws -> [String: Tensor] {
        let tensors = zip(plan.inputs, inputs).map { ($0.text, $1) }
        do throws(EvaluationError) {
            return try Evaluator(reference.graph, flushesSubnormals: plan.flushesSubnormals).run(
                Dictionary(tensors, uniquingKeysWith: { first, _ in first }))
        } catch {
            throw CommandFailure(error, place: model)
        }
    }
}

extension Tensor {
    /// The elements, integers rounded to what a double can hold.
    fileprivate var numbers: [Double] { element.isFloat ? floats.map(Double.init) : integers.map(Double.init) }

    /// What differences are measured by: the largest finite number, since float32 rounds in proportion, but never less than 1,
    /// since sums near 0 are as inexact as the numbers that they are of. 1 for integers, which are exact.
    fileprivate var magnitude: Double {
        guard element.isFloat else { return 1 }
        return floats.reduce(1.0) { largest, value in value.isFinite ? max(largest, Double(abs(value))) : largest }
    }
}

/// How far two lists of numbers lie apart; infinitely where one is no number and the other is, or their counts differ.
struct Difference {
    private(set) var largest = 0.0
    private(set) var mean = 0.0

    init(_ found: [Double], _ expected: [Double]) {
        guard found.count == expected.count else {
            largest = .infinity
            mean = .infinity
            return
        }
        var sum = 0.0
        for (a, b) in zip(found, expected) where a != b && !(a.isNaN && b.isNaN) {
            let distance = abs(a - b)
            let counted = distance.isNaN ? .infinity : distance
            largest = max(largest, counted)
            sum += counted
        }
        mean = sum / Double(max(1, found.count))
    }
}
