import ArgumentParser
import Optimizer

/// Options that say what goes into a network and which of its outputs is a map, and how.
struct NetworkEndOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The output that is the map. Default: the only one that can be, or the last of those that refine one another.",
            valueName: "OUTPUT"))
    var map: String?
    @Option(
        help: ArgumentHelp(
            "Outputs to write beside the map, as NAME-OUTPUT.png and .npy: 'all' that can be maps, or their names.",
            valueName: "all|OUTPUT,…"))
    var outputs: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Of an output with several channels the one that is the map, from 0.", valueName: "N"))
    var channel: Int?
    @Flag(help: "The network ends in logits: take the sigmoid of them.")
    var sigmoid = false
    @Flag(help: "The network ends in logits, a channel for each class: take the softmax over the channels; --channel chooses the class.")
    var softmax = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Is subtracted from the photograph's values of 0 to 1: a number for each channel of the model, or one.", valueName: "R,G,B"))
    var mean: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("What they are divided by then.", valueName: "R,G,B"))
    var deviation: String?

    func validate() throws {
        if let channel, channel < 0 { throw ValidationError("--channel \(channel): 0 or more is expected") }
        if sigmoid, softmax { throw ValidationError("--sigmoid and --softmax both make probabilities of logits; give one of them") }
        if softmax, channel == nil {
            throw ValidationError("--softmax: say with --channel N which of the classes is the vessels, from 0")
        }
    }

    func ends() throws -> NetworkEnds {
        let hasNormalization = mean != nil || deviation != nil
        let outputs = self.outputs.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) } ?? []
        return NetworkEnds(
            map: map, outputs: outputs, end: MapEnd(activation: sigmoid ? .sigmoid : softmax ? .softmax : nil, channel: channel),
            normalization: hasNormalization ? try ChannelNormalization(meanArgument: mean, deviationArgument: deviation) : nil)
    }
}
