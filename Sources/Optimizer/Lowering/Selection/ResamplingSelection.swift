import GraphIR
import PlanFormat

extension Selection {
    /// One axis after the other, on rows.
    mutating func lower(_ resampling: Resampling, _ node: Node) throws(Unsupported) {
        guard let steps = parameters(of: resampling, node) else { throw Unsupported("it does not work row by row") }
        var source = try source(node.inputs[0])
        for (index, step) in steps.enumerated() {
            let weights = network.constants.insert(step.weights)
            let kernel = KernelParameters.resampling(step.parameters)
            if index == steps.count - 1 {
                try add(kernel, node, sources: [source], constants: [weights])
                continue
            }
            var size = network.values[source.index]
            if step.parameters.axis == .rows { size.height = step.size } else { size.width = step.size }
            size.ringRows = size.height
            let result = addValue(size, name: function[node.outputs[0]].name)
            network.operations.append(
                PlanOperation(kernel, sources: [source], results: [result], constants: [weights], name: Array(node.name.utf8)))
            source = result
        }
    }

    /// The kernels on images for each axis; nil where an operation has none.
    func parameters(of resampling: Resampling, _ node: Node) -> [AxisResampling]? {
        guard let sides = function.type(of: node.inputs[0]).staticShape, !resampling.axes.isEmpty else { return nil }
        var steps: [AxisResampling] = []
        for axis in resampling.axes {
            guard let step = AxisResampling(axis, inputSize: sides[axis.axis]) else { return nil }
            steps.append(step)
        }
        return steps
    }
}

/// How rows or columns are resampled by a kernel that finds the first tap of each element by a formula, because a reader
/// of plans has to know which rows a step reads.
struct AxisResampling {
    let parameters: ResamplingParameters
    /// Elements of the result.
    let size: Int
    /// Floats, `[size][taps]`.
    let weights: [UInt32]

    /// Nil for other axes than rows and columns, and where taps do not follow the positions of an exact ratio.
    init?(_ axis: Resampling.Axis, inputSize: Int) {
        guard let direction = [1: ResamplingParameters.Axis.rows, 2: .columns][axis.axis] else { return nil }
        let taps = axis.taps(inputSize: inputSize)
        guard taps.allSatisfy({ !$0.isEmpty }) else { return nil }
        let positions = axis.exactPositions(inputSize: inputSize)
        func floor(_ element: Int) -> Int {
            let position = positions.scale * element + positions.offset
            return position >= 0 ? position / positions.divisor : -((positions.divisor - 1 - position) / positions.divisor)
        }
        // Where the taps of all elements lie, as seen from their positions.
        var (low, high) = (Int.max, Int.min)
        for (element, taps) in taps.enumerated() {
            low = min(low, taps[0].index - floor(element))
            high = max(high, taps[taps.count - 1].index - floor(element))
        }
        let count = high - low + 1
        let most = taps.map { $0[$0.count - 1].index - $0[0].index + 1 }.max() ?? 0
        let offset = positions.offset + low * positions.divisor
        guard count <= most + 2, count <= FileLayout.largestExtent,
            max(positions.scale, abs(offset), positions.divisor) <= FileLayout.largestSampling
        else { return nil }
        var weights = [UInt32](repeating: 0, count: count * taps.count)
        for (element, taps) in taps.enumerated() {
            for tap in taps { weights[element * count + tap.index - floor(element) - low] = tap.weight.bitPattern }
        }
        parameters = ResamplingParameters(
            direction, AxisSampling(scale: positions.scale, offset: offset, divisor: positions.divisor), taps: count)
        size = axis.size
        self.weights = weights
    }
}

extension Resampling.Axis {
    /// Positions as fractions, near enough to the operation's own for a few more taps to reach what it reads.
    fileprivate func exactPositions(inputSize: Int) -> AxisSampling {
        if coordinates == .alignCorners, size > 1 { return AxisSampling(scale: inputSize - 1, offset: 0, divisor: size - 1) }
        let (step, divisor) = step(inputSize: inputSize)
        switch coordinates {
        case .asymmetric: return AxisSampling(scale: step, offset: 0, divisor: divisor)
        case .halfPixelForNearest: return AxisSampling(scale: 2 * step, offset: step, divisor: 2 * divisor)
        default: return AxisSampling(scale: 2 * step, offset: step - divisor, divisor: 2 * divisor)
        }
    }

    /// 1 / scale as a fraction: that of the lengths, or the nearest one with a small divisor.
    private func step(inputSize: Int) -> (dividend: Int, divisor: Int) {
        if scale == Float(size) / Float(inputSize) { return (inputSize, size) }
        // The convergents of the continued fraction.
        var (before, last) = ((dividend: 0, divisor: 1), (dividend: 1, divisor: 0))
        var rest = 1 / Double(scale)
        for _ in 0..<16 {
            let whole = rest.rounded(.down)
            guard whole <= Double(FileLayout.largestExtent) else { break }
            let next = (
                dividend: Int(whole) * last.dividend + before.dividend, divisor: Int(whole) * last.divisor + before.divisor
            )
            guard max(next.dividend, next.divisor) <= FileLayout.largestExtent else { break }
            (before, last) = (last, next)
            guard rest > whole else { break }
            rest = 1 / (rest - whole)
        }
        return last.divisor > 0 ? last : (inputSize, size)
    }
}
