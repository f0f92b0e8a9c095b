import PlanFormat
import Runtime

extension SmallNetwork {
    func model() throws -> Model {
        try constants.withUnsafeBytes { try Model(plan: plan, constants: $0) }
    }

    func input(seed: Int) -> IntegerImage { IntegerImage(height, width, 3, integers(height * width * 3, seed: seed)) }
}

extension Session {
    /// Runs one input of floats; returns each output's floats.
    func outputs(of input: [Float]) throws -> [[Float]] {
        let buffers = model.plan.outputs.map {
            UnsafeMutableBufferPointer<Float>.allocate(capacity: $0.byteCount / 4 * model.plan.batch)
        }
        defer { for buffer in buffers { buffer.deallocate() } }
        // Whatever a run leaves out shows.
        for buffer in buffers { buffer.initialize(repeating: .nan) }
        try input.withUnsafeBytes { bytes in
            _ = try run(inputs: [bytes], outputs: buffers.map { UnsafeMutableRawBufferPointer($0) })
        }
        return buffers.map { Array($0) }
    }
}
