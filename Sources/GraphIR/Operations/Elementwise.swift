/// A function of one element. One operand, one result of the same type.
public struct Elementwise: Hashable, Sendable {
    public var function: ElementwiseFunction
    public init(_ function: ElementwiseFunction) { self.function = function }
}

/// The functions of one float that networks use, activations first.
public enum ElementwiseFunction: Sendable {
    case relu
    /// x < threshold ? slope·(x − threshold) : min(x, maximum). Keras' ReLU with its three arguments.
    case boundedRelu(slope: Float, maximum: Float, threshold: Float)
    case leakyRelu(slope: Float)
    /// x ≥ 0 ? x : alpha·(eˣ − 1)
    case elu(alpha: Float)
    /// scale·(x ≥ 0 ? x : alpha·(eˣ − 1))
    case selu(alpha: Float, scale: Float)
    /// max(0, x) + min(0, alpha·(e^(x/alpha) − 1))
    case celu(alpha: Float)
    case sigmoid
    /// max(0, min(1, slope·x + offset))
    case hardSigmoid(slope: Float, offset: Float)
    /// x·sigmoid(x)
    case swish
    /// x·max(0, min(1, x/6 + 1/2))
    case hardSwish
    case tanh
    /// log(1 + eˣ)
    case softplus
    /// x / (1 + |x|)
    case softsign
    /// x·tanh(log(1 + eˣ))
    case mish
    /// x·(1 + erf(x/√2))/2
    case gelu
    /// Its approximation by tanh (Hendrycks and Gimpel 2016).
    case geluTanh
    case clip(minimum: Float, maximum: Float)
    case exp
    case log
    case sqrt
    case abs
    case negate
    case reciprocal
    case floor
    case ceil
    case erf
    /// To an integer, halves to the even one.
    case round
    /// 1, −1 or the number itself, where it is 0 or NaN.
    case sign
    case sin
    case cos
    case tan
    /// The inverse functions give principal values, and NaN outside of their domain.
    case asin
    case acos
    case atan
    case sinh
    case cosh
    case asinh
    case acosh
    case atanh
}

extension ElementwiseFunction {
    /// The functions without their arguments; the raw value is the name in messages and in the textual form.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case relu
        case boundedRelu = "bounded-relu"
        case leakyRelu = "leaky-relu"
        case elu
        case selu
        case celu
        case sigmoid
        case hardSigmoid = "hard-sigmoid"
        case swish
        case hardSwish = "hard-swish"
        case tanh
        case softplus
        case softsign
        case mish
        case gelu
        case geluTanh = "gelu-tanh"
        case clip
        case exp
        case log
        case sqrt
        case abs
        case negate
        case reciprocal
        case floor
        case ceil
        case erf
        case round
        case sign
        case sin
        case cos
        case tan
        case asin
        case acos
        case atan
        case sinh
        case cosh
        case asinh
        case acosh
        case atanh

