import GraphIR
import Importer
import Optimizer
import PlanFormat

/// The model that a plan is compared with: for the plan's size, with the plan's outputs, behind the plan's camera.
struct MatchingModel {
    let model: LoadedModel
    /// The names of outputs that the plan does not compute.
    let leftOut: [String]
    /// What to say of a plan that was made of another file; nil where nothing tells so.
    let otherSource: String?

    /// - Parameters:
    ///   - planPath: for messages.
    ///   - inputs: what the user says of the model's inputs.
    ///   - warn: is told that the plan was made of another file, before anything else that may be wrong.
    /// - Throws: `CommandFailure`: of usage where what the user says does not suit the model, of a mismatch where the plan does not.
    init(_ path: String, for plan: Plan, at planPath: String, inputs: ModelInputs, warn: (String) -> Void) throws {
        let shapes = Dictionary(plan.inputs.map { ($0.text, plan.shape(of: $0)) }, uniquingKeysWith: { first, _ in first })
        var options = try inputs.importOptions()
        let frame = CameraFrame(provenance: plan.provenance)
        if frame == nil { options.inputShapes = shapes }
        var loaded: LoadedModel
        do {
            loaded = try LoadedModel(path: path, options: options)
        } catch let failure as CommandFailure where failure.isOfArguments && inputs.isEmpty {
            // The shapes are the plan's, which nobody has given as arguments.
            throw CommandFailure(.mismatch, lines: ["\(planPath): was not made of \(path):"] + failure.lines)
        } catch let failure as CommandFailure where failure.status == .unsupported && !inputs.bind.isEmpty {
            // A plan was made of the model: what stands in the way are the arrays.
            throw CommandFailure(.usage, lines: ["--bind: \(path) cannot be read with these arrays:"] + failure.lines)
        }
        otherSource = Self.otherSource(of: plan, planPath, loaded)
        if let otherSource { warn(otherSource) }
        do {
            try Self.compareEntries(plan, planPath, loaded)
        } catch let failure as CommandFailure where Self.isSameSource(plan, loaded) && !inputs.isEmpty {
            // The file is the right one; so what is said of it is wrong.
            throw CommandFailure(.usage, lines: ["\(path): was read otherwise when \(planPath) was made of it:"] + failure.lines)
        }
        leftOut = try loaded.select(.named(plan.outputs.map(\.text)))
        // A graph that `compile` printed may take the frame already.
        if let frame {
            model = loaded.frame == frame ? loaded : try loaded.taking(frame)
            return
        }
        do throws(GraphError) {
            loaded.graph = try loaded.graph.binding(inputShapes: shapes)
        } catch {
            throw CommandFailure(.mismatch, "\(planPath): its input shape does not suit \(path): \(error)")
        }
        model = loaded
    }

    /// The hashes of the files that the plan and the model are from; nil where one does not tell.
    private static func sources(_ plan: Plan, _ model: LoadedModel) -> (plan: String, model: String)? {
        let key = "source.sha256"
        guard let recorded = plan.provenance(key), let found = model.graph.metadata.first(where: { $0.key == key })?.value else {
            return nil
        }
        return (recorded, found)
    }

    private static func isSameSource(_ plan: Plan, _ model: LoadedModel) -> Bool {
        sources(plan, model).map { $0.plan == $0.model } ?? false
    }

    private static func otherSource(of plan: Plan, _ planPath: String, _ model: LoadedModel) -> String? {
        guard let (recorded, found) = sources(plan, model), recorded != found else { return nil }
        return "\(planPath) was made of another file than \(model.path) "
            + "(SHA-256 \(recorded.prefix(12))…, not \(found.prefix(12))…)"
    }

    /// - Throws: where the plan has other inputs than the model, other types of them, or outputs that the model has not.
    private static func compareEntries(_ plan: Plan, _ planPath: String, _ model: LoadedModel) throws {
        func names(_ names: [String]) -> String { Format.names(names.sorted()) }
        let wanted = model.inputs.map(\.name)
        let found = plan.inputs.map(\.text)
        guard Set(wanted) == Set(found) else {
            throw CommandFailure(.mismatch, "\(planPath): the inputs are \(names(found)), those of \(model.path) are \(names(wanted))")
        }
        let known = model.graph.main.outputs.map(\.name)
        for name in plan.outputs.map(\.text) where !known.contains(name) {
            throw CommandFailure(.mismatch, "\(planPath): output '\(name)' is none of those of \(model.path): \(names(known))")
        }
        guard CameraFrame(provenance: plan.provenance) == nil else { return }
        for (name, type) in model.inputs {
            guard let entry = plan.inputs.first(where: { $0.text == name }) else { continue }
            guard ElementType(entry.tensor.element) == type.element else {
                throw CommandFailure(
                    .mismatch, "\(planPath): input '\(name)' is \(entry.tensor.element.text), that of \(model.path) is \(type)")
            }
        }
    }
}
