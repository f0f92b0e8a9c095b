import Glibc
import GraphIR
import Optimizer

/// What is put in front of a network and behind it, so that it turns a picture's values from 0 to 1 into a map of probabilities.
struct NetworkEnds {
    /// The output that is the map; nil for what `MapOutput.choose` takes.
    var map: String?
    /// Outputs that are written beside it; all that can be maps for `all`.
    var outputs: [String] = []
    var end = MapEnd()
    /// Nil where the network takes the values as they are.
    var normalization: ChannelNormalization?

    /// The outputs that are written beside the map, in the network's order.
    ///
    /// - Throws: `CommandFailure` for a name that there is not, and for an output that is no map.
    func outputs(besides map: Int, of all: [MapOutput], path: String) throws -> [Int] {
        if outputs == ["all"] { return all.indices.filter { $0 != map && all[$0].isMap } }
        for name in outputs {
            guard let output = all.first(where: { $0.name == name }) else {
                throw CommandFailure(
                    .usage, "--outputs \(name): there is no such output; those of \(path) are \(Format.names(all.map(\.name)))")
            }
            guard output.isMap else {
                throw CommandFailure(
                    .unsupported, "--outputs \(name): the output is \(output.type), no map of the photograph\(MapOutput.channelAdvice)")
            }
        }
        return all.indices.filter { $0 != map && outputs.contains(all[$0].name) }
    }

    /// Puts them into a model's graph as operations of it, but for the choice of the channel.
    func apply(to model: inout LoadedModel) throws {
        do throws(GraphError) {
            if let normalization { model.graph = try normalization.prepended(to: model.graph) }
            if end != MapEnd() { model.graph = try end.appended(to: model.graph) }
        } catch {
            throw CommandFailure(.usage, "\(model.path): \(error)")
        }
    }

    /// Refuses what a plan cannot be given any more.
    ///
    /// - Parameter channels: those of the output that is the map.
    func check(plan path: String, channels: Int) throws {
        guard end.activation != .softmax || channels > 1 else {
            throw CommandFailure(
                .usage, "\(path): the output has one channel, and a softmax of it is always 1; --sigmoid makes a probability of it")
        }
        guard normalization == nil else {
            throw CommandFailure(
                .usage,
                """
                \(path): is a plan, into which --mean and --deviation can be put no more; give the model, or compile it with --input-format, \
                --mean and --deviation
                """)
        }
    }
}

extension MapEnd {
    /// A map of the values of a plan's output. The function is only for plans that were compiled before; what is compiled here has
    /// it in its graph.
    ///
    /// - Parameters:
    ///   - values: pixel by pixel, or channel by channel.
    ///   - channels: as many as the output has.
    func map(of values: [Float], channels: Int, areInPlanes: Bool) -> [Float] {
        guard activation != nil || channels > 1 else { return values }
        let pixels = values.count / channels
        let (pixelStep, channelStep) = areInPlanes ? (1, pixels) : (channels, 1)
        let channel = self.channel ?? 0
        return (0..<pixels).map { pixel in
            let first = pixel * pixelStep
            let value = values[first + channel * channelStep]
            switch activation {
            case nil: return value
            case .sigmoid: return Float(1 / (1 + exp(-Double(value))))
            case .softmax:
                // The sum of the channels' e^(x − value) cannot be 0, and where it is infinite the share is 0.
                let sum = (0..<channels).reduce(0.0) { $0 + exp(Double(values[first + $1 * channelStep]) - Double(value)) }
                return Float(1 / sum)
            }
        }
    }
}
