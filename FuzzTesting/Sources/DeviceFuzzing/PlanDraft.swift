import FuzzSupport

@testable import PlanFormat

/// A plan that is changed without regard to what must agree with what, and made consistent at the end: sizes of results,
/// halos, constants, schedule, rings and arena. What a random change leaves wrong is left to the verifier.
struct PlanDraft {
    var plan: Plan
    private var constants: [UInt8]

    /// Nil for a large plan.
    init?(_ plan: Plan, constants: [UInt8]) {
        guard plan.isSmall else { return nil }
        self.plan = plan
        self.constants = constants
    }

    /// Nil for a file that cannot be decoded.
    init?(_ file: [UInt8]) {
        guard let plan = try? PlanReader.decode(file.span.bytes) else { return nil }
        self.init(plan, constants: Array(file[plan.constantsSection.bytes]))
    }

    // MARK: Changes

    mutating func change(_ random: inout Randomness) {
        guard !plan.operations.isEmpty, !plan.values.isEmpty else { return }
        let index = random.below(plan.operations.count)
        switch random.below(16) {
        case 0, 1: changeValue(random.below(plan.values.count), &random)
        case 2: changeEntry(&random)
        case 3, 4: replaceKernel(index, &random)
        case 5: replaceSource(index, &random)
        case 6: plan.batch = random.within(1...3)
        case 7: changeConstants(&random)
        case 8: plan.operations[index].firstExit = random.below(plan.outputs.count + 1)
        default: plan.operations[index].kernel = plan.operations[index].kernel.changed(&random)
        }
    }

    private mutating func changeValue(_ index: Int, _ random: inout Randomness) {
        if var tensor = plan.values[index].plain {
            tensor.change(&random)
            plan.values[index].plain = tensor
            return
        }
        switch random.below(5) {
        case 0: plan.values[index].height = random.within(1...14)
        case 1: plan.values[index].width = random.within(1...40)
        case 2: plan.values[index].leftHalo = random.below(5)
        case 3: plan.values[index].rightHalo = random.below(5)
        default: plan.values[index].channels = random.within(1...50)
        }
    }

    private mutating func changeEntry(_ random: inout Randomness) {
        guard !plan.inputs.isEmpty else { return }
        let index = random.below(plan.inputs.count)
        plan.inputs[index].tensor.change(&random)
        if random.once(in: 3) { plan.inputs[index].layout.change(&random) }
        if random.once(in: 8), !plan.outputs.isEmpty { plan.outputs[random.below(plan.outputs.count)].layout.change(&random) }
    }

    private mutating func replaceKernel(_ index: Int, _ random: inout Randomness) {
        guard let kernel = KernelParameters.random(insteadOf: plan.operations[index].kernel, &random) else { return }
        plan.operations[index].kernel = kernel
        let sources = plan.operations[index].sources
        guard let first = sources.first else { return }
        switch kernel {
        case .binary: plan.operations[index].sources = [first, sources.count > 1 ? sources[1] : first]
        case .concatenation, .convolution: break
        default: plan.operations[index].sources = [first]
        }
        plan.operations[index].results = Array(plan.operations[index].results.prefix(1))
    }

    /// Another value that an earlier operation makes, or one source more.
    private mutating func replaceSource(_ index: Int, _ random: inout Randomness) {
        let made = plan.operations[..<index].flatMap(\.results)
        guard !plan.operations[index].sources.isEmpty, !made.isEmpty else { return }
        let source = random.element(of: made)
        if random.once(in: 3) {
            plan.operations[index].sources.append(source)
        } else {
            plan.operations[index].sources[random.below(plan.operations[index].sources.count)] = source
        }
    }

    private mutating func changeConstants(_ random: inout Randomness) {
        guard constants.count >= 4 else { return }
        for _ in 0..<random.within(1...8) {
            let offset = random.below(constants.count / 4) * 4
            let word = random.once(in: 2) ? random.float().bitPattern : random.word(near: PlanSections.get32(constants, offset))
            PlanSections.put32(&constants, offset, word)
        }
    }

    // MARK: Consistency

    /// The file of the plan, made consistent; nil if that is not possible or has become large.
    mutating func finished(_ random: inout Randomness) -> [UInt8]? {
        for index in plan.operations.indices { fit(index) }
        guard plan.isSmall else { return nil }
        fitHalos(&random)
        guard fitConstants(&random) else { return nil }
        if !random.once(in: 3) { arrangeSteps(&random) }
        fitMemory(&random)
        guard plan.isSmall, plan.values.allSatisfy({ $0.hasEncodableSides }) else { return nil }
        return PlanWriter.bytes(of: plan, constants: constants)
    }

