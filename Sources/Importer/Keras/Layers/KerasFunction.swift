import GraphIR

/// A function that was called on a tensor of the model and is written as a layer: by tf.keras as a layer of the class
/// TFOpLambda, for `x + 3` or `tf.nn.relu(x)`, and by Keras 3 as a class for each of its functions.
struct KerasFunction: KerasLayerKind {
    static let classNames = ["TFOpLambda"] + elementwise.keys.filter { $0.first?.isUppercase ?? false }.sorted()

    private let arithmetic: Binary.Kind?
    private let function: ElementwiseFunction?

    init(_ arguments: inout KerasArguments) {
        let isTensorFlows = arguments.declaration.className == "TFOpLambda"
        let name = isTensorFlows ? arguments["function"]?.string ?? "" : arguments.declaration.className
        arithmetic = Self.arithmetic[name]
        function = Self.elementwise[name]
        if arithmetic == nil, function == nil {
            let known = (Self.arithmetic.keys + Self.elementwise.keys.filter { $0.contains(".") }).sorted()
            arguments.report("function", found: "'\(name)'", accepted: "a layer, or one of \(known.joined(separator: ", "))")
        }
    }

    private static let arithmetic: [String: Binary.Kind] = [
        "__operators__.add": .add, "math.add": .add, "math.subtract": .subtract, "math.multiply": .multiply,
        "math.divide": .divide, "math.truediv": .divide, "math.maximum": .maximum, "math.minimum": .minimum,
    ]

    private static let elementwise: [String: ElementwiseFunction] = [
        "nn.relu": .relu, "nn.relu6": .boundedRelu(slope: 0, maximum: 6, threshold: 0), "math.sigmoid": .sigmoid,
        "nn.sigmoid": .sigmoid, "nn.silu": .swish, "nn.swish": .swish, "math.tanh": .tanh, "nn.tanh": .tanh,
        "math.softplus": .softplus, "nn.elu": .elu(alpha: 1), "math.exp": .exp, "math.sqrt": .sqrt, "math.abs": .abs,
        "math.negative": .negate,
        "Relu": .relu, "Relu6": .boundedRelu(slope: 0, maximum: 6, threshold: 0), "Sigmoid": .sigmoid, "Silu": .swish,
        "Tanh": .tanh, "Softplus": .softplus, "Exp": .exp, "Sqrt": .sqrt, "Absolute": .abs, "Negative": .negate,
    ]

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        guard let arithmetic else {
            try requireOne(operands)
            return [try emitter.append(function, to: operands[0])]
        }
        let operands = try emitter.alignedOperands(operands)
        guard operands.count == 2 else { throw GraphError("\(operands.count) operands; two are expected") }
        var result = operands[0]
        result.value = try emitter.append(.binary(Binary(arithmetic)), operands.map(\.value))
        return [result]
    }
}
