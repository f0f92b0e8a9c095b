import GraphIR
import PlanFormat

/// One of a network's outputs, for the choice of that which is the map.
struct MapOutput {
    let name: String
    /// Element and sides, for messages.
    let type: String
    /// Whether it is float32 with the input's rows and columns, whatever these are, and of one channel or with the one asked for.
    let isMap: Bool
}

extension MapOutput {
    /// The map among a network's outputs: the one that is asked for; else the only one, or of exits the last, or of others the
    /// only one that can be a map.
    ///
    /// - Parameters:
    ///   - requested: the name that `--map` gives.
    ///   - areExits: see `Graph.outputsAreExits`.
    ///   - path: the network, for messages.
    /// - Returns: its place.
    /// - Throws: `CommandFailure` of usage for a name that there is not, and where there are several maps.
    static func choose(from outputs: [MapOutput], requested: String?, areExits: Bool, path: String) throws -> Int {
        if let requested {
            if let index = outputs.firstIndex(where: { $0.name == requested }) { return index }
            throw CommandFailure(
                .usage, "--map \(requested): there is no such output; those of \(path) are \(Format.names(outputs.map(\.name)))")
        }
        if areExits || outputs.count == 1 { return outputs.count - 1 }
        let maps = outputs.indices.filter { outputs[$0].isMap }
        guard let only = maps.first else {
            let list = outputs.map { "'\($0.name)' is \($0.type)" }.joined(separator: ", ")
            throw CommandFailure(
                .unsupported,
                "\(path): none of the outputs is known to have one channel of f32 and the input's rows and columns: \(list)\(channelAdvice)"
            )
        }
        guard maps.count == 1 else {
            let list = Format.names(maps.map { outputs[$0].name })
            throw CommandFailure(.usage, "\(path): each of the outputs \(list) could be the map; choose one with --map NAME")
        }
        return only
    }

    /// Behind the types of outputs that are no maps.
    static let channelAdvice = "; of several channels --channel N takes one, from 0"
}

extension LoadedModel {
    /// The outputs of a model whose only input is a picture.
    ///
    /// - Parameter channel: the one that is asked for; nil for outputs of one channel.
    func mapOutputs(channel: Int?) -> [MapOutput] {
        let main = graph.main
        return main.outputs.map { output in
            let type = main.type(of: output.value)
            let axis = type.shape.mapChannelAxis(of: inputs.first?.type.shape ?? [])
            let channels = axis.flatMap { type.shape[$0].constant } ?? 0
            let isMap = type.element == .float32 && (channel.map { $0 < channels } ?? (channels == 1))
            return MapOutput(name: output.name, type: "\(type)", isMap: isMap)
        }
    }
}

extension Plan {
    /// The outputs of a plan whose only input is a picture or a camera's frame.
    func mapOutputs(channel: Int?) -> [MapOutput] {
        outputs.map { output in
            let text = "\(output.tensor.element.text) \(Format.shape(shape(of: output)))"
            return MapOutput(name: output.text, type: text, isMap: isMap(output, channel: channel))
        }
    }

    /// Whether an output is one channel of floats, or has the one that is asked for, with the rows and columns of the only input, or
    /// of what its frame becomes.
    func isMap(_ output: EntryPoint, channel: Int?) -> Bool {
        guard let input = inputs.first, output.layout != .plain, output.tensor.element == .float32 else { return false }
        let size = frame.map { ($0.result.height, $0.result.width) } ?? (input.height, input.width)
        return channel.map { $0 < output.channels } ?? (output.channels == 1) && (output.height, output.width) == size
    }
}
