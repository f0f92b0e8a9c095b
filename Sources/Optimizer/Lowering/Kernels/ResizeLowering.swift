import GraphIR
import PlanFormat

extension Resize: ImageLowering {
    func runsOnImages(_ node: Node, _ layouts: LayoutAnalysis) -> Bool {
        let operand = layouts.function.type(of: node.inputs[0])
        guard layouts.couldBeImages(node.inputs[0]) else { return false }
        return fewTaps(on: operand) != nil || (layouts.hasImages(node.inputs[0]) && resampledAxes(on: operand) != nil)
    }

    /// By the kernel of one or two elements where the taps allow it, else one axis after the other.
    func lowerImage(_ node: Node, in builder: inout PlanBuilder) throws(Unsupported) {
        let operand = builder.function.type(of: node.inputs[0])
        if let parameters = fewTaps(on: operand) {
            try builder.add(.resize(parameters), node, sources: [try builder.source(node.inputs[0])])
            return
        }
        guard let steps = resampledAxes(on: operand) else { throw Unsupported("it does not work row by row") }
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

    /// The kernel that reads one element, or two neighbours, of each axis; nil where taps are others than its.
    private func fewTaps(on operand: TensorType) -> ResizeParameters? {
        guard let sides = operand.staticShape, !axes.isEmpty else { return nil }
        for interpolation in ResizeParameters.Interpolation.allCases {
            var samplings = [1: AxisSampling.identity, 2: .identity]
            for axis in axes {
                guard samplings[axis.axis] != nil else { return nil }
                samplings[axis.axis] = axis.sampling(by: interpolation, inputSize: sides[axis.axis])
            }
            if let rows = samplings[1], let columns = samplings[2] {
                return ResizeParameters(interpolation, rows: rows, columns: columns)
            }
        }
        return nil
    }

    /// The kernels of any number of taps, one for each axis; nil where an axis has none.
    private func resampledAxes(on operand: TensorType) -> [AxisResampling]? {
        guard let sides = operand.staticShape, !axes.isEmpty else { return nil }
        var steps: [AxisResampling] = []
        for axis in axes {
            guard let step = AxisResampling(axis, inputSize: sides[axis.axis]) else { return nil }
            steps.append(step)
        }
        return steps
    }
}

extension Resize.Axis {
    /// Positions by which a kernel's interpolation reads exactly what this axis reads; nil where none are known.
    fileprivate func sampling(by kernel: ResizeParameters.Interpolation, inputSize: Int) -> AxisSampling? {
        let exact = exactPositions(inputSize: inputSize).flatMap { AxisSampling($0) }
        switch (interpolation, kernel) {
        case (.linear, .linear): return excludesOutside || antialiases ? nil : exact
        case (.nearest, .nearestFloor), (.nearest, .nearestRoundHalfDown):
            let indices = taps(inputSize: inputSize).map { $0.first?.index }
            // Mostly each element is repeated, whatever the coordinates and the rounding say.
            let repeating = RationalPositions(scale: inputSize, divisor: indices.count)
            return [AxisSampling(repeating), exact].compactMap(\.self).first { sampling in
                indices.enumerated().allSatisfy { kernel.elements(at: $0, of: sampling, size: inputSize).first == $1 }
            }
        case (.linear, .nearestFloor), (.linear, .nearestRoundHalfDown), (.nearest, .linear), (.cubic, _): return nil
        }
    }
}

extension AxisSampling {
    fileprivate static let identity = AxisSampling(scale: 1, offset: 0, divisor: 1)

    /// Nil beyond what a plan can say.
    fileprivate init?(_ positions: RationalPositions) {
        guard max(positions.scale, abs(positions.offset), positions.divisor) <= FileLayout.largestSampling else { return nil }
        self.init(scale: positions.scale, offset: positions.offset, divisor: positions.divisor)
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
    init?(_ axis: Resize.Axis, inputSize: Int) {
        guard let direction = [1: ResamplingParameters.Axis.rows, 2: .columns][axis.axis] else { return nil }
        let taps = axis.taps(inputSize: inputSize)
        guard taps.allSatisfy({ !$0.isEmpty }), let positions = axis.positionsNearby(inputSize: inputSize),
            let nearby = AxisSampling(positions)
        else { return nil }
        // Where the taps of all elements lie, as seen from their positions.
        var (low, high) = (Int.max, Int.min)
        for (element, taps) in taps.enumerated() {
            low = min(low, taps[0].index - Int(nearby.floor(at: element)))
            high = max(high, taps[taps.count - 1].index - Int(nearby.floor(at: element)))
        }
        let count = high - low + 1
        let most = taps.map { $0[$0.count - 1].index - $0[0].index + 1 }.max() ?? 0
        let offset = nearby.offset + low * nearby.divisor
        guard count <= most + 2, count <= FileLayout.largestExtent, abs(offset) <= FileLayout.largestSampling else { return nil }
        var weights = [UInt32](repeating: 0, count: count * taps.count)
        for (element, taps) in taps.enumerated() {
            for tap in taps { weights[element * count + tap.index - Int(nearby.floor(at: element)) - low] = tap.weight.bitPattern }
        }
        parameters = ResamplingParameters(
            direction, AxisSampling(scale: nearby.scale, offset: offset, divisor: nearby.divisor), taps: count)
        size = taps.count
        self.weights = weights
    }
}

extension Resize.Axis {
    /// Positions as fractions, near enough to the operation's own for a few more taps to reach what it reads.
    fileprivate func positionsNearby(inputSize: Int) -> RationalPositions? {
        if let exact = exactPositions(inputSize: inputSize) { return exact }
        let step = fraction(near: 1 / Double(scale(inputSize: inputSize)))
        return rationalPositions(inputSize: inputSize, scale: (step.divisor, step.dividend))
    }
}

/// The nearest fraction with a small dividend and divisor: a convergent of the continued fraction.
private func fraction(near number: Double) -> (dividend: Int, divisor: Int) {
    var (before, last) = ((dividend: 0, divisor: 1), (dividend: 1, divisor: 0))
    var rest = number
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
    return last
}

extension Resize: PlainLowering {
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
            let copy = PlainCopy([part], filler: view.element.bits(converting: Double(extrapolation)))
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
        let line = view.shape.line(along: axis)
        var shape = view.shape
        shape[axis] = taps.count
        let kernel = PlainResampling(outer: line.outer, input: line.axis, inner: line.inner, output: taps.count, taps: count)
        let id = try builder.addPlain(
            .resampling(kernel), sources: [source], constants: constants, .float32, shape, name: node.name)
        return TensorView(.value(id), .float32, shape)
    }
}

extension Resize {
    func checkBounds(of node: Node, _ place: String, in bounds: inout GraphBounds) {
        let sides = bounds.sides(of: node)
        for axis in axes where sides.indices.contains(axis.axis) {
            let longest = max(sides[axis.axis], axis.size(inputSize: sides[axis.axis]))
            bounds.messages.check(longest, atMost: GraphBounds.resizedSide, "\(place): elements of the resized axis \(axis.axis)")
            // Each result has a handful of taps, in a list of its own while they are worked out.
            bounds.tables = bounds.tables.saturating(plus: longest.saturating(times: 8))
        }
    }
}
