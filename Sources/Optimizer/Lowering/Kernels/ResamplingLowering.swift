import GraphIR
import PlanFormat

extension Resize: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool { true }

    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let source = try builder.source(node.inputs[0])
        let input = builder.plan.values[source.index]
        let output = try builder.image(node.outputs[0])
        let kernelInterpolation: ResizeParameters.Interpolation =
            switch (interpolation, rounding) {
            case (.linear, _): .linear
            case (.nearest, .floor): .nearestFloor
            case (.nearest, .roundHalfDown): .nearestRoundHalfDown
            }
        let parameters = ResizeParameters(
            kernelInterpolation, rows: AxisSampling(coordinates, from: input.height, to: output.height),
            columns: AxisSampling(coordinates, from: input.width, to: output.width))
        try builder.add(.resize(parameters), node, sources: [source])
    }
}

extension Resampling: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool {
        layouts.couldBeImages(node.inputs[0]) && layouts.hasImages(node.inputs[0])
            && steps(on: layouts.function.type(of: node.inputs[0])) != nil
    }

    /// One axis after the other, on rows.
    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        guard let steps = steps(on: builder.function.type(of: node.inputs[0])) else { throw Unsupported("it does not work row by row") }
        var source = try builder.source(node.inputs[0])
        for (index, step) in steps.enumerated() {
            let weights = builder.plan.constants.insert(step.weights)
            let kernel = KernelParameters.resampling(step.parameters)
            if index == steps.count - 1 {
                try builder.add(kernel, node, sources: [source], constants: [weights])
                continue
            }
            var size = builder.plan.values[source.index]
            if step.parameters.axis == .rows { size.height = step.size } else { size.width = step.size }
            size.ringRows = size.height
            let result = builder.addValue(size, name: builder.function[node.outputs[0]].name)
            builder.plan.operations.append(
                PlanOperation(kernel, sources: [source], results: [result], constants: [weights], name: Array(node.name.utf8)))
            source = result
        }
    }

    /// The kernels on images for each axis; nil where an operation has none.
    private func steps(on type: TensorType) -> [AxisResampling]? {
        guard let sides = type.staticShape, !axes.isEmpty else { return nil }
        var steps: [AxisResampling] = []
        for axis in axes {
            guard let step = AxisResampling(axis, inputSize: sides[axis.axis]) else { return nil }
            steps.append(step)
        }
        return steps
    }
}

extension Resampling: PlainLowering {
    /// One axis after the other. What takes single elements is a gathering, of any element type.
    func lowerPlain(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        var view = try builder.plainView(node.inputs[0])
        try builder.checkHeldWhole(node.outputs[0])
        for axis in axes {
            let taps = axis.taps(inputSize: view.shape[axis.axis])
            if view.element != .float32 || taps.allSatisfy({ $0.count == 1 && $0[0].weight == 1 }) {
                view = try picked(view, axis.axis, taps.map { $0.first?.index }, node, in: &builder)
            } else {
                view = try resampled(view, axis.axis, taps, node, in: &builder)
            }
        }
        builder.forms[node.outputs[0]] = TensorForm(view)
    }

    /// Single elements of an axis; where there is none the extrapolation value, which is put behind them first.
    private func picked(
        _ view: TensorView, _ axis: Int, _ positions: [Int?], _ node: Node, in builder: inout PlanBuilder
    ) throws(Unsupported) -> TensorView {
        let side = view.shape[axis]
        var source = view
        if positions.contains(nil) {
            var shape = view.shape
            shape[axis] += 1
            guard case .value(let base) = view.base else { throw Unsupported("it has no plain form") }
            let nest = LoopNest(view.shape, [view.strides, TensorView.rowMajor(shape)])
            let part = PlainCopy.Part(loop: nest.loop, source: nest.view(0, offset: view.offset), result: nest.view(1))
            let copy = PlainCopy([part], filler: view.element.bits(of: extrapolation))
            let id = try builder.addPlain(.copy(copy), sources: [base], view.element, shape, name: node.name)
            source = TensorView(.value(id), view.element, shape)
        }
        return try builder.gathered(source, axis: axis, positions.map { $0 ?? side }, name: node.name)
    }

    private func resampled(
        _ view: TensorView, _ axis: Int, _ taps: [[(index: Int, weight: Float)]], _ node: Node, in builder: inout PlanBuilder
    ) throws(Unsupported) -> TensorView {
        let source = try builder.contiguous(view, name: node.name)
        let count = taps.reduce(0) { max($0, $1.count) }
        var positions: [UInt32] = []
        var weights: [UInt32] = []
        positions.reserveCapacity(taps.count * count)
        weights.reserveCapacity(taps.count * count)
        for terms in taps {
            for term in 0..<count {
                positions.append(term < terms.count ? UInt32(terms[term].index) : 0)
                weights.append(term < terms.count ? terms[term].weight.bitPattern : 0)
            }
        }
        // Adding −0 changes nothing, not even the sign of a zero.
        let added = taps.map { $0.isEmpty ? extrapolation.bitPattern : (-Float.zero).bitPattern }
        let constants = [
            builder.plan.constants.insert(positions), builder.plan.constants.insert(weights), builder.plan.constants.insert(added),
        ]
        let (outer, input, inner) = view.shape.split(at: axis)
        var shape = view.shape
        shape[axis] = taps.count
        let kernel = PlainResampling(outer: outer, input: input, inner: inner, output: taps.count, taps: count)
        let id = try builder.addPlain(
            .resampling(kernel), sources: [source], constants: constants, .float32, shape, name: node.name)
        return TensorView(.value(id), .float32, shape)
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

extension AxisSampling {
    /// The positions that Documentation/Numerics.md gives for each kind of coordinates, as a fraction.
    fileprivate init(_ coordinates: Resize.Coordinates, from input: Int, to output: Int) {
        switch coordinates {
        case .halfPixel: self.init(scale: 2 * input, offset: input - output, divisor: 2 * output)
        case .asymmetric: self.init(scale: input, offset: 0, divisor: output)
        case .alignCorners:
            self.init(scale: output > 1 ? input - 1 : 0, offset: 0, divisor: output > 1 ? output - 1 : 1)
        }
    }
}
