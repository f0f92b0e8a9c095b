import TestSupport

@testable import GraphIR

/// A valid graph of some twenty nodes over images with symbolic sides; steps that do not fit are left out.
func randomGraph(_ random: inout SplitMix64) throws -> Graph {
    var table = ConstantTable()
    var builder = FunctionBuilder(name: "main")
    let h = Dimension(symbol: "h", times: Int.random(in: 1...16, using: &random))
    let w = Dimension(symbol: "w", times: Int.random(in: 1...16, using: &random)) + Dimension(Int.random(in: 0...3, using: &random))
    var images = [builder.input("image", TensorType([1, h, w, Dimension(Int.random(in: 1...5, using: &random))]))]
    for step in 0..<20 {
        let image = images[Int.random(in: 0..<images.count, using: &random)]
        let channels = builder.type(of: image).shape[3].constant ?? 1
        var operands = [image]
        let operation = randomOperation(&random, channels: channels)
        switch operation {
        case .convolution(let convolution):
            let outputs = Int.random(in: 1...4, using: &random) * convolution.groups
            let size = convolution.window.size
            let shape = [size.height, size.width, channels / convolution.groups, outputs]
            operands.append(builder.constant(randomConstant(&random, shape), into: &table, name: "layer \(step)/kernel"))
            if convolution.hasBias { operands.append(builder.constant(randomConstant(&random, [outputs]), into: &table, name: "bias")) }
        case .binary, .concatenation:
            operands.append(images[Int.random(in: 0..<images.count, using: &random)])
        default: break
        }
        if let results = try? builder.append(operation, operands, name: "layer \(step)") { images += results }
    }
    for (index, image) in images.suffix(2).enumerated() { builder.output("out\(index)", image) }
    return Graph(main: builder.finish(), constants: table)
}

private func randomOperation(_ random: inout SplitMix64, channels: Int) -> Operation {
    let window = randomWindow(&random)
    let activations: [ElementwiseFunction?] = [
        nil, .relu, .elu(alpha: Float.random(in: 0...1, using: &random)), .clip(minimum: -1, maximum: 1),
    ]
    let activation = activations[Int.random(in: 0..<4, using: &random)]
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1:
        let pooling = Bool.random(using: &random) ? PoolingEpilogue(size: Spatial(2, 1), keepsUnpooled: Bool.random(using: &random)) : nil
        return .convolution(
            Convolution(
                window: window, groups: Bool.random(using: &random) ? channels : 1, hasBias: Bool.random(using: &random),
                activation: activation, pooling: pooling))
    case 2:
        var rounded = window
        rounded.roundsUp = Bool.random(using: &random)
        return .pooling(Pooling(.maximum, window: rounded))
    case 3: return .binary(Binary(.add, activation: activation))
    case 4: return .concatenation(Concatenation(axis: 3))
    case 5: return .padding(Padding(.constant(0), amounts: [.init(0, 0), .init(1, 0), .init(-1, 2), .init(0, 0)]))
    case 6: return .resize(Resize(rows: .factor(2), columns: .factor(3), interpolation: .linear))
    default: return .elementwise(Elementwise(.boundedRelu(slope: .random(in: 0...1, using: &random), maximum: .infinity, threshold: 0)))
    }
}

private func randomWindow(_ random: inout SplitMix64) -> Window {
    let size = Spatial(Int.random(in: 1...3, using: &random), Int.random(in: 1...3, using: &random))
    let paddings: [WindowPadding] = [
        .none, .same, .sameLower, .explicit(top: size.height - 1, left: 0, bottom: 0, right: size.width - 1),
    ]
    return Window(
        size: size, strides: Spatial(Int.random(in: 1...3, using: &random), Int.random(in: 1...2, using: &random)),
        dilations: Spatial(Int.random(in: 1...2, using: &random), 1), padding: paddings[Int.random(in: 0..<4, using: &random)])
}

private func randomConstant(_ random: inout SplitMix64, _ shape: [Int]) -> Constant {
    Constant((0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &random) }, shape: shape)
}
