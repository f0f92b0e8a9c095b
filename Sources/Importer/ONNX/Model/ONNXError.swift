/// One thing that is wrong with a model, thrown where it is found.
struct ONNXError: Error, Hashable {
    var kind: ImportFailure.Kind
    var problem: ImportProblem

    /// The file contradicts itself or the format.
    static func corrupt(_ place: String? = nil, attribute: String? = nil, _ found: String, accepted: String? = nil) -> ONNXError {
        ONNXError(kind: .corrupt, problem: ImportProblem(place: place, attribute: attribute, found: found, accepted: accepted))
    }

    /// The model is sound, but something in it is not imported.
    static func unsupported(
        _ place: String? = nil, attribute: String? = nil, _ found: String, accepted: String? = nil,
        aspect: ImportProblem.Aspect? = nil
    ) -> ONNXError {
        ONNXError(
            kind: .unsupported,
            problem: ImportProblem(place: place, attribute: attribute, found: found, accepted: accepted, aspect: aspect))
    }

    /// What the caller says of an input does not suit it.
    static func arguments(_ place: String? = nil, attribute: String? = nil, _ found: String, accepted: String) -> ONNXError {
        ONNXError(kind: .arguments, problem: ImportProblem(place: place, attribute: attribute, found: found, accepted: accepted))
    }

    /// The same error with its place; a place that is already known stays.
    func located(_ place: String) -> ONNXError {
        var copy = self
        copy.problem.place = problem.place ?? place
        return copy
    }
}
