/// What must be true of every Keras file, whatever its architecture.
enum KerasConventions {
    static func problems(of checkpoint: KerasCheckpoint) -> [ImportProblem] {
        var problems: [ImportProblem] = []
        // Theano turns kernels by 180 degrees under the same shapes. All others store the same order.
        let backends = ["tensorflow", "jax", "torch", "numpy", "openvino", "cntk"]
        if let backend = checkpoint.backend, !backends.contains(backend) {
            problems.append(
                ImportProblem(attribute: "backend", found: "'\(backend)'", accepted: "'tensorflow', 'jax' or 'torch'"))
        }
        if let version = checkpoint.kerasVersion, version.hasPrefix("1.") || version.hasPrefix("0.") {
            problems.append(ImportProblem(attribute: "keras_version", found: "'\(version)'", accepted: "2.0 or newer"))
        }
        return problems
    }
}
