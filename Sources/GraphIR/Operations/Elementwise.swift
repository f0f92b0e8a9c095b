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
}

/// Arguments are compared by their bits, see ``BitwiseFloat``.
extension ElementwiseFunction: Hashable {
    public static func == (lhs: ElementwiseFunction, rhs: ElementwiseFunction) -> Bool {
        lhs.name == rhs.name && lhs.parameters.elementsEqual(rhs.parameters) { $0.value.bitPattern == $1.value.bitPattern }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        for parameter in parameters { hasher.combine(parameter.value.bitPattern) }
    }
}

extension Elementwise {
    func resultType(_ operands: [TensorType]) throws(GraphError) -> TensorType {
        try requireCount(operands, 1)
        try requireFloat(operands[0], "the operand")
        return operands[0]
    }
}
