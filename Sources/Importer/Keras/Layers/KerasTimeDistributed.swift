import GraphIR

/// TimeDistributed: a layer on each element of the axis behind the batch, which it takes for elements of the batch.
struct KerasTimeDistributed: KerasLayerKind {
    static let classNames = ["TimeDistributed"]

    private let inner: (any KerasLayerKind)?

    init(_ arguments: inout KerasArguments) {
        guard let layer = arguments["layer"], let className = layer["class_name"]?.string else {
            arguments.report("layer", found: arguments["layer"]?.description ?? "missing", accepted: "a layer")
            inner = nil
            return
        }
        var declaration = KerasLayerDeclaration(
            name: layer["config"]?["name"]?.string ?? arguments.declaration.name, className: className,
            arguments: layer["config"] ?? .object([:]))
        declaration.module = layer["module"]?.string
        declaration.registeredName = layer["registered_name"]?.string
        guard let kind = KerasLayerKinds.kind(of: declaration, in: arguments.dialect) else {
            let isModel = KerasModelConfiguration.classNames.contains(className)
            arguments.report(
                "layer", found: isModel ? "the model '\(declaration.name)'" : className,
                accepted: isModel ? "a single layer, or each layer of the model in a TimeDistributed of its own" : "a layer that is read")
            inner = nil
            return
        }
        var own = KerasArguments(declaration, dialect: arguments.dialect)
        inner = kind.init(&own)
        for problem in own.problems {
            arguments.report(
                "layer.\(problem.attribute ?? "")", found: problem.found, accepted: problem.accepted)
        }
    }

    var weights: [KerasWeightRole] { inner?.weights ?? [] }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        guard let inner else { return [] }
        let value = try emitter.inModelOrder(operands[0])
        let shape = emitter.type(of: value).shape
        guard shape.count >= 3, let count = shape[0].multiplied(by: shape[1]) else {
            throw GraphError("the operand is \(emitter.type(of: value)); a number of steps that is known is expected")
        }
        let merged = ([count] + shape[2...]).map { Reshape.Side.dimension($0) }
        let steps = KerasTensor(value: try emitter.append(.reshape(Reshape(merged)), [value], part: "steps"))
        var results: [KerasTensor] = []
        for result in try inner.apply([steps], in: &emitter) {
            let value = try emitter.inModelOrder(result)
            let sides = (Array(shape[..<2]) + emitter.type(of: value).shape.dropFirst()).map { Reshape.Side.dimension($0) }
            results.append(KerasTensor(value: try emitter.append(.reshape(Reshape(sides)), [value], part: "apart")))
        }
        return results
    }
}
