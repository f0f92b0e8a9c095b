import ArgumentParser
import GraphIR
import Importer
import ModelFiles

/// What is said of a model's inputs when it is read.
struct ModelInputs: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "An input's sides in the model's own order, as 1x592x592x3 or 1x3x592x592; with NAME= where there are several inputs.",
            valueName: "[NAME=]SHAPE"))
    var inputShape: [InputShape] = []
    @Option(
        help: ArgumentHelp(
            "Make an input of an ONNX model a constant, such as one that decides a shape: a .npy, or an array of a .npz as x.npz:ARRAY.",
            valueName: "NAME=FILE"))
    var bind: [String] = []
    @OptionGroup var architecture: ArchitectureOption

    func importOptions() throws -> ImportOptions {
        var options = try Self.importOptions(shapes: inputShape, bind: bind)
        options.architecture = architecture.path
        return options
    }

    /// The files that `--bind` and `--architecture` name.
    var files: [String] {
        (architecture.path.map { [$0] } ?? []) + bind.map { ArrayArgument(String($0.drop { $0 != "=" }.dropFirst())).path }
    }

    /// Whether nothing is said.
    var isEmpty: Bool { inputShape.isEmpty && bind.isEmpty && architecture.path == nil }

    /// Refuses the options for what is no model.
    func requireNone(for kind: String) throws {
        guard isEmpty else {
            throw CommandFailure(.usage, "--input-shape, --bind and --architecture are for models, which \(kind) are not")
        }
    }

    /// - Throws: `CommandFailure` for what is given twice or is no array.
    static func importOptions(shapes: [InputShape], bind: [String]) throws -> ImportOptions {
        var options = ImportOptions()
        for shape in shapes {
            guard let name = shape.name else {
                guard options.inputShape == nil else {
                    throw CommandFailure(.usage, "--input-shape \(Format.shape(shape.sides)): a second one without a name")
                }
                options.inputShape = shape.sides
                continue
            }
            guard options.inputShapes.updateValue(shape.sides, forKey: name) == nil else {
                throw CommandFailure(.usage, "--input-shape \(name): given twice")
            }
        }
        for argument in bind {
            guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex, !argument.hasSuffix("=") else {
                throw CommandFailure(.usage, "--bind \(argument): NAME=FILE is expected")
            }
            let name = String(argument[..<equals])
            let path = String(argument[argument.index(after: equals)...])
            let constant = Constant(try ArrayArgument(path).read(for: name))
            guard options.boundInputs.updateValue(constant, forKey: name) == nil else {
                throw CommandFailure(.usage, "--bind \(name): given twice")
            }
        }
        return options
    }
}
