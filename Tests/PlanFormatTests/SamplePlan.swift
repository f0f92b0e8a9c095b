import PlanFormat

/// A small valid plan: 6x8x3 in, a 3x3 convolution to 8 channels with ReLU and fused 2x2 pooling that keeps its image, upsampling,
/// a second convolution over two sources, and a 1x1 head; steps of one row where pooling allows it.
struct SamplePlan {
    var plan = Plan()
    var constants: [UInt8] = []

    init() {
        plan.inputs = [EntryPoint(name: Array("photo".utf8), height: 6, width: 8, channels: 3)]
        plan.outputs = [EntryPoint(name: Array("map".utf8), height: 6, width: 8, channels: 1)]
        plan.provenance = [ProvenanceEntry(key: Array("made by".utf8), value: Array("SamplePlan".utf8))]
        let photo = value(channels: 3, width: 8, height: 6, halo: 1)
        let features = value(channels: 8, width: 8, height: 6, halo: 1)
        let pooled = value(channels: 8, width: 4, height: 3, halo: 0)
        let raised = value(channels: 8, width: 8, height: 6, halo: 1)
        let joined = value(channels: 8, width: 8, height: 6, halo: 0)
        let map = value(channels: 1, width: 8, height: 6, halo: 0)

        add(.input(entry: 0), sources: [], results: [photo])
        var first = convolution(kernel: 3, channels: 3)
        first.poolingHeight = 2
        first.poolingWidth = 2
        first.keepsUnpooled = true
        add(.convolution(first), sources: [photo], results: [features, pooled])
        let double = AxisSampling(scale: 1, offset: 0, divisor: 2)
        add(.resize(ResizeParameters(.nearestFloor, rows: double, columns: double)), sources: [pooled], results: [raised])
        add(.convolution(convolution(kernel: 3, channels: 16)), sources: [features, raised], results: [joined])
        var head = convolution(kernel: 1, channels: 8)
        head.activation = Activation(.sigmoid)
        add(.convolution(head), sources: [joined], results: [map])
        add(.output(entry: 0), sources: [map], results: [])
        addSchedule()
        placeRings()
        plan.selfTest = [Probe(PlanOperationID(0), rowCount: 1)]
    }

    var bytes: [UInt8] { PlanWriter.bytes(of: plan, constants: constants) }

    private mutating func value(channels: Int, width: Int, height: Int, halo: Int) -> PlanValueID {
        plan.values.append(
            PlanValue(
                channels: channels, width: width, height: height, leftHalo: halo, rightHalo: halo, ringRows: height,
                storage: .arena(offset: 0)))
        return PlanValueID(plan.values.count - 1)
    }

    private func convolution(kernel: Int, channels: Int) -> ConvolutionParameters {
        var p = ConvolutionParameters()
        p.kernelHeight = kernel
        p.kernelWidth = kernel
        p.paddingTop = kernel / 2
        p.paddingLeft = kernel / 2
        p.imageHeight = 6
        p.imageWidth = 8
        p.activation = Activation(.relu)
        return p
    }

    private mutating func add(_ kernel: KernelParameters, sources: [PlanValueID], results: [PlanValueID]) {
        var operation = PlanOperation(kernel, sources: sources, results: results, name: Array("op\(plan.operations.count)".utf8))
        operation.constants = operation.constantByteCounts(in: plan.values).map { byteCount in
            constants += [UInt8](repeating: 0, count: (64 - constants.count % 64) % 64)
            plan.constants.append(ConstantRange(offset: constants.count, byteCount: byteCount))
            constants += [UInt8](repeating: 0, count: byteCount)
            return PlanConstantID(plan.constants.count - 1)
        }
        plan.operations.append(operation)
    }

    private mutating func addSchedule() {
        func step(_ operation: Int, _ first: Int, _ count: Int) -> Step {
            Step(PlanOperationID(operation), firstRow: first, rowCount: count)
        }
        plan.schedule = [
            step(0, 0, 3), step(1, 0, 2), step(2, 0, 2), step(0, 3, 2), step(1, 2, 2), step(2, 2, 2), step(3, 0, 3),
            step(4, 0, 3), step(5, 0, 3), step(0, 5, 1), step(1, 4, 2), step(2, 4, 2), step(3, 3, 3), step(4, 3, 3), step(5, 3, 3),
        ]
    }

    private mutating func placeRings() {
        var offset = 0
        for index in plan.values.indices {
            plan.values[index].storage = .arena(offset: offset)
            offset += plan.values[index].ringBytes
        }
        plan.memory.zeroRowOffset = offset
        let padded = plan.operations.filter { $0.rowsOutside == .zeros }.flatMap(\.sources)
        plan.memory.zeroRowBytes = padded.map { plan.values[$0.index].rowBytes }.max() ?? 0
        plan.memory.arenaBytes = offset + plan.memory.zeroRowBytes
    }
}
