import GraphIR

/// Converts a model for the inputs that the caller asks for, and finds out what is to blame where that fails.
struct ONNXAttempts {
    let model: ONNXModel
    let survey: ONNXSurvey
    /// Of the file, for messages.
    let path: String

    /// A model that was converted.
    struct Success {
        var graph: Graph
        /// What was taken for granted that the file does not say.
        var assumptions: [String]
        /// What rows and columns of images are multiples of.
        var multiple: Int
        /// What the names of the file's values stand for.
        var values: [String: SourceValue]
    }

    /// - Throws: a failure of kind `.arguments` where the model is converted without the shapes that the caller asks for, and
    ///   these do not suit it.
    func convert(_ options: ImportOptions) throws(ImportFailure) -> Success {
        let options = try naming(options)
        // A name that the model has not may be why something else of the model is not known. Operators that are not imported are said first.
        if let failure = unknownNames(options), survey.unknown.isEmpty { throw failure }
        do throws(ImportFailure) {
            return try attempts(options)
        } catch {
            // Whether the shapes are to blame is told by the model without them.
            var unshaped = options
            unshaped.inputShapes = [:]
            guard error.kind != .arguments, !options.inputShapes.isEmpty, let success = try? attempts(unshaped) else { throw error }
            do throws(GraphError) {
                _ = try success.graph.binding(inputShapes: options.inputShapes)
            } catch let reason {
                throw blame(options.inputShapes, reason, multiple: success.multiple)
            }
            throw error
        }
    }

    /// The inputs that are no initializers, which old files list among them.
    private var inputNames: [String] {
        let constants = Set(model.graph.initializers.map(\.name))
        return model.graph.inputs.map(\.name).filter { !constants.contains($0) }
    }

    /// A shape without a name is that of the only input.
    private func naming(_ options: ImportOptions) throws(ImportFailure) -> ImportOptions {
        guard let unnamed = options.inputShape else { return options }
        let names = inputNames.filter { options.boundInputs[$0] == nil }
        guard names.count == 1 else {
            let problem = ImportProblem(
                attribute: "input shape", found: "one without a name",
                accepted: "one with a name; the inputs are \(names.map { "'\($0)'" }.joined(separator: ", "))")
            throw onnxFailure(.arguments, path: path, problems: [problem])
        }
        var named = options
        named.inputShapes[names[0]] = unnamed
        return named
    }

    /// Nil where all names of the options are inputs of the model.
    private func unknownNames(_ options: ImportOptions) -> ImportFailure? {
        let names = model.graph.inputs.map(\.name)
        let known = inputNames.map { "'\($0)'" }.joined(separator: ", ")
        let problems = (options.inputShapes.keys.sorted() + options.boundInputs.keys.sorted()).filter { !names.contains($0) }.map { name in
            ImportProblem(place: "input \(name)", found: "no such input", accepted: known.isEmpty ? "none" : known)
        }
        return problems.isEmpty ? nil : onnxFailure(.arguments, path: path, problems: problems)
    }

    /// Says what the model takes in place of the shapes that were asked for.
    ///
    /// - Parameter reason: what is wrong with them.
    private func blame(_ asked: [String: [Int]], _ reason: GraphError, multiple: Int) -> ImportFailure {
        let problems = model.graph.inputs.compactMap { input -> ImportProblem? in
            guard let sides = asked[input.name] else { return nil }
            let fits = multiple == 1 || sides.count != 4 || sides[2...].allSatisfy { $0 % multiple == 0 }
            let condition = fits ? " that suit each other: \(reason)" : ", rows and columns being multiples of \(multiple)"
            return ImportProblem(
                place: "input \(input.name)", attribute: "shape", found: "[\(sides.list)]", accepted: input.acceptedShape + condition)
        }
        return onnxFailure(.arguments, path: path, problems: problems)
    }

    /// Converts the model as it is. If that fails because a symbolic side is halved and doubled again, it tries again with sides
    /// that are multiples of a power of two.
    private func attempts(_ options: ImportOptions) throws(ImportFailure) -> Success {
        var conversionOptions = ONNXConversionOptions(inputShapes: options.inputShapes, boundInputs: options.boundInputs)
        var first: ImportFailure?
        for zeroSidesAreOpen in model.graph.hasZeroSides ? [false, true] : [false] {
            conversionOptions.zeroSidesAreOpen = zeroSidesAreOpen
            for multiple in [1, 2, 4, 8, 16, 32, 64, 128] {
                conversionOptions.multiple = multiple
                var conversion = ONNXConversion(model, options: conversionOptions)
                do throws(ONNXError) {
                    try conversion.convertMain(model.graph)
                } catch {
                    conversion.report(error)
                }
                guard !conversion.problems.isEmpty else {
                    return Success(
                        graph: conversion.graph(), assumptions: conversion.assumptions, multiple: multiple, values: conversion.values)
                }
                first = first ?? failure(conversion)
                guard conversion.hasSymbolicImage else { break }
            }
        }
        throw first ?? onnxFailure(.unsupported, path: path, problems: [])
    }

    /// With all operators that are not imported, those that conversion has met being among them.
    private func failure(_ conversion: ONNXConversion) -> ImportFailure {
        guard conversion.kind != .corrupt, !survey.unknown.isEmpty else {
            return onnxFailure(conversion.kind, path: path, problems: conversion.problems)
        }
        let others = conversion.problems.filter { $0.aspect != .operator }
        return onnxFailure(.unsupported, path: path, problems: survey.operatorProblems + others)
    }
}

extension ONNXGraph {
    /// Whether the file gives an input a side of 0.
    fileprivate var hasZeroSides: Bool {
        inputs.contains { input in
            input.shape?.contains { if case .fixed(0) = $0 { true } else { false } } ?? false
        }
    }
}

extension ONNXConversion {
    /// Whether an input has symbolic rows or columns.
    fileprivate var hasSymbolicImage: Bool {
        let function = builder.finish()
        return function.inputs.contains { input in
            let type = function.type(of: input)
            return type.rank == 4 && type.shape[2...].contains { $0.constant == nil }
        }
    }

    fileprivate var assumptions: [String] {
        var assumptions: [String] = []
        if options.multiple > 1 {
            assumptions.append(
                "the sides of images are multiples of \(options.multiple), which the file does not say and the model needs")
        }
        if options.zeroSidesAreOpen { assumptions.append("sides of inputs that the file gives as 0 may be any number") }
        for precision in precisions.sorted(by: { $0.rawValue < $1.rawValue }) {
            assumptions.append("what the model has in \(precision.rawValue) is computed in f32")
        }
        return assumptions
    }

    fileprivate var values: [String: SourceValue] {
        let function = builder.finish()
        return (scopes.first?.values ?? [:]).compactMapValues { value in
            switch value.content {
            case .computed(let id): SourceValue(name: function[id].name, hasMovedChannels: false)
            case .image(let id): SourceValue(name: function[id].name, hasMovedChannels: true)
            case .constant, .known, .missing: nil
            }
        }
    }

    fileprivate func graph() -> Graph {
        var graph = Graph(main: builder.finish(), constants: constants)
        graph.functions += finished
        return graph
    }
}
