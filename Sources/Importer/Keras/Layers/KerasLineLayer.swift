import GraphIR

/// Layers of tensors `[N, L, C]`, which are the layers of the same names with 2D on images of one row.
struct KerasLineLayer: KerasLayerKind {
    static let classNames = [
        "Conv1D", "Conv1DTranspose", "SeparableConv1D", "DepthwiseConv1D", "MaxPooling1D", "AveragePooling1D", "GlobalMaxPooling1D",
        "GlobalAveragePooling1D", "UpSampling1D", "ZeroPadding1D", "Cropping1D",
    ]

    private let inner: (any KerasLayerKind)?
    private let isChannelsFirst: Bool

    init(_ arguments: inout KerasArguments) {
        isChannelsFirst = arguments.isChannelsFirst()
        if arguments.dialect.isTheano {
            arguments.report("class", found: "\(arguments.declaration.className) of Theano", accepted: "a layer of images")
        }
        var declaration = arguments.declaration
        declaration.className = declaration.className.replacing("1D", with: "2D")
        declaration.arguments = Self.widened(declaration.arguments, of: declaration.className)
        var widened = KerasArguments(declaration, dialect: arguments.dialect)
        inner = KerasLayerKinds.kind(ofClass: declaration.className)?.init(&widened)
        for problem in widened.problems { arguments.report(problem.attribute, found: problem.found, accepted: problem.accepted) }
    }

    /// The arguments of the layer of images: of every size that for one row first.
    private static func widened(_ arguments: JSONValue, of className: String) -> JSONValue {
        guard case .object(var members) = arguments else { return arguments }
        members["data_format"] = .string("channels_last")
        func single(_ value: JSONValue) -> JSONValue { value.array.map { $0.count == 1 ? $0[0] : value } ?? value }
        for name in ["kernel_size", "strides", "dilation_rate", "pool_size", "size"] {
            if let value = members[name], value != .null { members[name] = .array([.number(1), single(value)]) }
        }
        if let value = members["output_padding"], value != .null { members["output_padding"] = .array([.number(0), single(value)]) }
        let none = JSONValue.array([.number(0), .number(0)])
        let one = JSONValue.array([.number(1), .number(1)])
        func edges(_ name: String) {
            let value = members[name] ?? one
            members[name] = .array([none, value.array == nil ? .array([value, value]) : value])
        }
        switch className {
        case "MaxPooling2D", "AveragePooling2D": if members["pool_size"] == nil { members["pool_size"] = .array([.number(1), .number(2)]) }
        case "UpSampling2D": if members["size"] == nil { members["size"] = .array([.number(1), .number(2)]) }
        case "ZeroPadding2D": edges("padding")
        case "Cropping2D": edges("cropping")
        default: break
        }
        return .object(members)
    }

    var weights: [KerasWeightRole] { inner?.weights ?? [] }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        guard let inner else { return [] }
        var line = try emitter.inModelOrder(operands[0])
        guard emitter.type(of: line).rank == 3 else { throw GraphError("the operand is \(emitter.type(of: line)); 3 axes are expected") }
        if isChannelsFirst { line = try emitter.append(.transpose(Transpose([0, 2, 1])), [line], part: "channels_last") }
        let shape = emitter.type(of: line).shape
        let image = try emitter.append(
            .reshape(Reshape([shape[0], 1, shape[1], shape[2]].map { .dimension($0) })), [line], part: "row")
        emitter.widenKernels()
        let result = try emitter.inModelOrder(try inner.apply([KerasTensor(value: image)], in: &emitter)[0])
        var sides = emitter.type(of: result).shape
        guard sides.count == 4 else { return [KerasTensor(value: result)] }
        sides.remove(at: 1)
        var value = try emitter.append(.reshape(Reshape(sides.map { .dimension($0) })), [result], part: "line")
        if isChannelsFirst { value = try emitter.append(.transpose(Transpose([0, 2, 1])), [value], part: "channels_first") }
        return [KerasTensor(value: value)]
    }
}
