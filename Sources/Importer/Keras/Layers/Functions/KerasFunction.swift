import GraphIR

/// A function that was called on a tensor of the model and is written as a layer: by tf.keras as a layer of the class
/// TFOpLambda, for `x + 3` or `tf.nn.relu(x)`, and SlicingOpLambda, for `x[:, 1:]`; and by Keras 3 as a class for each of its functions.
struct KerasFunction: KerasLayerKind {
    static let classNames = ["TFOpLambda", "SlicingOpLambda"] + KerasFunctionForm.ofKeras3.keys.sorted()

    private let form: KerasFunctionForm?
    private let configuration: JSONValue

    init(_ arguments: inout KerasArguments) {
        let isTensorFlows = Self.classNames.prefix(2).contains(arguments.declaration.className)
        configuration = isTensorFlows ? .null : arguments.declaration.arguments
        guard isTensorFlows else {
            form = KerasFunctionForm.ofKeras3[arguments.declaration.className]
            return
        }
        let name = arguments["function"]?.string ?? ""
        form = KerasFunctionForm.ofTensorFlow[name]
        if form == nil {
            let known = KerasFunctionForm.ofTensorFlow.keys.sorted()
            arguments.report("function", found: "'\(name)'", accepted: "a layer, or one of \(known.joined(separator: ", "))")
        }
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        guard let form else { return [] }
        let call = try KerasFunctionCall(
            emitter.application, operands, configuration: configuration, parameters: form.parameters, takesList: form.takesList)
        return try form.kind.apply(call, in: &emitter)
    }
}

/// What a function computes, and how its parameters are called.
struct KerasFunctionForm: Sendable {
    enum Kind: Sendable {
        case identity, elementwise(ElementwiseFunction), activation(String), leakyRelu, elu, celu
        case gelu(isApproximateByDefault: Bool), softmax(logarithm: Bool)
        case binary(Binary.Kind), compare(Comparison.Kind), notEqual, logical(Logical.Kind), select, sumOfAll
        case round, square, squaredDifference, reciprocalRoot, clip, cast, matrixProduct(isTensorFlows: Bool)
        case reduce(Reduction.Kind), variance(root: Bool), argumentMaximum(isInt64: Bool), normalize(isTensorFlows: Bool)
        case takeItem, takeSlice, split, unstack, flip, tile, repeated
        case reshape, transpose, swapAxes, moveAxis, expand, squeeze, stack, concatenate
        case depthToSpace, spaceToDepth, pad, resize
    }

    let kind: Kind
    let parameters: [String]
    let takesList: Bool

    /// - Parameter parameters: with spaces between them, see ``KerasFunctionCall``.
    fileprivate init(_ kind: Kind, _ parameters: String = "x", takesList: Bool = false) {
        self.kind = kind
        self.parameters = parameters.split(separator: " ").map(String.init)
        self.takesList = takesList
    }
}

// MARK: Names
extension KerasFunctionForm {
    private static let relu6 = Kind.elementwise(.boundedRelu(slope: 0, maximum: 6, threshold: 0))

