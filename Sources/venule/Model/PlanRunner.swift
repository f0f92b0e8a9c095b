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
        do throws(RuntimeError) {
            session = try Session(model, options: SessionOptions(threads: threads))
        } catch {
            throw CommandFailure(error, place: place)
        }
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

    var threads: Int { session.threads }
    var instructionSet: InstructionSet { session.instructionSet }
    /// Nanoseconds of each operation in all runs that ``measure(_:runs:profiles:)`` profiled.
    var profile: [UInt64] { session.profile }

    /// - Parameter values: a tensor of the type and the shape of each of the plan's inputs.
    /// - Returns: The newest output that is complete.
    @discardableResult
    func run(_ values: [Tensor], options: RunOptions = RunOptions()) throws -> Int {
        for (value, entry) in zip(values, plan.inputs) {
            let expected = plan.shape(of: entry)
            guard value.shape == expected, value.element == ElementType(entry.tensor.element) else {
                throw CommandFailure(
                    .usage,
                    "\(place): input '\(entry.text)' is \(value.type), expected \(entry.tensor.element.text) \(Format.shape(expected))")
            }
        }
        for (value, buffer) in zip(values, inputs) { value.constant.bytes.withUnsafeBytes { buffer.copyMemory(from: $0) } }
        return try runAgain(options)
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

    /// Fills the inputs, those without a value with numbers that are the same every time, and measures.
    ///
    /// - Parameter values: as in ``run(_:)-([Tensor])``, checked already.
    func measure(_ values: [Tensor?], runs: Int, profiles: Bool) throws -> RunTimes {
        for (index, entry) in plan.inputs.enumerated() {
            if let value = values[index] {
                value.constant.bytes.withUnsafeBytes { inputs[index].copyMemory(from: $0) }
            } else {
                entry.tensor.element.fillSample(inputs[index], seed: UInt64(index))
            }
        }
        do throws(RuntimeError) {
            return try session.measure(
                runs: runs, profiles: profiles, inputs: inputs.map { UnsafeRawBufferPointer($0) }, outputs: outputs)
        } catch {
            throw CommandFailure(error, place: place)
        }
    }

    /// Whether the last run has made all of an output.
    func isComplete(output index: Int) -> Bool { session.isComplete(output: index) }

    /// On what the inputs hold already.
    /// - Returns: The newest output that is complete.
    @discardableResult
    func runAgain(_ options: RunOptions = RunOptions()) throws -> Int {
        do throws(RuntimeError) {
            return try session.run(
                inputs: inputs.map { UnsafeRawBufferPointer($0) }, outputs: Array(outputs.prefix(options.outputs ?? outputs.count)),
                options: options)
        } catch {
            throw CommandFailure(error, place: place)
        }
    }

    /// The values that the last run gave, float32.
    func floats(ofOutput index: Int) -> [Float] { Array(outputs[index].bindMemory(to: Float.self)) }

    /// CRC-32C of what the last run gave.
    func checksum(ofOutput index: Int) -> UInt32 { CRC32C.checksum(UnsafeRawBufferPointer(outputs[index]).bytes) }

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

extension ElementType {
    init(_ element: PlanElement) {
        switch element {
        case .float32: self = .float32
        case .int32: self = .int32
        case .int64: self = .int64
        case .uint8: self = .uint8
        case .int8: self = .int8
        case .bool: self = .bool
        }
    }
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
