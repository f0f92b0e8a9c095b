import Foundation
import PlanFormat

/// The functions as Documentation/Numerics.md defines them, in double.
func activated(_ x: Double, _ activation: Activation) -> Double {
    let (a, b, c) = (Double(activation.a), Double(activation.b), Double(activation.c))
    func larger(_ p: Double, _ q: Double) -> Double { p > q ? p : q }
    func smaller(_ p: Double, _ q: Double) -> Double { p < q ? p : q }
    switch activation.function {
    case .identity: return x
    case .relu: return larger(0, x)
    case .boundedRelu: return x < c ? a * (x - c) : smaller(b, x)
    case .leakyRelu: return x < 0 ? a * x : x
    case .elu: return x < 0 ? a * expm1(x) : x
    case .selu: return b * (x < 0 ? a * expm1(x) : x)
    case .celu: return x < 0 ? a * expm1(x / a) : x
    case .sigmoid: return 1 / (1 + exp(-x))
    case .hardSigmoid: return larger(0, smaller(1, a * x + b))
    case .swish: return x / (1 + exp(-x))
    case .hardSwish: return x * larger(0, smaller(1, x / 6 + 0.5))
    case .tanh: return tanh(x)
    case .softplus: return x > 30 ? x : log1p(exp(x))
    case .softsign: return x / (1 + x.magnitude)
    case .mish: return x * tanh(x > 30 ? x : log1p(exp(x)))
    case .gelu: return x * (1 + erf(x / 2.0.squareRoot())) / 2
    case .geluTanh: return x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .clip: return smaller(b, larger(a, x))
    case .exp: return exp(x)
    case .log: return log(x)
    case .sqrt: return x.squareRoot()
    case .abs: return x.magnitude
    case .negate: return -x
    case .reciprocal: return 1 / x
    case .floor: return x.rounded(.down)
    case .ceil: return x.rounded(.up)
    case .erf: return erf(x)
    case .round: return x.rounded(.toNearestOrEven)
    case .sign: return x > 0 ? 1 : x < 0 ? -1 : x
    case .sin: return sin(x)
    case .cos: return cos(x)
    case .tan: return tan(x)
    case .asin: return asin(x)
    case .acos: return acos(x)
    case .atan: return atan(x)
    case .sinh: return sinh(x)
    case .cosh: return cosh(x)
    case .asinh: return asinh(x)
    case .acosh: return acosh(x)
    case .atanh: return atanh(x)
    }
}

/// With plausible parameters.
func exampleActivation(_ function: Activation.Function) -> Activation {
    switch function {
    case .boundedRelu: Activation(function, 0.1, 1.5, 0.25)
    case .leakyRelu: Activation(function, 0.2)
    case .elu: Activation(function, 0.7)
    case .selu: Activation(function, 1.6732632, 1.0507010)
    case .celu: Activation(function, 1.3)
    case .hardSigmoid: Activation(function, 0.2, 0.5)
    case .clip: Activation(function, -0.5, 0.75)
    default: Activation(function)
    }
}
