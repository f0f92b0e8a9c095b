import GraphIR
import Imaging
import Importer
import Optimizer
import PlanFormat
import Platform
import Reference
import Runtime

/// Height and width of a picture in pixels.
struct PictureSize: Hashable, CustomStringConvertible {
    var height: Int
    var width: Int

    /// How many rows or columns are put beside a picture for a network of one size; where more are missing, or some are too many, it
    /// is resized. What was made for this picture's padded size has no more, since a network's pooling levels need no more.
    static let margins = 0..<16

    /// As cameras state it: width first.
    var description: String { "\(width)x\(height)" }
}

/// A network that turns pictures into maps of probabilities: a plan for one size, or a model that is compiled in memory
/// for each size that is needed.
final class MapPredictor {
    private enum Source {
        case plan(Model)
        case model(LoadedModel)
    }

    let path: String
    /// Threads that work together on one picture, or each on its own patch; nil for as many as there are processors.
    private let threads: Int?
    private let source: Source
    /// The outputs that are maps, among those of the plan, or of the plans that the model is compiled to: the map first, then those
    /// that are written beside it.
    let maps: [Int]
    /// The names of those beside the map.
    let heads: [String]
    /// Which output is the map where there are others, for the user.
    let mapNote: String?
    /// The plan of the last size, and what runs it on whole pictures.
    private var prepared: (size: PictureSize, model: Model, runner: MapRunner?)?
    /// What is done to a plan's output before it is the map; of a model the function is in its graph.
    private let planEnd: MapEnd
    /// What the plans in memory take, the largest of them.
    private(set) var largestPlanBytes = 0

    /// - Throws: for what cannot be read, and for a network that does not turn one picture into one map.
    init(path: String, threads: Int?, ends: NetworkEnds, architecture: ArchitectureOption) throws {
        self.path = path
        self.threads = threads
        let outputs: [MapOutput]
        let chosen: Int
        let beside: [Int]
        if try FileKind(of: path) == .plan {
            try architecture.requireNone(for: path, "a plan")
            let model = try loadPlan(path)
            try Self.checkInput(of: model.plan, path: path)
            outputs = model.plan.mapOutputs(channel: ends.end.channel)
            let areExits = model.plan.provenance(Graph.Metadata.exits.key) == Graph.Metadata.exits.value
            chosen = try MapOutput.choose(from: outputs, requested: ends.map, areExits: areExits, path: path)
            planEnd = ends.end
            try ends.check(plan: path, channels: model.plan.outputs[chosen].channels)
            try Self.check(chosen, of: model.plan, channel: ends.end.channel, path: path)
            source = .plan(model)
            beside = try ends.outputs(besides: chosen, of: outputs, path: path)
            maps = [chosen] + beside
            for map in beside { try ends.check(plan: path, channels: model.plan.outputs[map].channels) }
        } else {
            var options = ImportOptions()
            options.architecture = architecture.path
            var model = try LoadedModel(path: path, options: options)
            model.graph = model.graph.withFloat32Borders()
            guard model.inputs.count == 1, let type = model.inputs.first?.type, type.rank == 4 else {
                throw CommandFailure(.unsupported, "\(path): one input of rank 4 (a picture) is expected")
            }
            outputs = model.mapOutputs(channel: ends.end.channel)
            chosen = try MapOutput.choose(
                from: outputs, requested: ends.map, areExits: model.graph.outputsAreExits, path: path)
            beside = try ends.outputs(besides: chosen, of: outputs, path: path)
            let kept = ([chosen] + beside).sorted()
            try model.select(.named(kept.map { outputs[$0].name }))
            try ends.apply(to: &model)
            planEnd = MapEnd(channel: ends.end.channel)
            source = .model(model)
            maps = ([chosen] + beside).map { output in kept.firstIndex(of: output) ?? 0 }
        }
        heads = beside.map { outputs[$0].name }
        let others = outputs.indices.filter { $0 != chosen && !beside.contains($0) }.map { outputs[$0].name }
        let written = heads.isEmpty ? "" : "; beside it \(Format.names(heads))"
        let leftOut = others.isEmpty ? "" : "; left out are \(Format.names(others))"
        mapNote = outputs.count == 1 ? nil : "output '\(outputs[chosen].name)'\(written)\(leftOut)"
    }

