import GraphIR
import Optimizer
import PlanFormat
import Reference
import Runtime

/// Runs a plan on tensors.
final class PlanRunner {
    let plan: Plan
    private let session: Session
    private let place: String
    private let inputs: [UnsafeMutableRawBufferPointer]
    private let outputs: [UnsafeMutableRawBufferPointer]

    /// - Parameter threads: nil for as many as the process may use processors.
    init(_ model: Model, place: String, threads: Int?) throws {
        session = try Session(model, place: place, threads: threads)
        plan = model.plan
        self.place = place
        let batch = plan.batch
        inputs = plan.inputs.map { .allocate(byteCount: $0.byteCount * batch, alignment: 64) }
        outputs = plan.outputs.map { .allocate(byteCount: $0.byteCount * batch, alignment: 64) }
        for buffer in outputs { buffer.initializeMemory(as: UInt8.self, repeating: 0) }
    }

    deinit {
        for buffer in inputs + outputs { buffer.deallocate() }
    }

    var instructionSet: InstructionSet { session.instructionSet }

    /// - Parameter values: a tensor of the type and the shape of each of the plan's inputs.
    func run(_ values: [Tensor], options: RunOptions = RunOptions()) throws {
        for (value, entry) in zip(values, plan.inputs) {
            let expected = plan.shape(of: entry)
            guard value.shape == expected, value.element == ElementType(entry.tensor.element) else {
                throw CommandFailure(
                    .usage,
                    "\(place): input '\(entry.text)' is \(value.type), expected \(entry.tensor.element.text) \(Format.shape(expected))")
            }
        }
        for (value, buffer) in zip(values, inputs) { value.constant.bytes.withUnsafeBytes { buffer.copyMemory(from: $0) } }
        try runAgain(options)
    }

    /// - Parameter values: the elements of each of the plan's inputs, all float32 or all of one byte.
    func run<Element: BitwiseCopyable>(_ values: [[Element]], options: RunOptions) throws {
        for ((value, buffer), entry) in zip(zip(values, inputs), plan.inputs) {
            let byteCount = value.count * MemoryLayout<Element>.stride
            guard byteCount == buffer.count else {
                throw CommandFailure(.usage, "\(place): input '\(entry.text)' has \(buffer.count) bytes; \(byteCount) are given")
            }
            value.withUnsafeBytes { buffer.copyMemory(from: $0) }
        }
        try runAgain(options)
    }

    /// Lets someone see what the steps of later runs complete.
    func observe(_ observer: @escaping (CompletedRow) -> Void) { session.observer = observer }

    /// Fills the inputs with numbers that are the same every time.
    func fillSample() {
        for (index, entry) in plan.inputs.enumerated() { entry.tensor.element.fillSample(inputs[index], seed: UInt64(index)) }
    }

    /// On what the inputs hold already.
    func runAgain(_ options: RunOptions = RunOptions()) throws {
        do throws(RuntimeError) {
            _ = try session.run(
                inputs: inputs.map { UnsafeRawBufferPointer($0) }, outputs: Array(outputs.prefix(options.outputs ?? outputs.count)),
                options: options)
        } catch {
            throw CommandFailure(error, place: place)
        }
    }

    /// The values that the last run gave, float32.
    func floats(ofOutput index: Int) -> [Float] { Array(outputs[index].bindMemory(to: Float.self)) }

    /// What the last run gave.
    func output(_ index: Int) -> Tensor {
        let entry = plan.outputs[index]
        let bytes = ConstantBytes.owned(Array(outputs[index]))
        return Tensor(Constant(element: ElementType(entry.tensor.element), shape: plan.shape(of: entry), bytes: bytes))
    }
}

extension EntryPoint {
    var text: String { String(decoding: name, as: UTF8.self) }
}

extension PlanElement {
    /// As the graph spells it.
    var text: String { ElementType(self).rawValue }
}

extension Plan {
    /// The value under a key of the provenance.
    func provenance(_ key: String) -> String? {
        provenance.first { $0.key == Array(key.utf8) }.map { String(decoding: $0.value, as: UTF8.self) }
    }
}

/// Loads a plan file.
func loadPlan(_ path: String) throws -> Model {
    do throws(RuntimeError) {
        return try Model(path: path)
    } catch {
        throw CommandFailure(error, place: path)
    }
}
