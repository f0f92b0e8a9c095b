/// Which network of the IterNet family (Li et al. 2020, arXiv:1912.05763) it is.
struct IterNetMember: Hashable, Sendable {
    /// k: channels at full size. The U-Net has k, 2k, 4k, 8k, 16k; an iteration k, 2k, 4k.
    var baseChannels: Int
    /// N: how often the mini-U-Net runs; there are N + 1 outputs.
    var iterations: Int
    var inputChannels: Int
    /// Channels of each output: 1 for the vessels of a photograph, more for classes.
    var outputChannels = 1

    /// Layers with weights that do not depend on N: 22 of the U-Net, 12 shared ones, and the last head.
    static let fixedLayerCount = 35

    var description: String {
        let outputs = outputChannels == 1 ? "" : ", \(outputChannels) output channels"
        return "IterNet (k = \(baseChannels), N = \(iterations), \(inputChannels) input channel\(inputChannels == 1 ? "" : "s")\(outputs))"
    }
}

extension IterNetMember {
    private static let mostChannels = 4096
    private static let mostIterations = 100

    /// The member that weights of these shapes could belong to. k and the number of input channels come from the first kernel,
    /// and N from the number of equal heads at the end or, if there are none, from the number of layers. Nil if the first layer is
    /// not one that an IterNet begins with.
    ///
    /// - Parameter shapes: for each layer that has weights, their shapes in order.
    init?(weightShapes shapes: [[[Int]]]) {
        guard let first = shapes.first, let kernel = first.first, kernel.count == 4, kernel[0] == 3, kernel[1] == 3,
            (1...Self.mostChannels).contains(kernel[2]), (1...Self.mostChannels).contains(kernel[3])
        else { return nil }
        inputChannels = kernel[2]
        baseChannels = kernel[3]
        // No other 1x1 kernel of the network takes k channels.
        if let last = shapes.last?.first, last.count == 4, last.dropLast() == [1, 1, kernel[3]], (1...Self.mostChannels).contains(last[3]) {
            outputChannels = last[3]
        }
        let head = [1, 1, kernel[3], outputChannels]
        let heads = shapes.reversed().prefix { $0.first == head }.count
        let iterations = heads >= 2 ? heads - 1 : max(1, (shapes.count - Self.fixedLayerCount) / 2)
        guard iterations <= Self.mostIterations else { return nil }
        self.iterations = iterations
    }
}