    /// What the network is, for messages.
    var kind: String {
        switch source {
        case .plan: "plan"
        case .model: "model"
        }
    }

    /// What the model's file leaves open and was assumed.
    var assumptions: [String] {
        guard case .model(let model) = source else { return [] }
        return model.summary?.assumptions ?? []
    }

    /// What is done to the camera's frame that the network takes; nil for one that takes the picture itself.
    var frame: CameraFrame? {
        switch source {
        case .plan(let model): model.plan.frame
        case .model(let model): model.frame
        }
    }

    /// The only size there is, of a plan or of a model whose sides are numbers; nil for a model that takes others.
    var fixedSize: PictureSize? {
        guard let sides, let height = sides.height.constant, let width = sides.width.constant else { return nil }
        return PictureSize(height: height, width: width)
    }

    /// The size in which a picture is predicted: of each side the only one there is, or the smallest that holds the picture;
    /// nil where the network takes no pictures. With it, whether the picture is to be padded to that size, not resized.
    func size(for picture: PictureSize) -> (size: PictureSize, pads: Bool)? {
        guard let sides, let height = sides.height.smallestValue(atLeast: picture.height),
            let width = sides.width.smallestValue(atLeast: picture.width)
        else { return nil }
        let pads = [(sides.height, height - picture.height), (sides.width, width - picture.width)].allSatisfy { side, margin in
            side.constant == nil || PictureSize.margins.contains(margin)
        }
        return (PictureSize(height: height, width: width), pads)
    }

    /// What the network declares of the sides of its pictures.
    private var sides: (height: Dimension, width: Dimension)? {
        switch source {
        case .plan(let model):
            return (Dimension(model.plan.inputs[0].height), Dimension(model.plan.inputs[0].width))
        case .model(let model):
            guard let shape = model.inputs.first?.type.shape, let channels = shape.channelAxis else { return nil }
            let rows = channels == 1 ? 2 : 1
            return (shape[rows], shape[rows + 1])
        }
    }

    /// Makes the plan for a size. Photographs of one camera have one size, so only the last plan is kept.
    @discardableResult
    func model(for size: PictureSize) throws -> Model {
        if case .plan(let model) = source { return model }
        if let prepared, prepared.size == size { return prepared.model }
        prepared = nil
        guard case .model(let source) = source else { throw CommandFailure(.unsupported, "\(path): no model") }
        let model = try compile(source, for: size)
        prepared = (size, model, nil)
        return model
    }

    private func compile(_ model: LoadedModel, for size: PictureSize) throws -> Model {
        let bound = model.frame == nil ? try Self.bound(model, to: size, path: path) : model
        let selection = OutputSelection.named(bound.graph.main.outputs.map(\.name))
        let compiled = try Compilation(threads: threads ?? 1).compile(bound, outputs: selection)
        let loaded = try PlanFile.load(compiled, place: path)
        largestPlanBytes = max(largestPlanBytes, loaded.fileBytes)
        try Self.checkInput(of: loaded.plan, path: path)
        for map in maps { try Self.check(map, of: loaded.plan, channel: planEnd.channel, path: path) }
        return loaded
    }

    private static func bound(_ model: LoadedModel, to size: PictureSize, path: String) throws -> LoadedModel {
        let (name, type) = model.inputs[0]
        guard let axis = type.shape.channelAxis, let channels = type.shape[axis].constant else {
            throw CommandFailure(.unsupported, "\(path): input '\(name)' is \(type): 1 or 3 channels are expected")
        }
        let sides = [size.height, size.width]
        return try model.bound(to: [name: axis == 1 ? [1, channels] + sides : [1] + sides + [channels]])
    }

