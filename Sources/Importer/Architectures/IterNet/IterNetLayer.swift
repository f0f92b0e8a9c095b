/// One layer of an IterNet, as Keras lists it.
struct IterNetLayer: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case input(channels: Int)
        /// Square kernel, stride 1, zero padding that keeps the size.
        case convolution(size: Int, from: Int, to: Int, activation: Activation)
        /// Kernel 2x2, stride 2.
        case transposedConvolution(from: Int, to: Int)
        case relu
        case dropout
        /// Window 2x2, stride 2.
        case maxPooling
        case concatenation
    }

    enum Activation: String, Hashable, Sendable {
        case linear, sigmoid
        /// Of a head with several channels, which may compute either.
        case sigmoidOrSoftmax
    }

    var kind: Kind
    /// Where it stands in the network, for messages.
    var role: String
    /// For each application of the layer, the indices of the layers whose results it is applied to.
    var calls: [[Int]]

    /// The shapes of kernel and bias; empty for a layer without weights.
    var weightShapes: [[Int]] {
        switch kind {
        case .convolution(let size, let from, let to, _): [[size, size, from, to], [to]]
        // Keras stores the kernel of a transposed convolution with the output channels before the input channels.
        case .transposedConvolution(let from, let to): [[2, 2, to, from], [to]]
        case .input, .relu, .dropout, .maxPooling, .concatenation: []
        }
    }

    /// The Keras class that computes this.
    var className: String {
        switch kind {
        case .input: "InputLayer"
        case .convolution: "Conv2D"
        case .transposedConvolution: "Conv2DTranspose"
        case .relu: "ReLU"
        case .dropout: "Dropout"
        case .maxPooling: "MaxPooling2D"
        case .concatenation: "Concatenate"
        }
    }
}
