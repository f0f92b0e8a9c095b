import GraphIR

/// An activation by the name under which Keras knows it, or as a layer that stands for one.
struct KerasActivation: Sendable {
    private enum Step: Sendable {
        case elementwise(ElementwiseFunction)
        case softmax(logarithm: Bool)
        /// x − f(x)
        case remainder(ElementwiseFunction)
        /// f(x) − f(−x)
        case odd(ElementwiseFunction)
        /// −f(−x)
        case mirrored(ElementwiseFunction)
        /// (x + √(x² + b)) / 2
        case squarePlus(Float)
    }
    private var step: Step?

    /// The layer's argument `activation`; none is linear.
    init(_ arguments: inout KerasArguments, named name: String = "activation") {
        guard let value = arguments[name] else { return }
        read(value, as: name, &arguments)
    }

    /// An activation that the version has; linear where it has none of that name.
    init(named name: String, in dialect: KerasDialect) { step = Self.steps(dialect)[name] }

    private mutating func read(_ value: JSONValue, as name: String, _ arguments: inout KerasArguments) {
        // Keras 3 and tf.keras write functions and layers that serve as activations as objects.
        if let className = value["class_name"]?.string {
            var declaration = KerasLayerDeclaration(
                name: arguments.declaration.name, className: className, arguments: value["config"] ?? .object([:]))
            declaration.module = value["module"]?.string
            declaration.registeredName = value["registered_name"]?.string
            // Keras 3 writes its own functions as mere names.
            let mayBeBuiltIn = declaration.isOfKeras && arguments.dialect.generation < 3
            if className == "function", mayBeBuiltIn, let function = (value["config"] ?? value["name"])?.string {
                return read(.string(function), as: name, &arguments)
            }
            guard className != "function", KerasLayerKinds.absence(of: declaration, in: arguments.dialect) == nil else {
                let own = declaration.arguments.string ?? declaration.registeredName ?? className
                let place = declaration.module.map { $0 == "builtins" ? "" : " of \($0)" } ?? ""
                arguments.report(
                    name, found: "'\(own)'\(place), a function or class of somebody's own",
                    accepted: "one of \(Self.names(arguments.dialect))")
                return
            }
            var inner = KerasArguments(declaration, dialect: arguments.dialect)
            if let function = KerasActivationLayer.function(className, &inner), inner.problems.isEmpty {
                step = .elementwise(function)
                return
            }
        }
        if value == .string("linear") { return }
        guard let word = value.string, let known = Self.steps(arguments.dialect)[word] else {
            arguments.report(name, found: "\(value)", accepted: "one of \(Self.names(arguments.dialect))")
            return
        }
        if let absence = arguments.dialect.absence(of: KerasBuiltIns.activations[word] ?? .never) {
            arguments.report(name, found: "'\(word)', \(absence)", accepted: "one of \(Self.names(arguments.dialect))")
            return
        }
        step = known
    }

    /// What the version that wrote the file has, for messages.
    static func names(_ dialect: KerasDialect) -> String {
        let known = steps(dialect).keys.filter { (KerasBuiltIns.activations[$0] ?? .never).includes(dialect.version) }
        return known.sorted().joined(separator: ", ") + " or linear"
    }

    private static func steps(_ dialect: KerasDialect) -> [String: Step] {
        let isKeras3 = dialect.generation >= 3
        let hardSwish = Step.elementwise(.hardSwish)
        let swish = Step.elementwise(.swish)
        let hardSigmoid: ElementwiseFunction =
            isKeras3 ? .hardSigmoid(slope: 1 / 6, offset: 0.5) : .hardSigmoid(slope: 0.2, offset: 0.5)
        let selu = ElementwiseFunction.selu(alpha: 1.6732632423543772, scale: 1.0507009873554805)
        return [
            "relu": .elementwise(.relu), "sigmoid": .elementwise(.sigmoid), "tanh": .elementwise(.tanh),
            "relu6": .elementwise(.boundedRelu(slope: 0, maximum: 6, threshold: 0)),
            "leaky_relu": .elementwise(.leakyRelu(slope: 0.2)), "elu": .elementwise(.elu(alpha: 1)), "selu": .elementwise(selu),
            "celu": .elementwise(.celu(alpha: 1)), "hard_sigmoid": .elementwise(hardSigmoid),
            "softmax": .softmax(logarithm: false),
            "log_softmax": .softmax(logarithm: true),
            "softplus": .elementwise(.softplus), "softsign": .elementwise(.softsign), "exponential": .elementwise(.exp),
            "swish": swish, "silu": swish, "hard_swish": hardSwish, "hard_silu": hardSwish,
            "gelu": .elementwise(.gelu), "mish": .elementwise(.mish),
            "hard_tanh": .elementwise(.clip(minimum: -1, maximum: 1)), "log_sigmoid": .mirrored(.softplus),
            "tanh_shrink": .remainder(.tanh), "soft_shrink": .remainder(.clip(minimum: -0.5, maximum: 0.5)),
            "hard_shrink": .odd(.boundedRelu(slope: 0, maximum: .infinity, threshold: Float(0.5).nextUp)),
            "squareplus": .squarePlus(4),
        ]
    }

    func apply(to tensor: KerasTensor, in emitter: inout KerasEmitter) throws(GraphError) -> KerasTensor {
        guard let step else { return tensor }
        var result = tensor
        let x = tensor.value
        switch step {
        case .elementwise(let function): return try emitter.append(function, to: tensor, part: "activation")
        case .softmax(let logarithm):
            let softmax = Softmax(axis: tensor.storedAxis(try emitter.axis(-1, of: tensor)), logarithm: logarithm)
            result.value = try emitter.append(.softmax(softmax), [x], part: "activation")
        case .remainder(let function):
            let part = try emitter.append(.elementwise(Elementwise(function)), [x], part: "activation")
            result.value = try emitter.append(.binary(Binary(.subtract)), [x, part], part: "activation")
        case .odd(let function):
            let plus = try emitter.append(.elementwise(Elementwise(function)), [x], part: "activation")
            let negative = try emitter.append(.elementwise(Elementwise(.negate)), [x], part: "activation")
            let minus = try emitter.append(.elementwise(Elementwise(function)), [negative], part: "activation")
            result.value = try emitter.append(.binary(Binary(.subtract)), [plus, minus], part: "activation")
        case .mirrored(let function):
            let negative = try emitter.append(.elementwise(Elementwise(.negate)), [x], part: "activation")
            let mirrored = try emitter.append(.elementwise(Elementwise(function)), [negative], part: "activation")
            result.value = try emitter.append(.elementwise(Elementwise(.negate)), [mirrored], part: "activation")
        case .squarePlus(let b):
            let square = try emitter.append(.binary(Binary(.multiply)), [x, x], part: "activation")
            let offset = emitter.constant([b], shape: [1], part: "b")
            let half = emitter.constant([0.5], shape: [1], part: "half")
            let raised = try emitter.append(.binary(Binary(.add)), [square, offset], part: "activation")
            let root = try emitter.append(.elementwise(Elementwise(.sqrt)), [raised], part: "activation")
            let sum = try emitter.append(.binary(Binary(.add)), [x, root], part: "activation")
            result.value = try emitter.append(.binary(Binary(.multiply)), [sum, half], part: "activation")
        }
        return result
    }
}
