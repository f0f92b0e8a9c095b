extension ElementwiseFunction {
    /// The function's name in messages and in the textual form.
    public var name: String {
        switch self {
        case .relu: "relu"
        case .boundedRelu: "bounded-relu"
        case .leakyRelu: "leaky-relu"
        case .elu: "elu"
        case .selu: "selu"
        case .celu: "celu"
        case .sigmoid: "sigmoid"
        case .hardSigmoid: "hard-sigmoid"
        case .swish: "swish"
        case .hardSwish: "hard-swish"
        case .tanh: "tanh"
        case .softplus: "softplus"
        case .softsign: "softsign"
        case .mish: "mish"
        case .gelu: "gelu"
        case .geluTanh: "gelu-tanh"
        case .clip: "clip"
        case .exp: "exp"
        case .log: "log"
        case .sqrt: "sqrt"
        case .abs: "abs"
        case .negate: "negate"
        case .reciprocal: "reciprocal"
        case .floor: "floor"
        case .ceil: "ceil"
        case .erf: "erf"
        }
    }

    /// The function's arguments with their names, in the order in which they are declared and written.
    public var parameters: [(name: String, value: Float)] {
        switch self {
        case .boundedRelu(let slope, let maximum, let threshold):
            [("slope", slope), ("maximum", maximum), ("threshold", threshold)]
        case .leakyRelu(let slope): [("slope", slope)]
        case .elu(let alpha), .celu(let alpha): [("alpha", alpha)]
        case .selu(let alpha, let scale): [("alpha", alpha), ("scale", scale)]
        case .hardSigmoid(let slope, let offset): [("slope", slope), ("offset", offset)]
        case .clip(let minimum, let maximum): [("minimum", minimum), ("maximum", maximum)]
        case .relu, .sigmoid, .swish, .hardSwish, .tanh, .softplus, .softsign, .mish, .gelu, .geluTanh, .exp, .log, .sqrt,
            .abs, .negate, .reciprocal, .floor, .ceil, .erf:
            []
        }
    }

    /// One function of each name, with arguments of 0 where it has some.
    public static let prototypes: [ElementwiseFunction] = [
        .relu, .boundedRelu(slope: 0, maximum: 0, threshold: 0), .leakyRelu(slope: 0), .elu(alpha: 0), .selu(alpha: 0, scale: 0),
        .celu(alpha: 0), .sigmoid, .hardSigmoid(slope: 0, offset: 0), .swish, .hardSwish, .tanh, .softplus, .softsign, .mish, .gelu,
        .geluTanh, .clip(minimum: 0, maximum: 0), .exp, .log, .sqrt, .abs, .negate, .reciprocal, .floor, .ceil, .erf,
    ]

    /// This function with other arguments, as many as `parameters` has.
    func with(_ arguments: [Float]) -> ElementwiseFunction {
        switch self {
        case .boundedRelu: .boundedRelu(slope: arguments[0], maximum: arguments[1], threshold: arguments[2])
        case .leakyRelu: .leakyRelu(slope: arguments[0])
        case .elu: .elu(alpha: arguments[0])
        case .celu: .celu(alpha: arguments[0])
        case .selu: .selu(alpha: arguments[0], scale: arguments[1])
        case .hardSigmoid: .hardSigmoid(slope: arguments[0], offset: arguments[1])
        case .clip: .clip(minimum: arguments[0], maximum: arguments[1])
        case .relu, .sigmoid, .swish, .hardSwish, .tanh, .softplus, .softsign, .mish, .gelu, .geluTanh, .exp, .log, .sqrt,
            .abs, .negate, .reciprocal, .floor, .ceil, .erf:
            self
        }
    }
}
