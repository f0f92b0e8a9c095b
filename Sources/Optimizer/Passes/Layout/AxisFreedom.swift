import GraphIR

/// How an operation that computes the same in any order of its axes reads its operands. ``AxisOrders`` chooses an order for each such
/// operation.
struct AxisFreedom {
    /// How an operand is read.
    enum Role {
        /// It has as many axes as the operation works on, and is read with them in the operation's order.
        case ordered
        /// It has fewer axes and is broadcast as NumPy does: as if axes of one element stood in front.
        case broadcast
        /// Its axes have nothing to do with the operation's, and it is read as it is: the scale of a quantization.
        case fixed
    }
    /// Number of axes that the operation works on.
    var rank: Int
    /// One for each operand.
    var roles: [Role]
    /// Axes that the operation works on and its results do not have, such as those that a reduction sums over.
    var removedAxes: Set<Int> = []
}

extension Operation {
    /// Nil for an operation whose axes mean something, such as those of an image.
    func axisFreedom(_ operands: [TensorType]) -> AxisFreedom? {
        switch self {
        // What is only stored is not transposed either.
        case .cast(let cast) where cast.element.isStorageOnly || operands[0].element.isStorageOnly: return nil
        case .elementwise, .softmax, .identity, .dropout, .padding, .concatenation, .cast, .slice, .tiling, .normalization, .cumulative,
            .topPositions:
            return AxisFreedom(rank: operands[0].rank, roles: operands.map { _ in .ordered })
        case .binary, .comparison, .logical, .selection:
            return .broadcasting(operands, rank: operands.map(\.rank).max() ?? 0)
        case .expansion(let expansion):
            return .broadcasting(operands, rank: max(operands[0].rank, expansion.shape.count))
        case .reduction(let reduction):
            let removed = reduction.keepsAxes ? [] : Set(reduction.axes)
            return AxisFreedom(rank: operands[0].rank, roles: [.ordered], removedAxes: removed)
        case .argumentMaximum(let maximum):
            return AxisFreedom(rank: operands[0].rank, roles: [.ordered], removedAxes: maximum.keepsAxis ? [] : [maximum.axis])
        case .gather(let gather) where operands[1].rank <= 1:
            let removed: Set<Int> = operands[1].rank == 0 ? [gather.axis] : []
            return AxisFreedom(rank: operands[0].rank, roles: [.ordered, .fixed], removedAxes: removed)
        case .quantization, .dequantization:
            // One scale, one for each position of an axis, or one for each element.
            let role = operands[0].rank > 1 && operands[1].rank == operands[0].rank ? AxisFreedom.Role.ordered : .fixed
            return AxisFreedom(rank: operands[0].rank, roles: [.ordered] + operands.dropFirst().map { _ in role })
        case .resize(let resize):
            return resize.isOfImages(operands[0]) ? nil : AxisFreedom(rank: operands[0].rank, roles: [.ordered])
        case .constant, .convolution, .transposedConvolution, .pooling, .poolingPositions, .globalPooling, .batchNormalization,
            .reshape, .transpose, .matrixMultiplication, .gather, .scatter, .call:
            return nil
        }
    }

    /// The operation for operands whose axes are in another order, with the axes in its attributes renumbered. Nil where it would
    /// not give the same bits, and for operations without ``axisFreedom(_:)``.
    func reordered(_ order: Permutation) -> Operation? {
        switch self {
        case .elementwise, .identity, .dropout, .binary, .cast, .comparison, .logical, .selection: self
        case .softmax(let softmax): .softmax(Softmax(axis: order.position(of: softmax.axis), logarithm: softmax.logarithm))
        case .padding(let padding): .padding(Padding(padding.mode, amounts: order(padding.amounts)))
        case .concatenation(let concatenation): .concatenation(Concatenation(axis: order.position(of: concatenation.axis)))
        case .slice(let slice): .slice(Slice(order(slice.axes)))
        case .tiling(let tiling): .tiling(Tiling(order(tiling.repeats)))
        case .gather(let gather): .gather(Gather(axis: order.position(of: gather.axis)))
        case .quantization(let quantization):
            .quantization(Quantization(axis: quantization.axis.map(order.position), to: quantization.element))
        case .dequantization(let dequantization):
            .dequantization(Dequantization(axis: dequantization.axis.map(order.position)))
        case .expansion(let expansion):
            .expansion(expansion.reordered(order))
        case .reduction(let reduction):
            order.positions(of: reduction.axes).map {
                .reduction(Reduction(reduction.kind, axes: $0, keepsAxes: reduction.keepsAxes))
            }
        case .argumentMaximum(let maximum): .argumentMaximum(maximum.moved(to: order.position(of: maximum.axis)))
        case .cumulative(let cumulative): .cumulative(cumulative.moved(to: order.position(of: cumulative.axis)))
        case .topPositions(let top):
            .topPositions(TopPositions(axis: order.position(of: top.axis), count: top.count, largest: top.largest))
        case .normalization(let normalization):
            order.positions(of: normalization.axes).map {
                .normalization(Normalization(axes: $0, epsilon: normalization.epsilon))
            }
        case .resize(let resize): order.positions(of: resize.axes.map(\.axis)).map { .resize(resize.moved(to: $0)) }
        case .constant, .convolution, .transposedConvolution, .pooling, .poolingPositions, .globalPooling, .batchNormalization,
            .reshape, .transpose, .matrixMultiplication, .scatter, .call:
            nil
        }
    }
}

extension AxisFreedom {
    fileprivate static func broadcasting(_ operands: [TensorType], rank: Int) -> AxisFreedom {
        AxisFreedom(rank: rank, roles: operands.map { $0.rank == rank ? .ordered : .broadcast })
    }
}

extension Permutation {
    /// Where ascending axes are in the new order. Nil unless they still ascend there: an operation that goes over several axes, one
    /// after another, would round differently if it went over them in another order.
    fileprivate func positions(of axes: [Int]) -> [Int]? {
        let positions = axes.map(position)
        return zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 } ? positions : nil
    }
}

extension Expansion {
    fileprivate func reordered(_ order: Permutation) -> Expansion {
        Expansion(to: order([Dimension](repeating: 1, count: order.axes.count - shape.count) + shape))
    }
}

extension ArgumentMaximum {
    fileprivate func moved(to axis: Int) -> ArgumentMaximum {
        ArgumentMaximum(axis: axis, keepsAxis: keepsAxis, selectsLast: selectsLast)
    }
}

extension Cumulative {
    fileprivate func moved(to axis: Int) -> Cumulative {
        var result = self
        result.axis = axis
        return result
    }
}

extension Resize {
    /// Whether it works on the rows and columns of images `[N, H, W, C]`, for which there are kernels that run row by row.
    fileprivate func isOfImages(_ operand: TensorType) -> Bool {
        operand.rank == 4 && operand.element == .float32 && axes.allSatisfy { $0.axis == 1 || $0.axis == 2 }
    }

    fileprivate func moved(to axes: [Int]) -> Resize {
        var result = self
        for (index, axis) in axes.enumerated() { result.axes[index].axis = axis }
        return result
    }
}
