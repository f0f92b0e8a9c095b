import GraphIR
import PlanFormat

extension Selection {
    /// From vectors that are computed: factor = scale / √(variance + epsilon), then x · factor + (offset − mean · factor),
    /// each step in float32.
    mutating func lowerPlain(_ normalization: BatchNormalization, _ node: Node) throws(Unsupported) {
        let shape = try tensor(node.outputs[0]).1
        let channels = Array(shape.suffix(1))
        var vectors: [TensorView] = []
        for input in node.inputs.dropFirst() { vectors.append(try plainView(input)) }
        let bits = normalization.epsilon.bitPattern
        let constant = try constantTensor(.float32, [], ConstantKey(sources: [], packing: .words([bits]))) {
            withUnsafeBytes(of: bits.littleEndian) { Array($0) }
        }
        let epsilon = TensorView(.value(constant), .float32, [])
        let sum = try combined(.add, vectors[3], epsilon, channels, node)
        guard case .value(let sumBase) = sum.base else { throw Unsupported("it has no plain form") }
        let root = try addPlain(
            .elementwise(PlainElementwise(Activation(.sqrt))), sources: [sumBase], .float32, channels, name: node.name)
        let factor = try combined(.divide, vectors[0], TensorView(.value(root), .float32, channels), channels, node)
        let moved = try combined(.multiply, vectors[2], factor, channels, node)
        let shift = try combined(.subtract, vectors[1], moved, channels, node)
        let scaled = try combined(.multiply, try plainView(node.inputs[0]), factor, shape, node)
        let activation = Activation(normalization.activation)
        forms[node.outputs[0]] = TensorForm(try combined(.add, scaled, shift, shape, node, activation: activation))
    }

    /// Arithmetic of two views as an operation of its own.
    private mutating func combined(
        _ kind: BinaryParameters.Kind, _ left: TensorView, _ right: TensorView, _ shape: [Int], _ node: Node,
        activation: Activation = .identity
    ) throws(Unsupported) -> TensorView {
        let operands = try nested(shape, [left.broadcast(to: shape), right.broadcast(to: shape)])
        let kernel = PlainArithmetic(
            kind, loop: operands.loop, left: operands.views[0], right: operands.views[1], activation: activation)
        let id = try addPlain(.arithmetic(kernel), sources: operands.bases, .float32, shape, name: node.name)
        return TensorView(.value(id), .float32, shape)
    }
}