    private func source(_ index: Int, _ position: Int = 0) -> PlanValue? {
        guard position < plan.operations[index].sources.count else { return nil }
        let id = plan.operations[index].sources[position].index
        return id < plan.values.count ? plan.values[id] : nil
    }

    /// Gives the results of an operation the sizes that its parameters and sources ask for.
    private mutating func fit(_ index: Int) {
        let operation = plan.operations[index]
        guard operation.sources.allSatisfy({ $0.index < plan.values.count }) else { return }
        if case .output(let entry) = operation.kernel { return fitOutput(entry, source(index)) }
        if case .plainOutput(let entry) = operation.kernel {
            if entry < plan.outputs.count, let tensor = source(index)?.plain { plan.outputs[entry].tensor = tensor }
            return
        }
        guard let id = operation.results.first?.index, id < plan.values.count else { return }
        var result = plan.values[id]
        switch operation.kernel {
        case .input(let entry, _):
            guard entry < plan.inputs.count else { return }
            let point = plan.inputs[entry]
            (result.height, result.width, result.channels) = (point.height, point.width, point.channels)
        case .plainInput(let entry):
            if entry < plan.inputs.count { result.plain = plan.inputs[entry].tensor }
        case .convolution(let p): fitConvolution(index, p, &result)
        case .pooling, .resize, .padding: result.channels = source(index)?.channels ?? 1
        case .resampling(let p):
            guard let source = source(index) else { return }
            result.channels = source.channels
            if p.axis == .rows { result.width = source.width } else { result.height = source.height }
        case .globalPooling: (result.height, result.width, result.channels) = (1, 1, source(index)?.channels ?? 1)
        case .elementwise, .scaleShift, .softmax: source(index).map { result.takeSides(of: $0) }
        case .binary: fitBinary(index, &result)
        case .concatenation: fitConcatenation(index, &result)
        case .blocking: fitBlocking(index, &result)
        case .unblocking: fitUnblocking(index, &result)
        case .plain(let kernel):
            let sources = operation.sources.compactMap { plan.values[$0.index].plain }
            if let tensor = kernel.fittingResult(sources, result.plain ?? PlainTensor(.float32, [])) { result.plain = tensor }
        case .transposedConvolution, .output, .plainOutput: break
        }
        plan.values[id] = result
    }

    private mutating func fitOutput(_ entry: Int, _ source: PlanValue?) {
        guard entry < plan.outputs.count, let source, source.plain == nil else { return }
        let images = plan.outputs[entry].tensor.shape.first ?? 1
        plan.outputs[entry].tensor.shape =
            plan.outputs[entry].layout == .nchw
            ? [images, source.channels, source.height, source.width] : [images, source.height, source.width, source.channels]
    }

    private mutating func fitConvolution(_ index: Int, _ original: ConvolutionParameters, _ result: inout PlanValue) {
        var p = original
        guard let first = source(index) else { return }
        plan.operations[index].sources.removeAll {
            plan.values[$0.index].height != first.height || plan.values[$0.index].width != first.width
                || plan.values[$0.index].plain != nil
        }
        if !p.algorithm.takesManySources { plan.operations[index].sources = Array(plan.operations[index].sources.prefix(1)) }
        switch p.algorithm {
        case .direct: p.groups = 1
        case .grouped:
            if first.channels % p.groups != 0 { p.groups = first.channels }
            result.channels = (result.channels / p.groups + 1) * p.groups
        case .depthwise: (p.groups, result.channels) = (first.channels, first.channels)
        case .winograd4x4, .winograd2x2:
            (p.kernelHeight, p.kernelWidth, p.strideHeight, p.strideWidth) = (3, 3, 1, 1)
            (p.dilationHeight, p.dilationWidth, p.groups) = (1, 1, 1)
            if !p.allowsTiles(of: p.algorithm.tile ?? 1) { (p.poolingHeight, p.poolingWidth) = (2, 1) }
        }
        p.imageHeight = min(p.imageHeight, max(first.height + 2 * p.paddingTop, p.poolingHeight))
        p.imageWidth = min(p.imageWidth, max(first.width + 2 * p.paddingLeft, p.poolingWidth))
        if p.pools {
            (p.imageHeight, p.imageWidth) = (max(p.imageHeight, p.poolingHeight), max(p.imageWidth, p.poolingWidth))
            if plan.operations[index].results.count != 2 { p.keepsUnpooled = false }
        } else {
            p.keepsUnpooled = false
        }
        var pooled = result
        (result.height, result.width) = (p.imageHeight, p.imageWidth)
        (pooled.height, pooled.width) = (p.imageHeight / p.poolingHeight, p.imageWidth / p.poolingWidth)
        if p.keepsUnpooled, let second = plan.operations[index].results.last?.index, second < plan.values.count {
            plan.values[second].takeSides(of: pooled)
        } else {
            result.takeSides(of: pooled)
        }
        plan.operations[index].kernel = .convolution(p)
    }

