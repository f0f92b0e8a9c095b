import GraphIR

/// How an operation is computed on images: its kernels stand in the file of its family.
protocol ImageLowering: BoundedOperation {
    /// Whether there is a kernel on images for the node, and it should be used. Asked where each result could be images and no
    /// operand is empty.
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool

    /// The operands that are read as images, in the order in which ``lowerImage(_:in:)`` reads them.
    func imageOperands(of node: Node) -> ArraySlice<ValueID>

    /// Adds the kernels for the image of the batch that is being lowered.
    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported)
}

extension ImageLowering {
    func imageOperands(of node: Node) -> ArraySlice<ValueID> { node.inputs.prefix(1) }
}

/// How an operation is computed on plain tensors of any rank and element type.
protocol PlainLowering: BoundedOperation {
    /// Follows which operands ``lowerPlain(_:in:)`` reads as plain tensors, and says what the results are.
    func layOutPlain(_ node: Node, in layouts: inout LayoutAnalysis)

    /// Adds the kernels, or only other views.
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported)
}

extension PlainLowering {
    /// All operands are read as plain tensors, and all results are such.
    func layOutPlain(_ node: Node, in layouts: inout LayoutAnalysis) {
        for operand in node.inputs { layouts.readWhole(operand) }
        for output in node.outputs { layouts.set(output, .plain) }
    }
}

/// What an operation has kernels for.
struct OperationLowering {
    /// Nil where it has no kernel on images.
    var images: (any ImageLowering)?
    /// Nil where it has no kernel on plain tensors.
    var plain: (any PlainLowering)?
}

extension Operation {
    /// The table of kernels: for every operation what computes it on images, and what computes it on plain tensors.
    var lowering: OperationLowering {
        switch self {
        case .constant(let operation): OperationLowering(plain: operation)
        case .convolution(let operation): OperationLowering(images: operation, plain: operation)
        case .transposedConvolution(let operation): OperationLowering(images: operation, plain: operation)
        case .pooling(let operation): OperationLowering(images: operation)
        case .globalPooling(let operation): OperationLowering(images: operation)
        case .batchNormalization(let operation): OperationLowering(images: operation, plain: operation)
        case .elementwise(let operation): OperationLowering(images: operation, plain: operation)
        case .binary(let operation): OperationLowering(images: operation, plain: operation)
        case .concatenation(let operation): OperationLowering(images: operation, plain: operation)
        case .padding(let operation): OperationLowering(images: operation, plain: operation)
        case .resize(let operation): OperationLowering(images: operation, plain: operation)
        case .reshape(let operation): OperationLowering(plain: operation)
        case .transpose(let operation): OperationLowering(plain: operation)
        case .matrixMultiplication(let operation): OperationLowering(images: operation, plain: operation)
        case .softmax(let operation): OperationLowering(images: operation, plain: operation)
        case .cast(let operation): OperationLowering(images: operation, plain: operation)
        case .comparison(let operation): OperationLowering(plain: operation)
        case .logical(let operation): OperationLowering(plain: operation)
        case .selection(let operation): OperationLowering(plain: operation)
        case .slice(let operation): OperationLowering(images: operation, plain: operation)
        case .gather(let operation): OperationLowering(plain: operation)
        case .reduction(let operation): OperationLowering(plain: operation)
        case .scatter(let operation): OperationLowering(plain: operation)
        case .topPositions(let operation): OperationLowering(plain: operation)
        case .cumulative(let operation): OperationLowering(plain: operation)
        case .argumentMaximum(let operation): OperationLowering(plain: operation)
        case .expansion(let operation): OperationLowering(plain: operation)
        case .tiling(let operation): OperationLowering(plain: operation)
        case .normalization(let operation): OperationLowering(plain: operation)
        case .quantization(let operation): OperationLowering(plain: operation)
        case .dequantization(let operation): OperationLowering(plain: operation)
        case .poolingPositions(let operation): OperationLowering(plain: operation)
        case .identity(let operation): OperationLowering(plain: operation)
        case .dropout(let operation): OperationLowering(plain: operation)
        case .call(let operation): OperationLowering(plain: operation)
        }
    }
}
