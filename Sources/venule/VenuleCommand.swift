import ArgumentParser
import Runtime

/// `venule`: the developer's command line. Documentation/CommandLine.md describes it.
struct VenuleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "venule",
        abstract: "Compiles trained convolutional segmentation networks to plans, and runs them.",
        discussion: """
            A model is a Keras file (HDF5, .keras), an ONNX file or a graph (.vir); a plan is what `compile` makes of it for \
            one input size.

            EXAMPLES
              venule compile models/iternet_k8_n3.hdf5 -o iternet.plan --input-shape 1x592x592x3
              venule run iternet.plan --input photograph.npy --output-dir out
              venule segment models/iternet_k8_n3.hdf5 retina.jpg -o out --overlay

            EXIT STATUS
              0 ok, 1 usage, 2 unsupported file, 3 corrupt file, 4 does not fit, 5 mismatch
            """,
        version: RuntimeVersion.text,
        subcommands: [
            ImportCommand.self, CompileCommand.self, RunCommand.self, InspectCommand.self, VerifyCommand.self, CompareCommand.self,
            SegmentCommand.self, EvaluateCommand.self, BenchCommand.self, OperatorsCommand.self,
        ])
}