    /// TensorFlow's functions, by the names under which it exports them.
    static let ofTensorFlow: [String: KerasFunctionForm] = {
        var table: [String: KerasFunctionForm] = [
            "identity": .init(.identity), "stop_gradient": .init(.identity),
            "nn.relu": .init(.elementwise(.relu)), "nn.relu6": .init(relu6), "nn.elu": .init(.elementwise(.elu(alpha: 1))),
            "nn.selu": .init(.activation("selu")), "nn.leaky_relu": .init(.leakyRelu, "x alpha=slope"),
            "nn.gelu": .init(.gelu(isApproximateByDefault: false), "x approximate"),
            "nn.softmax": .init(.softmax(logarithm: false), "x axis"), "nn.log_softmax": .init(.softmax(logarithm: true), "x axis"),
            "nn.silu": .init(.elementwise(.swish), "x"), "nn.swish": .init(.elementwise(.swish), "x"),
            "nn.softsign": .init(.elementwise(.softsign)), "nn.sigmoid": .init(.elementwise(.sigmoid)),
            "nn.tanh": .init(.elementwise(.tanh)),
            "math.square": .init(.square), "math.rsqrt": .init(.reciprocalRoot),
            "math.squared_difference": .init(.squaredDifference, "x y"), "math.add_n": .init(.sumOfAll, takesList: true),
            "nn.bias_add": .init(.binary(.add), "x bias=y"),
            "clip_by_value": .init(.clip, "x clip_value_min=minimum clip_value_max=maximum"), "cast": .init(.cast, "x dtype"),
            "where": .init(.select, "condition x y"), "math.not_equal": .init(.notEqual, "x y"),
            "math.logical_not": .init(.logical(.not)),
            "linalg.matmul": .init(.matrixProduct(isTensorFlows: true), "x b=y transpose_a transpose_b"),
            "math.reduce_std": .init(.variance(root: true), "x axis keepdims"),
            "math.reduce_variance": .init(.variance(root: false), "x axis keepdims"),
            "math.argmax": .init(.argumentMaximum(isInt64: true), "x axis output_type"),
            "math.l2_normalize": .init(.normalize(isTensorFlows: true), "x axis epsilon"),
            "linalg.l2_normalize": .init(.normalize(isTensorFlows: true), "x axis epsilon"),
            "__operators__.getitem": .init(.takeItem, "x slice_spec=key"), "slice": .init(.takeSlice, "x begin size"),
            "split": .init(.split, "x num_or_size_splits=parts axis num"), "unstack": .init(.unstack, "x num axis"),
            "reverse": .init(.flip, "x axis"), "tile": .init(.tile, "x multiples=repeats"),
            "repeat": .init(.repeated, "x repeats axis"),
            "reshape": .init(.reshape, "x shape"), "transpose": .init(.transpose, "x perm=axes"),
            "compat.v1.transpose": .init(.transpose, "x perm=axes"), "expand_dims": .init(.expand, "x axis"),
            "compat.v1.expand_dims": .init(.expand, "x axis"), "squeeze": .init(.squeeze, "x axis"),
            "compat.v1.squeeze": .init(.squeeze, "x axis squeeze_dims=axis"), "stack": .init(.stack, "x axis", takesList: true),
            "concat": .init(.concatenate, "x axis", takesList: true),
            "nn.depth_to_space": .init(.depthToSpace, "x block_size data_format"),
            "nn.space_to_depth": .init(.spaceToDepth, "x block_size data_format"),
            "pad": .init(.pad, "x paddings=amounts mode constant_values"),
            "compat.v1.pad": .init(.pad, "x paddings=amounts mode name constant_values"),
            "image.resize": .init(.resize, "x size method=interpolation preserve_aspect_ratio antialias"),
        ]
        for (name, kind) in [
            ("sum", Reduction.Kind.sum), ("mean", .mean), ("max", .maximum), ("min", .minimum), ("prod", .product),
        ] { table["math.reduce_\(name)"] = .init(.reduce(kind), "x axis keepdims") }
        for (name, kind) in [
            ("__operators__.add", Binary.Kind.add), ("math.add", .add), ("math.subtract", .subtract), ("math.multiply", .multiply),
            ("math.divide", .divide), ("math.truediv", .divide), ("math.maximum", .maximum), ("math.minimum", .minimum),
            ("math.pow", .power), ("math.floormod", .modulo),
        ] { table[name] = .init(.binary(kind), "x y") }
        for (name, kind) in [
            ("greater", Comparison.Kind.greater), ("greater_equal", .greaterOrEqual), ("less", .less), ("less_equal", .lessOrEqual),
            ("equal", .equal),
        ] { table["math.\(name)"] = .init(.compare(kind), "x y") }
        for (name, kind) in [("and", Logical.Kind.and), ("or", .or)] { table["math.logical_\(name)"] = .init(.logical(kind), "x y") }
        for (name, function) in [
            ("sigmoid", ElementwiseFunction.sigmoid), ("tanh", .tanh), ("softplus", .softplus), ("exp", .exp), ("sqrt", .sqrt),
            ("abs", .abs), ("negative", .negate), ("log", .log), ("reciprocal", .reciprocal), ("floor", .floor), ("ceil", .ceil),
            ("erf", .erf), ("sin", .sin), ("cos", .cos), ("tan", .tan), ("round", .round), ("sign", .sign),
        ] { table["math.\(name)"] = .init(.elementwise(function)) }
        return table
    }()

