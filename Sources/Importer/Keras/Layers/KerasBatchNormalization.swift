import GraphIR

/// BatchNormalization at inference, by the moving mean and variance.
struct KerasBatchNormalization: KerasLayerKind {
    /// TensorFlow 1.13 tells two by a number, and others compute the statistics over several devices in training.
    static let classNames = ["BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization"]

    private let axis: Int
    private let epsilon: Float
    private let scales: Bool
    private let centers: Bool

    init(_ arguments: inout KerasArguments) {
        axis = arguments.axis("axis", default: -1)
        epsilon = arguments.number("epsilon", default: 1e-3)
        scales = arguments.flag("scale", default: true)
        centers = arguments.flag("center", default: true)
        // Keras 1 could normalise by the statistics of the batch itself.
        arguments.require("mode", is: .number(0))
        arguments.require("renorm", is: .bool(false))
    }

    var weights: [KerasWeightRole] {
        (scales ? [KerasWeightRole(name: "gamma")] : []) + (centers ? [KerasWeightRole(name: "beta")] : [])
            + [.fixed("moving_mean"), .fixed("moving_variance")]
    }

    func apply(_ operands: [KerasTensor], in emitter: inout KerasEmitter) throws(GraphError) -> [KerasTensor] {
        try requireOne(operands)
        var tensor = operands[0]
        let rank = emitter.rank(of: tensor)
        let axis = try emitter.axis(axis, of: tensor)
        // The IR normalises the last axis; others are brought there and back.
        var back: [Int]?
        if tensor.storedAxis(axis) != rank - 1 {
            tensor = KerasTensor(value: try emitter.inModelOrder(tensor))
            let last = Array(0..<rank).filter { $0 != axis } + [axis]
            back = (0..<rank).map { last.firstIndex(of: $0) ?? 0 }
            tensor.value = try emitter.append(.transpose(Transpose(last)), [tensor.value], part: "axis_last")
        }
        let inputs = [tensor.value] + (try parameters(&emitter))
        tensor.value = try emitter.append(.batchNormalization(BatchNormalization(epsilon: epsilon)), inputs)
        if let back { tensor.value = try emitter.append(.transpose(Transpose(back)), [tensor.value], part: "axis_back") }
        return [tensor]
    }

    /// Scale, offset, mean and variance.
    private func parameters(_ emitter: inout KerasEmitter) throws(GraphError) -> [ValueID] {
        let count = (scales ? 1 : 0) + (centers ? 1 : 0)
        let shape = emitter.weightShape(count)
        guard shape.count == 1 else {
            throw emitter.wrongWeights("a mean \(shapeText(shape))", accepted: "one number a channel")
        }
        let ones = [Float](repeating: 1, count: shape[0])
        let zeros = [Float](repeating: 0, count: shape[0])
        return [
            scales ? try emitter.weight(0) : emitter.constant(ones, shape: shape, part: "gamma"),
            centers ? try emitter.weight(count - 1) : emitter.constant(zeros, shape: shape, part: "beta"),
            try emitter.weight(count), try emitter.weight(count + 1),
        ]
    }
}
