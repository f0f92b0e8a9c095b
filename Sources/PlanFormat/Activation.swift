/// A function of one float that is applied to every element of a result, with up to three parameters. The codes are those of
/// the file.
public struct Activation: Hashable, Sendable {
    public enum Function: UInt32, Hashable, Sendable, CaseIterable {
        case identity = 0
        case relu = 1
        case boundedRelu = 2
        case leakyRelu = 3
        case elu = 4
        case selu = 5
        case celu = 6
        case sigmoid = 7
        case hardSigmoid = 8
        case swish = 9
        case hardSwish = 10
        case tanh = 11
        case softplus = 12
        case softsign = 13
        case mish = 14
        case gelu = 15
        case geluTanh = 16
        case clip = 17
        case exp = 18
        case log = 19
        case sqrt = 20
        case abs = 21
        case negate = 22
        case reciprocal = 23
        case floor = 24
        case ceil = 25
        case erf = 26
        case round = 27
        case sign = 28
        case sin = 29
        case cos = 30
        case tan = 31
        case asin = 32
        case acos = 33
        case atan = 34
        case sinh = 35
        case cosh = 36
        case asinh = 37
        case acosh = 38
        case atanh = 39
    }
    public var function: Function
    /// The function's parameters, in the order of the arguments in GraphIR's `ElementwiseFunction`. Those that it does not have
    /// are 0.
    public var a: Float
    public var b: Float
    public var c: Float
    public init(_ function: Function, _ a: Float = 0, _ b: Float = 0, _ c: Float = 0) {
        self.function = function
        self.a = a
        self.b = b
        self.c = c
    }
    public static let identity = Activation(.identity)
}

extension WordWriter {
    mutating func put(_ activation: Activation) {
        words.append(activation.function.rawValue)
        put(activation.a)
        put(activation.b)
        put(activation.c)
    }
}

extension WordReader {
    mutating func activation() throws(PlanError) -> Activation {
        let code = try word()
        guard let function = Activation.Function(rawValue: code) else {
            throw PlanError(.corrupt, ".activation: function \(code) is not known")
        }
        return Activation(function, try float(), try float(), try float())
    }
}