    private static func checkInput(of plan: Plan, path: String) throws {
        guard plan.inputs.count == 1, let input = plan.inputs.first, input.layout != .plain, plan.batch == 1, input.images == 1,
            [1, 3].contains(input.channels) || plan.frame?.format.channels == input.channels,
            input.tensor.element == .float32 || input.layout == .nhwc
        else {
            throw CommandFailure(.unsupported, "\(path): one input of one picture with 3 channels, or 1, is expected")
        }
    }

    private static func check(_ map: Int, of plan: Plan, channel: Int?, path: String) throws {
        guard plan.isMap(plan.outputs[map], channel: channel) else {
            let found = plan.mapOutputs(channel: channel)[map]
            let channels = plan.outputs[map].channels
            let expected = channel.map { "with a channel \($0)" } ?? "of one channel"
            throw CommandFailure(
                .unsupported,
                """
                \(path): output '\(found.name)' is \(found.type); a map \(expected) of f32 and the input's rows and columns is expected\
                \(channel == nil && channels > 1 ? MapOutput.channelAdvice : "")
                """)
        }
    }

    /// What runs the plan for a size on pictures, with all threads on each.
    func runner(for size: PictureSize) throws -> MapRunner {
        let model = try model(for: size)
        if let runner = prepared?.runner, runner.size == size { return runner }
        let runner = try MapRunner(model, outputs: maps, end: planEnd, place: path, threads: threads)
        prepared = (size, model, runner)
        return runner
    }

    /// One runner for each thread, for pictures of one size that are predicted at the same time.
    func singleThreadedRunners(for size: PictureSize) throws -> [MapRunner] {
        let model = try model(for: size)
        let count = threads ?? min(Int(venule_allowed_processors()), Session.mostThreads)
        return try (0..<count).map { _ in try MapRunner(model, outputs: maps, end: planEnd, place: path, threads: 1) }
    }

    /// Rows and columns from which on the network's pooling windows lie as before: the multiple that its sides need, or, where it
    /// takes other sides too or only one size, how many times the smallest image within the plan is smaller.
    func poolingPeriod() throws -> PictureSize {
        if let sides, let height = sides.height.multiple, let width = sides.width.multiple, height > 1, width > 1 {
            return PictureSize(height: height, width: width)
        }
        // A size that many halvings divide.
        let example = fixedSize ?? size(for: PictureSize(height: 256, width: 256))?.size
        guard let example else { throw CommandFailure(.unsupported, "\(path): takes no pictures") }
        return try model(for: example).plan.poolingPeriod
    }
}

extension Plan {
    /// What is recorded of the camera's frame that the plan takes; nil where its input is none of that size.
    var frame: CameraFrame? {
        guard let frame = CameraFrame(provenance: provenance), inputs.count == 1, let input = inputs.first,
            input.tensor.element == .uint8, shape(of: input) == frame.inputShape
        else { return nil }
        return frame
    }

    /// How many times smaller than the input the smallest image is whose sides divide the input's; 1 where there is none. What has
    /// one row or column, as behind global pooling, does not count.
    fileprivate var poolingPeriod: PictureSize {
        let (height, width) = (inputs[0].height, inputs[0].width)
        let images = values.filter { value in
            value.plain == nil && value.height > 1 && value.width > 1 && height % value.height == 0 && width % value.width == 0
        }
        return PictureSize(
            height: images.map { height / $0.height }.max() ?? 1, width: images.map { width / $0.width }.max() ?? 1)
    }
}

extension Dimension {
    /// What its values are multiples of, but for an offset; nil for a constant and for what is no multiple of one symbol.
    fileprivate var multiple: Int? {
        guard terms.count == 1, case .symbol = terms[0].atom else { return nil }
        return terms[0].coefficient
    }

    /// The smallest value that is no smaller than `bound`, of a multiple of one symbol and an offset; a constant has one only.
    fileprivate func smallestValue(atLeast bound: Int) -> Int? {
        if let constant { return constant }
        guard terms.count == 1, case .symbol = terms[0].atom, terms[0].coefficient > 0 else { return nil }
        let step = terms[0].coefficient
        return max(1, (bound - offset + step - 1) / step) * step + offset
    }
}
