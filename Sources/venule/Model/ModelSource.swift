import Glibc
import GraphIR
import Importer
import ModelFiles
import Optimizer

/// What a path given as a model or plan holds, told by its first bytes.
enum FileKind {
    case plan
    case graph
    case model

    /// The first bytes of a plan file (Documentation/PlanFormat.md).
    private static let planSignature: [UInt8] = [0x89, 0x56, 0x4E, 0x4C, 0x0D, 0x0A, 0x1A, 0x0A]

    init(of path: String) throws {
        // Not blocking: opening a pipe that nobody writes to must not wait.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw CommandFailure(.usage, "\(path): cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 8)
        // What cannot be read is told by whoever reads it whole.
        let count = pread(file, &bytes, bytes.count, 0)
        let start = bytes[..<max(0, count)]
        if start.starts(with: Self.planSignature) || path.hasSuffix(".plan") {
            self = .plan
        } else if start.starts(with: Array("venule ".utf8)) || path.hasSuffix(".vir") {
            self = .graph
        } else {
            self = .model
        }
    }
}

/// A model as a graph, whatever file it came from.
struct LoadedModel {
    let path: String
    var graph: Graph
    /// What the importer recognised; nil for a graph file.
    var summary: ModelSummary?
    /// What the file's own names stand for; none for a graph file, whose names are the graph's.
    private(set) var values: [String: SourceValue] = [:]

    /// - Parameter options: what is known of the inputs when an ONNX model is read; others take shapes afterwards, and no
    ///   arrays for inputs.
    /// - Throws: `CommandFailure`; a plan is refused, because it has no graph.
    init(path: String, options: ImportOptions = ImportOptions()) throws {
        self.path = path
        switch try FileKind(of: path) {
        case .plan:
            throw CommandFailure(.usage, "\(path): this is a plan; a model (Keras, ONNX) or a graph (.vir) is expected")
        case .graph:
            if let architecture = options.architecture {
                throw CommandFailure(.usage, "--architecture \(architecture): \(path) is a graph, which has its architecture in itself")
            }
            do throws(ModelFileError) {
                graph = try ModelFile.read(path)
            } catch {
                throw CommandFailure(.corrupt, "\(error)")
            }
        case .model:
            do throws(ImportFailure) {
                var options = options
                options.hdf5 = .program("/proc/self/exe")
                let model = try ModelImporter.read(path: path, options: options)
                graph = model.graph
                summary = model.summary
                values = model.values
            } catch {
                throw CommandFailure(error)
            }
        }
        // An ONNX model has taken them.
        let hasBound = summary != nil && graph.metadata.contains { $0.key == "source.format" && $0.value == "ONNX" }
        for name in options.boundInputs.keys.sorted() where inputs.contains(where: { $0.name == name }) || !hasBound {
            throw CommandFailure(.usage, "--bind \(name): only inputs of ONNX models can be bound")
        }
    }

    /// The camera's frame that the model takes, as ``taking(_:)`` records it in the graph's metadata, so that a graph which
    /// `compile` prints says it too; nil where the model takes its own input.
    var frame: CameraFrame? {
        guard let frame = CameraFrame(provenance: { key in graph.metadata.first { $0.key == key }?.value }), inputs.count == 1,
            inputs[0].type.element == .uint8, inputs[0].type.staticShape == frame.inputShape
        else { return nil }
        return frame
    }

    /// What the graph's metadata says of anything but ``frame``.
    var sourceMetadata: [Graph.Metadata] {
        let keys = frame?.provenance.map(\.key) ?? []
        return graph.metadata.filter { !keys.contains($0.key) }
    }

    /// The outputs that are taken where none are asked for: of exits the last, which is the best, of others all.
    var standardOutputs: OutputSelection { graph.outputsAreExits ? .final : .all }

    /// Keeps only the outputs that are asked for, in the model's order.
    ///
    /// - Returns: The names of the others.
    @discardableResult
    mutating func select(_ outputs: OutputSelection) throws -> [String] {
        let all = graph.main.outputs.map(\.name)
        let names =
            switch outputs {
            case .all: all
            case .final: Array(all.suffix(1))
            case .named(let names): names
            }
        do throws(GraphError) {
            graph = try graph.keepingOutputs(names)
        } catch {
            throw CommandFailure(.usage, "\(path): \(error)")
        }
        let kept = Set(names)
        return all.filter { !kept.contains($0) }
    }

    /// The names of the inputs with their types.
    var inputs: [(name: String, type: TensorType)] {
        let main = graph.main
        return main.inputs.map { (main[$0].name, main.type(of: $0)) }
    }

    /// The same model for one size of input.
    ///
    /// - Throws: `CommandFailure` of usage with what the model accepts.
    func bound(to shapes: [InputShape]) throws -> LoadedModel {
        var byName: [String: [Int]] = [:]
        for shape in shapes {
            guard let name = shape.name ?? (inputs.count == 1 ? inputs.first?.name : nil) else {
                let known = Format.names(inputs.map(\.name))
                throw CommandFailure(
                    .usage, "--input-shape \(Format.shape(shape.sides)): give NAME=SHAPE; the inputs of \(path) are \(known)")
            }
            guard byName[name] == nil else { throw CommandFailure(.usage, "--input-shape \(name): given twice") }
            byName[name] = shape.sides
        }
        if shapes.isEmpty, let open = inputs.first(where: { $0.type.staticShape == nil }) {
            throw CommandFailure(.usage, "\(path): input '\(open.name)' is \(open.type): give its sides with --input-shape")
        }
        return try bound(to: byName)
    }

    /// The same model with a camera's frame as its input, for the size that the frame becomes.
    ///
    /// - Throws: `CommandFailure` of usage for a model or a frame that does not suit the other.
    func taking(_ frame: CameraFrame) throws -> LoadedModel {
        if let taken = self.frame {
            throw CommandFailure(.usage, "\(path): the graph takes a camera's frame already, \(taken.format.rawValue):\(taken.frame)")
        }
        var result = self
        if inputs.count == 1, let input = inputs.first, input.type.staticShape == nil, let axis = input.type.shape.channelAxis,
            let channels = input.type.shape[axis].constant
        {
            let sides = [frame.result.height, frame.result.width]
            result = try bound(to: [input.name: axis == 1 ? [1, channels] + sides : [1] + sides + [channels]])
        }
        do throws(GraphError) {
            result.graph = try frame.prepended(to: result.graph)
        } catch {
            throw CommandFailure(.usage, "\(path): \(error)")
        }
        let entries = frame.provenance.map { Graph.Metadata(key: $0.key, value: $0.value) }
        result.graph.metadata.removeAll { old in entries.contains { $0.key == old.key } }
        result.graph.metadata += entries
        return result
    }

    func bound(to shapes: [String: [Int]]) throws -> LoadedModel {
        var result = self
        do throws(GraphError) {
            result.graph = try graph.binding(inputShapes: shapes)
        } catch {
            throw CommandFailure(.usage, "\(path): \(error)")
        }
        return result
    }
}