    private mutating func fitBinary(_ index: Int, _ result: inout PlanValue) {
        guard let left = source(index), var right = source(index, 1) else { return }
        func fits(_ a: Int, _ b: Int) -> Bool { a == b || a == 1 || b == 1 }
        if !fits(left.height, right.height) || !fits(left.width, right.width) || !fits(left.channels, right.channels) {
            plan.operations[index].sources[1] = plan.operations[index].sources[0]
            right = left
        }
        result.height = max(left.height, right.height)
        result.width = max(left.width, right.width)
        result.channels = max(left.channels, right.channels)
    }

    private mutating func fitConcatenation(_ index: Int, _ result: inout PlanValue) {
        guard let first = source(index) else { return }
        plan.operations[index].sources.removeAll {
            plan.values[$0.index].height != first.height || plan.values[$0.index].width != first.width
        }
        result.takeSides(of: first)
        result.channels = plan.operations[index].sources.reduce(0) { $0 + plan.values[$1.index].channels }
    }

    private mutating func fitBlocking(_ index: Int, _ result: inout PlanValue) {
        guard let tensor = source(index)?.plain, tensor.element == .float32 else { return }
        let count = result.height * result.width * result.channels
        if count > tensor.elementCount, tensor.elementCount > 0 {
            (result.height, result.width, result.channels) = (1, 1, min(tensor.elementCount, 64))
        }
        let dense = ImageStrides(row: result.width * result.channels, column: result.channels, channel: 1)
        guard case .blocking(let strides) = plan.operations[index].kernel else { return }
        let last =
            strides.offset + (result.height - 1) * strides.row + (result.width - 1) * strides.column
            + (result.channels - 1) * strides.channel
        if last >= tensor.elementCount { plan.operations[index].kernel = .blocking(dense) }
    }

    private mutating func fitUnblocking(_ index: Int, _ result: inout PlanValue) {
        guard let first = source(index) else { return }
        plan.operations[index].sources.removeAll {
            let value = plan.values[$0.index]
            return value.height != first.height || value.width != first.width || value.channels != first.channels
        }
        guard case .unblocking(let old) = plan.operations[index].kernel else { return }
        let (height, width, channels) = (first.height, first.width, first.channels)
        let size = height * width * channels
        let planes = old.channel > old.column
        plan.operations[index].kernel = .unblocking(
            planes
                ? ImageStrides(image: size, row: width, column: 1, channel: height * width)
                : ImageStrides(image: size, row: width * channels, column: channels, channel: 1))
        result.plain = PlainTensor(.float32, [plan.operations[index].sources.count, size])
    }

    private mutating func fitHalos(_ random: inout Randomness) {
        for operation in plan.operations {
            guard operation.sources.allSatisfy({ $0.index < plan.values.count }) else { continue }
            for (position, id) in operation.sources.enumerated() where plan.values[id.index].plain == nil {
                let needed = operation.halo(ofSource: position, in: plan.values)
                plan.values[id.index].leftHalo = max(plan.values[id.index].leftHalo, needed.left)
                plan.values[id.index].rightHalo = max(plan.values[id.index].rightHalo, needed.right)
            }
        }
        for index in plan.values.indices where plan.values[index].plain != nil {
            let tensor = plan.values[index].plain!
            plan.values[index] = PlanValue(tensor, storage: plan.values[index].storage)
        }
    }

    /// Gives each constant the size that its user wants, with what it held as far as it goes, and gaps between them.
    private mutating func fitConstants(_ random: inout Randomness) -> Bool {
        var packed: [UInt8] = []
        var ranges: [ConstantRange] = []
        let old = constants
        func place(_ byteCount: Int, _ previous: ConstantRange?) -> PlanConstantID? {
            guard byteCount <= 1 << 15, packed.count <= 1 << 16 else { return nil }
            packed += [UInt8](repeating: 0, count: PlanWriter.aligned(packed.count) - packed.count + 64 * random.below(2))
            ranges.append(ConstantRange(offset: packed.count, byteCount: byteCount))
            var missing = byteCount
            while missing > 0 {
                let previous = previous ?? ConstantRange(offset: 0, byteCount: 0)
                let piece = old[previous.offset...].prefix(min(missing, previous.byteCount))
                packed += piece.isEmpty ? [UInt8](repeating: 0x3E, count: missing)[...] : piece
                missing -= piece.isEmpty ? missing : piece.count
            }
            return PlanConstantID(ranges.count - 1)
        }
        func range(_ id: PlanConstantID) -> ConstantRange? { id.index < plan.constants.count ? plan.constants[id.index] : nil }
        for index in plan.values.indices {
            guard case .constant(let id) = plan.values[index].storage else { continue }
            plan.values[index].ringRows = plan.values[index].height
            guard let new = place(plan.values[index].ringBytes, range(id)) else { return false }
            plan.values[index].storage = .constant(new)
        }
        for index in plan.operations.indices where plan.canMeasure(index) {
            let sizes = plan.operations[index].constantByteCounts(in: plan.values)
            var ids: [PlanConstantID] = []
            for (position, size) in sizes.enumerated() {
                let previous = position < plan.operations[index].constants.count ? range(plan.operations[index].constants[position]) : nil
                guard let id = place(size, previous) else { return false }
                ids.append(id)
            }
            plan.operations[index].constants = ids
        }
        (constants, plan.constants) = (packed, ranges)
        return true
    }

