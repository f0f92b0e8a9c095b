import GraphIR
import PlanFormat

/// One of a network's outputs, for the choice of that which is the map.
struct MapOutput {
    let name: String
    /// Element and sides, for messages.
    let type: String
    /// Whether it is float32 of one channel with the input's rows and columns, whatever these are.
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
                .unsupported, "\(path): none of the outputs is known to have one channel of f32 and the input's rows and columns: \(list)")
        }
        guard maps.count == 1 else {
            let list = Format.names(maps.map { outputs[$0].name })
            throw CommandFailure(.usage, "\(path): each of the outputs \(list) could be the map; choose one with --map NAME")
        }
        return only
    }
}

extension LoadedModel {
    /// The outputs of a model whose only input is a picture.
    var mapOutputs: [MapOutput] {
        let main = graph.main
        return main.outputs.map { output in
            let type = main.type(of: output.value)
            let isMap = type.element == .float32 && type.shape.pictureSides(channels: 1) == inputs.first?.type.shape.pictureSides()
            return MapOutput(name: output.name, type: "\(type)", isMap: isMap)
        }
    }
}

extension Plan {
    /// The outputs of a plan whose only input is a picture or a camera's frame.
    var mapOutputs: [MapOutput] {
        outputs.map { output in
            let text = "\(output.tensor.element.text) \(Format.shape(shape(of: output)))"
            return MapOutput(name: output.text, type: text, isMap: isMap(output))
        }
    }

    /// Whether an output is one channel of floats with the rows and columns of the only input, or of what its frame becomes.
    func isMap(_ output: EntryPoint) -> Bool {
        guard let input = inputs.first, output.layout != .plain, output.tensor.element == .float32 else { return false }
        let size = frame.map { ($0.result.height, $0.result.width) } ?? (input.height, input.width)
        return output.channels == 1 && (output.height, output.width) == size
    }
}

extension [Dimension] {
    /// Rows and columns of pictures with 1 or 3 channels, or with so many; nil of other tensors.
    func pictureSides(channels: Int? = nil) -> [Dimension]? {
        guard let axis = channelAxis, channels.map({ self[axis] == Dimension($0) }) ?? true else { return nil }
        return axis == 1 ? Array(self[2...3]) : Array(self[1...2])
    }
}
