import GraphIR

/// What a name of an ONNX graph stands for while the graph is converted.
struct ONNXValue: Sendable {
    enum Content: Sendable {
        /// A value of the function that is being built, with ONNX's own order of axes.
        case computed(ValueID)
        /// The same with the channels last, where ONNX has them second: `type` is `[N, C, H, W]`, the value `[N, H, W, C]`.
        case image(ValueID)
        case constant(Constant)
        /// Numbers that the importer computes with, such as shapes.
        case known(KnownTensor)
        /// The result of a node that could not be converted and is reported already.
        case missing
    }
    var content: Content
    /// With ONNX's order of axes.
    var type: TensorType
    /// The type that the model's floats have, which are computed in float32. Nil where an operator has not said it of its result: then
    /// it is that of the operator's first float operand.
    var precision: ElementType?

    init(_ content: Content, _ type: TensorType, precision: ElementType? = nil) {
        self.content = content
        self.type = type
        self.precision = precision
    }

    /// A constant of any type, whose floats become float32.
    init(_ constant: Constant, precision: ElementType) {
        let computable = constant.computable
        self.init(.constant(computable), computable.type, precision: precision)
    }

    static func constant(_ constant: Constant) -> ONNXValue { ONNXValue(.constant(constant), constant.type) }
    static func known(_ tensor: KnownTensor) -> ONNXValue {
        ONNXValue(
            .known(tensor), TensorType(tensor.element, tensor.shape.map { Dimension($0) }), precision: tensor.precision)
    }
    static let missing = ONNXValue(.missing, TensorType([]))

    var rank: Int { type.rank }
    var shape: [Dimension] { type.shape }

    var isMissing: Bool {
        if case .missing = content { true } else { false }
    }

    /// The elements, where they are known and few.
    var known: KnownTensor? {
        switch content {
        case .known(let tensor): tensor
        case .constant(let constant): KnownTensor(constant, precision: precision)
        default: nil
        }
    }

    /// The value as a constant, where every element is a number.
    var constant: Constant? {
        switch content {
        case .constant(let constant): constant
        case .known(let tensor): tensor.constant
        default: nil
        }
    }

    /// From ONNX's order of axes to the IR's order for images.
    static let channelsLast = [0, 2, 3, 1]
    /// And back.
    static let channelsSecond = [0, 3, 1, 2]
}

extension ONNXValue {
    /// The type that the model's value has.
    var exactElement: ElementType { type.element == .float32 ? precision ?? .float32 : type.element }

    /// The type that an output has, which the file gives for all but a few old models.
    func borderElement(declared: ElementType?) -> ElementType {
        guard let declared, declared.isFloat, type.element == .float32 else { return exactElement }
        return declared
    }

    func with(precision: ElementType?) -> ONNXValue {
        var result = self
        result.precision = precision
        return result
    }
}
