import GraphIR
import Imaging
import PlanFormat
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
        case plan(PlanRunner)
        case model(LoadedModel)
    }

    let path: String
    private let source: Source
    private let threads: Int?
    private var runners: [PictureSize: PlanRunner] = [:]
    /// What the plans in memory take, the largest of them.
    private(set) var largestPlanBytes = 0

    /// - Throws: for what cannot be read, and for a network that does not turn one picture into one map.
    init(path: String, threads: Int?) throws {
        self.path = path
        self.threads = threads
        if try FileKind(of: path) == .plan {
            let runner = try PlanRunner(loadPlan(path), place: path, threads: threads)
            try Self.check(runner.plan, path: path)
            source = .plan(runner)
        } else {
            var model = try LoadedModel(path: path)
            try model.select(.final)
            guard model.inputs.count == 1, let type = model.inputs.first?.type, type.rank == 4 else {
                throw CommandFailure(.unsupported, "\(path): one input of rank 4 (a picture) is expected")
            }
            source = .model(model)
        }
    }

    /// The only size there is; nil for a model, which takes others.
    var fixedSize: PictureSize? {
        guard case .plan(let runner) = source else { return nil }
        return PictureSize(height: runner.plan.inputs[0].height, width: runner.plan.inputs[0].width)
    }

    /// The smallest size that a model takes and that holds a picture; nil where its sides are fixed in another way.
    func size(holding size: PictureSize) -> PictureSize? {
        guard case .model(let model) = source, let shape = model.inputs.first?.type.shape,
            let height = shape[1].smallestValue(atLeast: size.height),
            let width = shape[2].smallestValue(atLeast: size.width)
        else { return nil }
        return PictureSize(height: height, width: width)
    }

    /// Makes the plan for a size, so that what cannot be compiled is known before anything is computed.
    @discardableResult
    func prepare(_ size: PictureSize) throws -> PlanRunner {
        switch source {
        case .plan(let runner): return runner
        case .model(let model):
            if let runner = runners[size] { return runner }
            // Photographs of one camera have one size; plans for others would only fill the memory.
            runners.removeAll()
            let runner = try compile(model, for: size)
            runners[size] = runner
            return runner
        }
    }

    private func compile(_ model: LoadedModel, for size: PictureSize) throws -> PlanRunner {
        let (name, type) = model.inputs[0]
        guard let channels = type.shape[3].constant else {
            throw CommandFailure(.unsupported, "\(path): input '\(name)' is \(type): a fixed number of channels is expected")
        }
        let bound = try model.bound(to: [name: [1, size.height, size.width, channels]])
        let compiled = try Compilation(threads: threads ?? 1).compile(bound, outputs: .final)
        largestPlanBytes = max(largestPlanBytes, compiled.bytes.count)
        let loaded = try compiled.bytes.withUnsafeBytes { bytes in
            do throws(RuntimeError) {
                return try Model(copying: bytes)
            } catch {
                throw CommandFailure(error, place: path)
            }
        }
        try Self.check(loaded.plan, path: path)
        return try PlanRunner(loaded, place: path, threads: threads)
    }

    private static func check(_ plan: Plan, path: String) throws {
        guard plan.inputs.count == 1, let input = plan.inputs.first, plan.batch == 1, [1, 3].contains(input.channels) else {
            throw CommandFailure(.unsupported, "\(path): one input of one picture with 3 channels, or 1, is expected")
        }
        guard let output = plan.outputs.last, output.channels == 1, output.height == input.height, output.width == input.width
        else {
            throw CommandFailure(.unsupported, "\(path): a last output of one channel and the input's size is expected")
        }
    }

    /// The last output for a picture of exactly the size that was prepared.
    func predict(_ picture: Raster) throws -> Raster {
        let runner = try prepare(PictureSize(height: picture.height, width: picture.width))
        let input = runner.plan.inputs[0].channels == 1 && picture.channels == 3 ? picture.luminance() : picture
        try runner.run([input.values])
        return Raster(
            height: picture.height, width: picture.width, channels: 1, values: runner.output(runner.plan.outputs.count - 1))
    }
}

extension Dimension {
    /// The smallest value that is no smaller than `bound`: a constant, or a multiple of one symbol and an offset.
    fileprivate func smallestValue(atLeast bound: Int) -> Int? {
        if let constant { return constant >= bound ? constant : nil }
        guard terms.count == 1, case .symbol = terms[0].atom, terms[0].coefficient > 0 else { return nil }
        let step = terms[0].coefficient
        return max(1, (bound - offset + step - 1) / step) * step + offset
    }
}