        /// The names of the function's arguments, in the order in which they are declared and written.
        public var parameterNames: [String] {
            switch self {
            case .boundedRelu: ["slope", "maximum", "threshold"]
            case .leakyRelu: ["slope"]
            case .elu, .celu: ["alpha"]
            case .selu: ["alpha", "scale"]
            case .hardSigmoid: ["slope", "offset"]
            case .clip: ["minimum", "maximum"]
            case .relu, .sigmoid, .swish, .hardSwish, .tanh, .softplus, .softsign, .mish, .gelu, .geluTanh, .exp, .log, .sqrt, .abs,
                .negate, .reciprocal, .floor, .ceil, .erf, .round, .sign, .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .asinh,
                .acosh, .atanh:
                []
            }
        }
    }

    /// - Parameter arguments: as many as the kind has parameters.
    init(_ kind: Kind, _ arguments: [Float]) {
        self =
            switch kind {
            case .boundedRelu: .boundedRelu(slope: arguments[0], maximum: arguments[1], threshold: arguments[2])
            case .leakyRelu: .leakyRelu(slope: arguments[0])
            case .elu: .elu(alpha: arguments[0])
            case .celu: .celu(alpha: arguments[0])
            case .selu: .selu(alpha: arguments[0], scale: arguments[1])
            case .hardSigmoid: .hardSigmoid(slope: arguments[0], offset: arguments[1])
            case .clip: .clip(minimum: arguments[0], maximum: arguments[1])
            case .relu: .relu
            case .sigmoid: .sigmoid
            case .swish: .swish
            case .hardSwish: .hardSwish
            case .tanh: .tanh
            case .softplus: .softplus
            case .softsign: .softsign
            case .mish: .mish
            case .gelu: .gelu
            case .geluTanh: .geluTanh
            case .exp: .exp
            case .log: .log
            case .sqrt: .sqrt
            case .abs: .abs
            case .negate: .negate
            case .reciprocal: .reciprocal
            case .floor: .floor
            case .ceil: .ceil
            case .erf: .erf
            case .round: .round
            case .sign: .sign
            case .sin: .sin
            case .cos: .cos
            case .tan: .tan
            case .asin: .asin
            case .acos: .acos
            case .atan: .atan
            case .sinh: .sinh
            case .cosh: .cosh
            case .asinh: .asinh
            case .acosh: .acosh
            case .atanh: .atanh
            }
    }

    public var kind: Kind {
        switch self {
        case .relu: .relu
        case .boundedRelu: .boundedRelu
        case .leakyRelu: .leakyRelu
        case .elu: .elu
        case .selu: .selu
        case .celu: .celu
        case .sigmoid: .sigmoid
        case .hardSigmoid: .hardSigmoid
        case .swish: .swish
        case .hardSwish: .hardSwish
        case .tanh: .tanh
        case .softplus: .softplus
        case .softsign: .softsign
        case .mish: .mish
        case .gelu: .gelu
        case .geluTanh: .geluTanh
        case .clip: .clip
        case .exp: .exp
        case .log: .log
        case .sqrt: .sqrt
        case .abs: .abs
        case .negate: .negate
        case .reciprocal: .reciprocal
        case .floor: .floor
        case .ceil: .ceil
        case .erf: .erf
        case .round: .round
        case .sign: .sign
        case .sin: .sin
        case .cos: .cos
        case .tan: .tan
        case .asin: .asin
        case .acos: .acos
        case .atan: .atan
        case .sinh: .sinh
        case .cosh: .cosh
        case .asinh: .asinh
        case .acosh: .acosh
        case .atanh: .atanh
        }
    }

    /// The function's name in messages and in the textual form.
    public var name: String { kind.rawValue }

    /// The function's arguments, in the order of its parameters' names.
    public var arguments: [Float] {
        switch self {
        case .boundedRelu(let slope, let maximum, let threshold): [slope, maximum, threshold]
        case .leakyRelu(let slope): [slope]
        case .elu(let alpha), .celu(let alpha): [alpha]
        case .selu(let alpha, let scale): [alpha, scale]
        case .hardSigmoid(let slope, let offset): [slope, offset]
        case .clip(let minimum, let maximum): [minimum, maximum]
        case .relu, .sigmoid, .swish, .hardSwish, .tanh, .softplus, .softsign, .mish, .gelu, .geluTanh, .exp, .log, .sqrt, .abs, .negate,
            .reciprocal, .floor, .ceil, .erf, .round, .sign, .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .asinh, .acosh, .atanh:
            []
        }
    }
}

/// Arguments are compared by their bits, see ``BitwiseFloat``.
extension ElementwiseFunction: Hashable {
    public static func == (lhs: ElementwiseFunction, rhs: ElementwiseFunction) -> Bool {
        lhs.kind == rhs.kind && lhs.arguments.elementsEqual(rhs.arguments) { $0.bitPattern == $1.bitPattern }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        for argument in arguments { hasher.combine(argument.bitPattern) }
    }
}

extension Elementwise: SingleResultOperation {
    static let kind = Operation.Kind.elementwise
    static let mnemonic = "elementwise"
    static let keywords = ElementwiseFunction.Kind.allCases.map(\.rawValue)
    var keyword: String { function.name }
    var operation: Operation { .elementwise(self) }

    var attributes: [String] {
        function.attributes
    }

    static func parse(_ scanner: inout TextScanner, keyword: String) throws(TextError) -> Elementwise {
        guard let function = ElementwiseFunction.Kind(rawValue: keyword) else { throw scanner.error("'\(keyword)' is no function") }
        return Elementwise(try scanner.function(function))
    }

    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireFloat(operands[0], "the operand")
        return operands[0]
    }
}