    /// Each operation in turn advances by some rows once its sources have what these read.
    private mutating func arrangeSteps(_ random: inout Randomness) {
        guard plan.operations.indices.allSatisfy({ plan.canMeasure($0) }) else { return }
        var made = plan.values.map { value in
            if case .constant = value.storage { value.height } else { 0 }
        }
        var progress = [Int](repeating: 0, count: plan.operations.count)
        let totals = plan.operations.map { $0.progressRows(in: plan.values) }
        let tallest = random.once(in: 2) ? 1 << 20 : random.within(1...6)
        plan.schedule = []
        var advanced = true
        while advanced, plan.schedule.count < 400 {
            advanced = false
            for (index, operation) in plan.operations.enumerated() where progress[index] < totals[index] {
                let unit = operation.rowGranularity
                let rows = RowRange(
                    first: progress[index], count: min(max(tallest / unit, 1) * unit, totals[index] - progress[index]))
                let ready = operation.sources.indices.allSatisfy { position in
                    let value = operation.sources[position].index
                    let read = operation.sourceRows(position, for: rows, in: plan.values).clamped(to: plan.values[value].height)
                    return read.count == 0 || read.end <= made[value]
                }
                guard ready else { continue }
                plan.schedule.append(Step(PlanOperationID(index), firstRow: rows.first, rowCount: rows.count))
                for (position, id) in operation.results.enumerated() {
                    made[id.index] = max(made[id.index], operation.resultRows(position, for: rows, in: plan.values).end)
                }
                progress[index] = rows.end
                advanced = true
            }
        }
    }

    /// The shortest rings that the schedule allows, or a little more; then the arena, with gaps in which nothing may happen.
    private mutating func fitMemory(_ random: inout Randomness) {
        guard plan.operations.indices.allSatisfy({ plan.canMeasure($0) }) else { return }
        var rings = [Int](repeating: 1, count: plan.values.count)
        var made = [Int](repeating: 0, count: plan.values.count)
        for step in plan.schedule where step.operation.index < plan.operations.count {
            let operation = plan.operations[step.operation.index]
            for (position, id) in operation.sources.enumerated() {
                let rows = operation.sourceRows(position, for: step.rows, in: plan.values).clamped(to: plan.values[id.index].height)
                if rows.count > 0 { rings[id.index] = max(rings[id.index], made[id.index] - rows.first) }
            }
            for (position, id) in operation.results.enumerated() {
                let rows = operation.resultRows(position, for: step.rows, in: plan.values)
                rings[id.index] = max(rings[id.index], rows.count)
                made[id.index] = max(made[id.index], rows.end)
            }
        }
        var end = 0
        var zeroRow = 0
        for index in plan.values.indices {
            guard case .arena = plan.values[index].storage else { continue }
            let slack = random.once(in: 6) ? random.below(3) : 0
            if plan.values[index].plain == nil { plan.values[index].ringRows = min(rings[index] + slack, plan.values[index].height) }
            end = PlanWriter.aligned(end) + 64 * random.below(3)
            plan.values[index].storage = .arena(offset: end)
            end += plan.values[index].ringBytes
        }
        for operation in plan.operations where operation.rowsOutside == .zeros {
            for id in operation.sources { zeroRow = max(zeroRow, plan.values[id.index].rowBytes) }
        }
        plan.memory.zeroRowOffset = PlanWriter.aligned(end) + 64 * random.below(2)
        plan.memory.zeroRowBytes = zeroRow
        plan.memory.arenaBytes = plan.memory.zeroRowOffset + zeroRow
        plan.memory.scratchBytesPerThread = plan.operations.reduce(0) { max($0, $1.scratchBytes(in: plan.values)) }
    }
}

extension EntryPoint.Layout {
    /// Mostly stays what the operations that touch the entry point are for.
    fileprivate mutating func change(_ random: inout Randomness) {
        if random.once(in: 8) {
            self = random.element(of: Self.allCases)
        } else if self != .plain {
            self = random.once(in: 2) ? .nhwc : .nchw
        }
    }
}
