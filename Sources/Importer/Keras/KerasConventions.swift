/// What holds for every Keras file, whatever its architecture.
enum KerasConventions {
    static func problems(of checkpoint: KerasCheckpoint) -> [ImportProblem] {
        var problems: [ImportProblem] = []
        // Theano and CNTK store other orders of kernels under the same shapes.
        if let backend = checkpoint.backend, backend != "tensorflow" {
            problems.append(ImportProblem(attribute: "backend", found: "'\(backend)'", accepted: "'tensorflow'"))
        }
        if let version = checkpoint.kerasVersion, version.hasPrefix("1.") || version.hasPrefix("0.") {
            problems.append(ImportProblem(attribute: "keras_version", found: "'\(version)'", accepted: "2.0 or newer"))
        }
        return problems
    }
}
