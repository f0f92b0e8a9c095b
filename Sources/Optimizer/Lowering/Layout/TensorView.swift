import GraphIR
import PlanFormat

/// A tensor as a window on a dense one: element p lies at `offset + Σ p[i] · strides[i]` of its base. Transposing, slicing
/// and repeating a tensor make another view of the same base, and no operation.
struct TensorView: Hashable, Sendable {
    enum Base: Hashable, Sendable {
        /// An input of the model, as the caller gives it.
        case input(Int)
        case constant(ConstantID)
        /// A plain value of the plan.
        case value(PlanValueID)
    }
    var base: Base
    var element: ElementType
    var shape: [Int]
    var offset = 0
    /// 0 along an axis of one element.
    var strides: [Int]

    /// All of a base, in its order.
    init(_ base: Base, _ element: ElementType, _ shape: [Int]) {
        self.base = base
        self.element = element
        self.shape = shape
        strides = Self.rowMajor(shape)
    }

    private init(_ view: TensorView, _ shape: [Int], _ strides: [Int], offset: Int? = nil) {
        base = view.base
        element = view.element
        self.shape = shape
        self.offset = offset ?? view.offset
        self.strides = zip(shape, strides).map { $0 == 1 ? 0 : $1 }
    }

    /// Strides of a dense tensor; 0 along an axis of one element.
    static func rowMajor(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 0, count: shape.count)
        var stride = 1
        for axis in shape.indices.reversed() where shape[axis] != 1 {
            strides[axis] = stride
            stride *= shape[axis]
        }
        return strides
    }

    var elementCount: Int { shape.reduce(1, *) }
    /// Whether the elements follow each other in row-major order.
    var isRowMajor: Bool { strides == Self.rowMajor(shape) }
    var isForward: Bool { strides.allSatisfy { $0 >= 0 } }

    /// Whether the view is of the first elements of a constant, in their order.
    var isDenseConstant: Bool {
        if case .constant = base { offset == 0 && isRowMajor } else { false }
    }

    /// The layouts in which the rows of an input can be read as the images that this view of it is.
    /// - Parameter type: the input's.
    func imageLayouts(ofInput type: TensorType) -> [EntryPoint.Layout] {
        guard element == .float32 || element == .uint8, element == type.element, shape.count == 4, offset == 0, elementCount > 0,
            let sides = type.staticShape, sides.count == 4
        else { return [] }
        let input = TensorView(base, element, sides)
        return (self == input ? [.nhwc] : []) + (self == input.transposed([0, 2, 3, 1]) ? [.nchw] : [])
    }

    func transposed(_ permutation: [Int]) -> TensorView {
        TensorView(self, permutation.map { shape[$0] }, permutation.map { strides[$0] })
    }

    /// Every `steps[i]`-th element of each axis, `counts[i]` of them from `starts[i]` on.
    func sliced(starts: [Int], steps: [Int], counts: [Int]) -> TensorView {
        let first = zip(starts, strides).reduce(offset) { $0 + $1.0 * $1.1 }
        let steps = shape.indices.map { counts[$0] == 1 ? 0 : strides[$0] * steps[$0] }
        return TensorView(self, counts, steps, offset: first)
    }

    /// As NumPy broadcasts: sides of 1 and missing ones in front are repeated.
    func broadcast(to target: [Int]) -> TensorView {
        let missing = target.count - shape.count
        let sides = [Int](repeating: 1, count: missing) + shape
        let all = [Int](repeating: 0, count: missing) + strides
        return TensorView(self, target, target.indices.map { sides[$0] == target[$0] ? all[$0] : 0 })
    }

    /// The first elements along the last axes.
    func dropping(_ axes: Int) -> TensorView {
        TensorView(self, shape.dropLast(axes), strides.dropLast(axes))
    }

    /// The same elements in row-major order under another shape; nil where no strides can say so.
    func reshaped(to target: [Int]) -> TensorView? {
        if isRowMajor { return TensorView(self, target, Self.rowMajor(target)) }
        // Sides of 1 come and go.
        let kept = shape.indices.filter { shape[$0] != 1 }
        guard kept.map({ shape[$0] }) == target.filter({ $0 != 1 }) else { return nil }
        var next = kept.makeIterator()
        return TensorView(self, target, target.map { side in side == 1 ? 0 : next.next().map { strides[$0] } ?? 0 })
    }
}

/// Loops over tensors of one shape, with axes that all of them walk alike made one.
struct LoopNest {
    private(set) var counts: [Int] = []
    /// By operand, then by axis.
    private(set) var strides: [[Int]]

    init(_ shape: [Int], _ operands: [[Int]]) {
        strides = operands.map { _ in [] }
        for axis in shape.indices where shape[axis] != 1 {
            let isOneWithLast =
                !counts.isEmpty
                && operands.indices.allSatisfy {
                    strides[$0][counts.count - 1] == operands[$0][axis] * shape[axis]
                }
            if isOneWithLast {
                counts[counts.count - 1] *= shape[axis]
                for operand in operands.indices { strides[operand][counts.count - 1] = operands[operand][axis] }
            } else {
                counts.append(shape[axis])
                for operand in operands.indices { strides[operand].append(operands[operand][axis]) }
            }
        }
    }

    var loop: PlainLoop { PlainLoop(counts) }

    func view(_ operand: Int, offset: Int = 0) -> PlainView { PlainView(offset: offset, strides: strides[operand]) }
}
