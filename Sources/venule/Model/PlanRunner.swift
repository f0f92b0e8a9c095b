import PlanFormat
import Runtime

/// Runs a plan on arrays of floats.
final class PlanRunner {
    let plan: Plan
    private let session: Session
    private let place: String
    private let outputs: [UnsafeMutableBufferPointer<Float>]

    /// - Parameter threads: nil for as many as the process may use processors.
    init(_ model: Model, place: String, threads: Int?) throws {
        do throws(RuntimeError) {
            session = try Session(model, options: SessionOptions(threads: threads))
        } catch {
            throw CommandFailure(error, place: place)
        }
        plan = model.plan
        self.place = place
        outputs = plan.outputs.map { output in
            let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: model.plan.batch * output.byteCount / 4)
            buffer.initialize(repeating: 0)
            return buffer
        }
    }

    deinit {
        for output in outputs { output.deallocate() }
    }

    var threads: Int { session.threads }

    /// - Parameter inputs: dense NHWC values for each of the plan's inputs.
    func run(_ inputs: [[Float]]) throws {
        var buffers: [UnsafeRawBufferPointer] = []
        try withBytes(of: inputs[...], &buffers) { buffers in
            do throws(RuntimeError) {
                try session.run(inputs: buffers, outputs: outputs.map { UnsafeMutableRawBufferPointer($0) })
            } catch {
                throw CommandFailure(error, place: place)
            }
        }
    }

    /// The values that the last run gave.
    func output(_ index: Int) -> [Float] { Array(outputs[index]) }

    private func withBytes(
        of inputs: ArraySlice<[Float]>, _ buffers: inout [UnsafeRawBufferPointer],
        body: ([UnsafeRawBufferPointer]) throws -> Void
    ) throws {
        guard let first = inputs.first else { return try body(buffers) }
        try first.withUnsafeBytes { bytes in
            buffers.append(bytes)
            try withBytes(of: inputs.dropFirst(), &buffers, body: body)
        }
    }
}

extension EntryPoint {
    var text: String { String(decoding: name, as: UTF8.self) }
}

extension Plan {
    /// Batch, height, width and channels of an input or output.
    func shape(of entry: EntryPoint) -> [Int] { [batch, entry.height, entry.width, entry.channels] }

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
