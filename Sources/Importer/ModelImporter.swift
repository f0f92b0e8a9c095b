/// Reads the model files of other frameworks.
public enum ModelImporter {
    /// Reads a model file, whose format is told by its content.
    ///
    /// Accepted: full models of Keras (HDF5, `.keras`), files of Keras weights of an architecture in the library, at present
    /// the IterNet family, or with their architecture beside them, and ONNX files.
    ///
    /// - Parameter options: what is known of the model's inputs (only ONNX files need it, where shapes are computed, and
    ///   sequential models of Keras that do not tell their input's shape), and where libhdf5 runs.
    /// - Throws: a failure of kind `.unreadable` when the file cannot be opened, `.corrupt` when it is damaged,
    ///   `.unsupported` when it is sound but not accepted, and `.arguments` when only the options do not suit it; with all
    ///   problems, not only the first.
    public static func read(path: String, options: ImportOptions = ImportOptions()) throws(ImportFailure) -> ImportedModel {
        let file = try InputFile(path: path)
        guard file.byteCount > 0 else { throw ImportFailure(.corrupt, path: path, summary: "the file is empty") }
        switch try FileFormat.detect(path: path, file: file) {
        case .hdf5:
            return try importKerasHDF5(path: path, sha256: try file.sha256(), options: options)
        case .kerasArchive:
            return try importKerasArchive(path: path, sha256: try file.sha256(), options: options)
        case .onnx:
            if let architecture = options.architecture {
                throw ImportFailure(
                    .arguments, path: path, summary: "an ONNX model has its architecture in itself",
                    problems: [ImportProblem(found: architecture, accepted: "no other architecture")])
            }
            return try importONNX(file, options: options)
        case .foreign(let format):
            throw ImportFailure(
                .unsupported, path: path, summary: "this format is not imported",
                problems: [ImportProblem(found: format, accepted: "Keras (.hdf5, .h5, .keras), ONNX")])
        case .unknown:
            throw ImportFailure(
                .corrupt, path: path, summary: "no model file: neither HDF5, nor ONNX, nor any other known format",
                problems: [
                    ImportProblem(
                        attribute: "signature", found: "no known one", accepted: "Keras (.hdf5, .h5, .keras), ONNX")
                ])
        }
    }
}
