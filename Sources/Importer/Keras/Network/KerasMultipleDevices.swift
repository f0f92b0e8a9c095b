/// Recognises what `multi_gpu_model` of Keras 2 makes of a model: Lambda layers that take a part of the batch for each device, the
/// model applied to each part, and concatenations along the batch. Nothing is lost without them, but the Lambda layers cannot be
/// read, and `save` of the outer model is what its callers are warned of.
enum KerasMultipleDevices {
    static func problem(of model: KerasModelConfiguration) -> ImportProblem? {
        let slices = model.layers.filter { layer in
            guard layer.className == "Lambda", case .object(let arguments)? = layer.arguments["arguments"] else { return false }
            return Set(arguments.keys) == ["i", "parts"]
        }
        guard let first = slices.first, let inner = model.layers.first(where: { $0.model != nil && $0.applications.count > 1 }) else {
            return nil
        }
        let count = first.arguments["arguments"]?["parts"]?.integer ?? slices.count
        return ImportProblem(
            place: first.name, className: first.className, attribute: "class",
            found: "a slice of the batch, one of \(count) that multi_gpu_model makes for as many devices",
            accepted: "the model inside, '\(inner.name)', saved by itself: model.get_layer('\(inner.name)').save(…)")
    }
}