    /// Those of Keras 3 that have no class of a layer's name, by their classes.
    static let ofKeras3: [String: KerasFunctionForm] = {
        var table: [String: KerasFunctionForm] = [
            "Relu": .init(.elementwise(.relu)), "Relu6": .init(relu6), "LeakyRelu": .init(.leakyRelu, "x negative_slope=slope"),
            "Elu": .init(.elu, "x alpha"), "Celu": .init(.celu, "x alpha"),
            "Gelu": .init(.gelu(isApproximateByDefault: true), "x approximate"),
            "LogSoftmax": .init(.softmax(logarithm: true), "x axis"),
            "Round": .init(.round, "x decimals"), "Square": .init(.square), "Rsqrt": .init(.reciprocalRoot),
            "Clip": .init(.clip, "x x_min=minimum x_max=maximum"),
            "Cast": .init(.cast, "x dtype"), "Where": .init(.select, "condition x1=x x2=y"), "NotEqual": .init(.notEqual, "x1=x x2=y"),
            "LogicalNot": .init(.logical(.not)), "Matmul": .init(.matrixProduct(isTensorFlows: false), "x1=x x2=y"),
            "Std": .init(.variance(root: true), "x axis keepdims"), "Var": .init(.variance(root: false), "x axis keepdims"),
            "Argmax": .init(.argumentMaximum(isInt64: false), "x axis keepdims"),
            "Normalize": .init(.normalize(isTensorFlows: false), "x axis order epsilon"),
            "GetItem": .init(.takeItem, "x key"), "Split": .init(.split, "x indices_or_sections=indices axis"),
            "Unstack": .init(.unstack, "x num axis"), "Flip": .init(.flip, "x axis"), "Tile": .init(.tile, "x repeats"),
            "Repeat": .init(.repeated, "x repeats axis"), "Transpose": .init(.transpose, "x axes"),
            "Swapaxes": .init(.swapAxes, "x axis1 axis2"), "Moveaxis": .init(.moveAxis, "x source destination"),
            "ExpandDims": .init(.expand, "x axis"), "Squeeze": .init(.squeeze, "x axis"),
            "Stack": .init(.stack, "x axis", takesList: true), "DepthToSpace": .init(.depthToSpace, "x block_size data_format"),
            "SpaceToDepth": .init(.spaceToDepth, "x block_size data_format"),
            "Pad": .init(.pad, "x pad_width=amounts mode constant_values"),
            "Resize": .init(
                .resize, "x size interpolation antialias crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value data_format"),
            "Power": .init(.binary(.power), "x1=x x2=y"), "Mod": .init(.binary(.modulo), "x1=x x2=y"),
        ]
        for (name, kind) in [
            ("Sum", Reduction.Kind.sum), ("Mean", .mean), ("Max", .maximum), ("Min", .minimum), ("Prod", .product),
        ] { table[name] = .init(.reduce(kind), "x axis keepdims") }
        for (name, kind) in [
            ("Greater", Comparison.Kind.greater), ("GreaterEqual", .greaterOrEqual), ("Less", .less), ("LessEqual", .lessOrEqual),
            ("Equal", .equal),
        ] { table[name] = .init(.compare(kind), "x1=x x2=y") }
        for (name, kind) in [("LogicalAnd", Logical.Kind.and), ("LogicalOr", .or)] {
            table[name] = .init(.logical(kind), "x1=x x2=y")
        }
        for (name, function) in [
            ("Sigmoid", ElementwiseFunction.sigmoid), ("Silu", .swish), ("Tanh", .tanh), ("Softplus", .softplus), ("Exp", .exp),
            ("Sqrt", .sqrt), ("Absolute", .abs), ("Negative", .negate), ("Log", .log), ("Reciprocal", .reciprocal), ("Floor", .floor),
            ("Ceil", .ceil), ("Erf", .erf), ("Softsign", .softsign), ("Sin", .sin), ("Cos", .cos), ("Tan", .tan), ("Sign", .sign),
        ] { table[name] = .init(.elementwise(function)) }
        for (name, activation) in [
            ("Selu", "selu"), ("HardSigmoid", "hard_sigmoid"), ("HardSilu", "hard_silu"), ("HardTanh", "hard_tanh"),
            ("LogSigmoid", "log_sigmoid"), ("TanhShrink", "tanh_shrink"),
        ] { table[name] = .init(.activation(activation)) }
        return table
    }()
}

// MARK: What they compute
extension KerasFunctionForm.Kind {
    func apply(_ call: KerasFunctionCall, in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        switch self {
        case .split: return try KerasFunctionParts.split(call, &emitter)
        case .unstack: return try KerasFunctionParts.unstack(call, &emitter)
        default: return [try result(call, in: &emitter)]
        }
    }

