import GraphIR

extension ElementwiseFunction {
    /// Replaces each element by its function value.
    public func apply(to elements: inout [Float]) {
        elements.withUnsafeMutableBufferPointer { buffer in
            // Nearly all activations of a network are this one, and a loop without a switch inside takes a tenth of the time.
            if self == .relu {
                for position in buffer.indices { buffer[position] = maximumOf(0, buffer[position]) }
                return
            }
            for position in buffer.indices { buffer[position] = self(buffer[position]) }
        }
    }

    /// The function's value: comparisons as in `Documentation/Numerics.md`, everything else in Double and rounded once.
    public func callAsFunction(_ x: Float) -> Float {
        let wide = Double(x)
        switch self {
        case .relu: return maximumOf(0, x)
        case .boundedRelu(let slope, let maximum, let threshold):
            return x < threshold ? Float(Double(slope) * (wide - Double(threshold))) : minimumOf(maximum, x)
        case .leakyRelu(let slope): return x < 0 ? slope * x : x
        case .clip(let minimum, let maximum): return minimumOf(maximum, maximumOf(minimum, x))
        case .hardSigmoid(let slope, let offset):
            return maximumOf(0, minimumOf(1, Float(Double(slope) * wide + Double(offset))))
        case .hardSwish: return x * maximumOf(0, minimumOf(1, Float(wide / 6 + 0.5)))
        case .abs: return x.magnitude
        case .negate: return -x
        case .reciprocal: return 1 / x
        case .floor: return x.rounded(.down)
        case .ceil: return x.rounded(.up)
        case .sqrt: return x.squareRoot()
        case .elu(let alpha): return x < 0 ? Float(Double(alpha) * exponentialMinusOne(wide)) : x
        case .selu(let alpha, let scale):
            return Float(Double(scale) * (x < 0 ? Double(alpha) * exponentialMinusOne(wide) : wide))
        case .celu(let alpha): return x < 0 ? Float(Double(alpha) * exponentialMinusOne(wide / Double(alpha))) : x
        case .sigmoid: return Float(logistic(wide))
        case .swish: return Float(wide * logistic(wide))
        case .tanh: return Float(hyperbolicTangent(wide))
        case .softplus: return Float(logarithmOfOnePlusExponential(wide))
        case .softsign: return Float(wide / (1 + wide.magnitude))
        case .mish: return Float(wide * hyperbolicTangent(logarithmOfOnePlusExponential(wide)))
        case .gelu: return Float(wide * complementaryErrorFunction(-wide * 0.7071067811865476) / 2)
        case .geluTanh:
            return Float(wide * (1 + hyperbolicTangent(0.7978845608028654 * (wide + 0.044715 * wide * wide * wide))) / 2)
        case .exp: return Float(exponential(wide))
        case .log: return Float(logarithm(wide))
        case .erf: return Float(errorFunction(wide))
        case .round: return x.rounded(.toNearestOrEven)
        case .sign: return x > 0 ? 1 : x < 0 ? -1 : x
        case .sin: return Float(sine(x))
        case .cos: return Float(cosine(x))
        case .tan: return Float(tangent(x))
        case .asin: return Float(arcSine(wide))
        case .acos: return Float(arcCosine(wide))
        case .atan: return Float(arcTangent(wide))
        case .sinh: return Float(hyperbolicSine(wide))
        case .cosh: return Float((exponential(wide) + exponential(-wide)) / 2)
        case .asinh: return Float(areaSine(wide))
        case .acosh: return Float(areaCosine(wide))
        case .atanh: return Float(areaTangent(wide))
        }
    }
}
