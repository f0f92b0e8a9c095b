import GraphIR

/// A function that a recurrent cell applies.
enum RecurrentFunction {
    case elementwise(ElementwiseFunction)
    /// alpha·x + beta
    case affine(alpha: Float, beta: Float)
    /// alpha·tanh(beta·x)
    case scaledTanh(alpha: Float, beta: Float)
    /// x ≥ alpha ? x : 0
    case thresholdedRelu(alpha: Float)

    func apply(_ value: ONNXValue, _ conversion: inout ONNXConversion, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        switch self {
        case .elementwise(let function): return try conversion.elementwise(function, value, call)
        case .affine(let alpha, let beta):
            let scaled = try conversion.binary(.multiply, value, .constant(alpha), call)
            return try conversion.binary(.add, scaled, .constant(beta), call)
        case .scaledTanh(let alpha, let beta):
            let scaled = try conversion.binary(.multiply, value, .constant(beta), call)
            return try conversion.binary(.multiply, try conversion.elementwise(.tanh, scaled, call), .constant(alpha), call)
        case .thresholdedRelu(let alpha):
            let isKept = try conversion.compare(.greaterOrEqual, value, .constant(alpha), call)
            return try conversion.select(isKept, value, .constant(0), call)
        }
    }
}

/// The functions of a node's attributes. Each one that has parameters takes the next of the lists of alphas and betas.
struct RecurrentFunctions {
    private let names: [String]
    private let alphas: [Float]
    private let betas: [Float]
    private var index = 0
    private var alpha = 0
    private var beta = 0

    init(_ call: ONNXCall, _ kind: RecurrentCell.Kind, directions: Int) throws(ONNXError) {
        let fallback = Array([[String]](repeating: kind.defaultFunctions, count: directions).joined())
        names = try call.strings("activations") ?? fallback
        guard names.count == fallback.count else {
            throw .corrupt(nil, attribute: "activations", "\(names.count) functions", accepted: "\(fallback.count)")
        }
        alphas = try call.floats("activation_alpha") ?? []
        betas = try call.floats("activation_beta") ?? []
    }

    /// The next `count` functions.
    mutating func next(_ count: Int) throws(ONNXError) -> [RecurrentFunction] {
        var functions: [RecurrentFunction] = []
        for name in names[index..<(index + count)] { functions.append(try function(name)) }
        index += count
        return functions
    }

    private mutating func function(_ name: String) throws(ONNXError) -> RecurrentFunction {
        switch name.lowercased() {
        case "relu": return .elementwise(.relu)
        case "tanh": return .elementwise(.tanh)
        case "sigmoid": return .elementwise(.sigmoid)
        case "softsign": return .elementwise(.softsign)
        case "softplus": return .elementwise(.softplus)
        case "leakyrelu": return .elementwise(.leakyRelu(slope: nextAlpha(0.01)))
        case "elu": return .elementwise(.elu(alpha: nextAlpha(1)))
        case "hardsigmoid": return .elementwise(.hardSigmoid(slope: nextAlpha(0.2), offset: nextBeta(0.5)))
        case "thresholdedrelu": return .thresholdedRelu(alpha: nextAlpha(1))
        case "affine": return .affine(alpha: nextAlpha(1), beta: nextBeta(0))
        case "scaledtanh": return .scaledTanh(alpha: nextAlpha(1), beta: nextBeta(1))
        default:
            throw .unsupported(
                nil, attribute: "activations", "'\(name)'",
                accepted: "Affine, Elu, HardSigmoid, LeakyRelu, Relu, ScaledTanh, Sigmoid, Softplus, Softsign, Tanh, ThresholdedRelu")
        }
    }

    private mutating func nextAlpha(_ fallback: Float) -> Float {
        alpha += 1
        return alpha <= alphas.count ? alphas[alpha - 1] : fallback
    }

    private mutating func nextBeta(_ fallback: Float) -> Float {
        beta += 1
        return beta <= betas.count ? betas[beta - 1] : fallback
    }
}