    private func result(_ call: KerasFunctionCall, in emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        switch self {
        case .identity: try call.tensor()
        case .elementwise(let function): try emitter.append(function, to: call.tensor())
        case .activation(let name):
            try KerasActivation(named: name, in: emitter.dialect).apply(to: call.tensor(), in: &emitter)
        case .leakyRelu: try emitter.append(.leakyRelu(slope: call.number("slope", default: 0.2)), to: call.tensor())
        case .elu: try emitter.append(.elu(alpha: call.number("alpha", default: 1)), to: call.tensor())
        case .celu: try emitter.append(.celu(alpha: call.number("alpha", default: 1)), to: call.tensor())
        case .gelu(let isApproximate):
            try emitter.append(call.flag("approximate", default: isApproximate) ? .geluTanh : .gelu, to: call.tensor())
        case .softmax(let logarithm): try KerasFunctionNumbers.softmax(call, logarithm: logarithm, &emitter)
        case .binary(let kind): try KerasFunctionNumbers.combined(.binary(Binary(kind)), call, &emitter)
        case .compare(let kind): try KerasFunctionNumbers.combined(.comparison(Comparison(kind)), call, &emitter)
        case .notEqual: try KerasFunctionNumbers.notEqual(call, &emitter)
        case .logical(let kind): try KerasFunctionNumbers.logical(kind, call, &emitter)
        case .select: try KerasFunctionNumbers.combined(.selection(Selection()), call, &emitter, names: ["condition", "x", "y"])
        case .sumOfAll: try KerasFunctionNumbers.sum(call, &emitter)
        case .round: try KerasFunctionNumbers.round(call, &emitter)
        case .square: try KerasFunctionNumbers.square(call.tensor(), &emitter)
        case .squaredDifference:
            try KerasFunctionNumbers.square(
                KerasFunctionNumbers.combined(.binary(Binary(.subtract)), call, &emitter, part: "difference"), &emitter)
        case .reciprocalRoot: try KerasFunctionNumbers.reciprocalRoot(call, &emitter)
        case .clip:
            try emitter.append(.clip(minimum: call.number("minimum"), maximum: call.number("maximum")), to: call.tensor())
        case .cast: try KerasFunctionNumbers.cast(call, &emitter)
        case .matrixProduct(let isTensorFlows): try KerasFunctionNumbers.product(call, isTensorFlows: isTensorFlows, &emitter)
        case .reduce(let kind): try KerasFunctionNumbers.reduce(kind, call, &emitter)
        case .variance(let root): try KerasFunctionNumbers.variance(call, root: root, &emitter)
        case .argumentMaximum(let isInt64): try KerasFunctionNumbers.argumentMaximum(call, isInt64: isInt64, &emitter)
        case .normalize(let isTensorFlows): try KerasFunctionNumbers.normalize(call, isTensorFlows: isTensorFlows, &emitter)
        case .takeItem: try KerasFunctionParts.item(call, &emitter)
        case .takeSlice: try KerasFunctionParts.slice(call, &emitter)
        case .flip: try KerasFunctionParts.flip(call, &emitter)
        case .tile: try KerasFunctionShapes.tile(call, &emitter)
        case .repeated: try KerasFunctionShapes.repeated(call, &emitter)
        case .reshape: try KerasFunctionShapes.reshape(call.tensor(), to: call.integers("shape") ?? [], &emitter)
        case .transpose, .swapAxes, .moveAxis: try KerasFunctionShapes.transpose(self, call, &emitter)
        case .expand: try KerasFunctionShapes.expand(call, &emitter)
        case .squeeze: try KerasFunctionShapes.squeeze(call, &emitter)
        case .stack: try KerasFunctionShapes.stack(call, &emitter)
        case .concatenate: try KerasFunctionShapes.concatenate(call, &emitter)
        case .depthToSpace: try KerasFunctionImages.depthToSpace(call, &emitter)
        case .spaceToDepth: try KerasFunctionImages.spaceToDepth(call, &emitter)
        case .pad: try KerasFunctionImages.pad(call, &emitter)
        case .resize: try KerasFunctionImages.resize(call, &emitter)
        case .split, .unstack: throw GraphError("a function of several results")
        }
    }
}
