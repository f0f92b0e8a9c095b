import GraphIR
import Imaging
import PlanFormat
import Platform
import Runtime

/// Height and width of a picture in pixels.
struct PictureSize: Hashable, CustomStringConvertible {
    var height: Int
    var width: Int

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
    /// The plan of the last size, and what runs it on whole pictures.
    private var prepared: (size: PictureSize, model: Model, runner: PlanRunner?)?
    /// What the plans in memory take, the largest of them.
    private(set) var largestPlanBytes = 0

    /// - Throws: for what cannot be read, and for a network that does not turn one picture into one map.
    init(path: String, threads: Int?) throws {
        self.path = path
        self.threads = threads
        if try FileKind(of: path) == .plan {
            let model = try loadPlan(path)
            try Self.check(model.plan, path: path)
            source = .plan(model)
        } else {
            var model = try LoadedModel(path: path)
            try model.select(.final)
            guard model.inputs.count == 1, let type = model.inputs.first?.type, type.rank == 4 else {
                throw CommandFailure(.unsupported, "\(path): one input of rank 4 (a picture) is expected")
            }
            source = .model(model)
        }
    }

    /// What the network is, for messages.
    var kind: String {
        switch source {
        case .plan: "plan"
        case .model: "model"
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
            // What was made for this picture's padded size; a network's pooling levels need no more than this.
            side.constant == nil || (0..<16).contains(margin)
        }
        return (PictureSize(height: height, width: width), pads)
    }

    /// What the network declares of the sides of its pictures.
    private var sides: (height: Dimension, width: Dimension)? {
        switch source {
        case .plan(let model):
            return (Dimension(model.plan.inputs[0].height), Dimension(model.plan.inputs[0].width))
        case .model(let model):
            guard let shape = model.inputs.first?.type.shape, let axes = Self.axes(of: shape) else { return nil }
            return (shape[axes.rows], shape[axes.rows + 1])
        }
    }

    /// Where a picture's input has its channels and its rows: last and second as Keras has them, or second and third as ONNX.
    private static func axes(of shape: [Dimension]) -> (channels: Int, rows: Int)? {
        guard shape.count == 4 else { return nil }
        if [1, 3].contains(shape[3]) { return (channels: 3, rows: 1) }
        return [1, 3].contains(shape[1]) ? (channels: 1, rows: 2) : nil
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
        let (name, type) = model.inputs[0]
        guard let axes = Self.axes(of: type.shape), let channels = type.shape[axes.channels].constant else {
            throw CommandFailure(.unsupported, "\(path): input '\(name)' is \(type): 1 or 3 channels are expected")
        }
        let sides = [size.height, size.width]
        let bound = try model.bound(to: [name: axes.channels == 1 ? [1, channels] + sides : [1] + sides + [channels]])
        let compiled = try Compilation(threads: threads ?? 1).compile(bound, outputs: .final)
        largestPlanBytes = max(largestPlanBytes, compiled.bytes.count)
        let loaded = try loadPlan(compiled, place: path)
        try Self.check(loaded.plan, path: path)
        return loaded
    }

    private static func check(_ plan: Plan, path: String) throws {
        guard plan.inputs.count == 1, let input = plan.inputs.first, input.layout != .plain, plan.batch == 1, input.images == 1,
            [1, 3].contains(input.channels)
        else {
            throw CommandFailure(.unsupported, "\(path): one input of one picture with 3 channels, or 1, is expected")
        }
        guard let output = plan.outputs.last, output.layout != .plain, output.channels == 1, output.height == input.height, output.width == input.width
        else {
            throw CommandFailure(.unsupported, "\(path): a last output of one channel and the input's size is expected")
        }
    }

    /// The last output for a picture, with all threads on it.
    func predict(_ picture: Raster) throws -> Raster {
        let size = PictureSize(height: picture.height, width: picture.width)
        let model = try model(for: size)
        let runner = try prepared?.runner ?? PlanRunner(model, place: path, threads: threads)
        prepared = (size, model, runner)
        return try runner.map(of: picture)
    }

    /// One runner for each thread, for pictures of one size that are predicted at the same time.
    func singleThreadedRunners(for size: PictureSize) throws -> [PlanRunner] {
        let model = try model(for: size)
        let count = threads ?? min(Int(venule_allowed_processors()), Session.mostThreads)
        return try (0..<count).map { _ in try PlanRunner(model, place: path, threads: 1) }
    }
}

extension PlanRunner {
    /// The last output for a picture of the plan's size; a network of one channel gets the luminance.
    func map(of picture: Raster) throws -> Raster {
        let input = plan.inputs[0].channels == 1 && picture.channels == 3 ? picture.luminance() : picture
        try run([plan.inputs[0].layout == .nchw ? input.planes : input.values])
        return Raster(height: picture.height, width: picture.width, channels: 1, values: floats(ofOutput: plan.outputs.count - 1))
    }
}

extension Raster {
    /// The values channel by channel.
    fileprivate var planes: [Float] {
        (0..<channels).flatMap { channel in stride(from: channel, to: values.count, by: channels).map { values[$0] } }
    }
}

extension Dimension {
    /// The smallest value that is no smaller than `bound`, of a multiple of one symbol and an offset; a constant has one only.
    fileprivate func smallestValue(atLeast bound: Int) -> Int? {
        if let constant { return constant }
        guard terms.count == 1, case .symbol = terms[0].atom, terms[0].coefficient > 0 else { return nil }
        let step = terms[0].coefficient
        return max(1, (bound - offset + step - 1) / step) * step + offset
    }
}
