import PlanFormat

/// A plan of one operation between an input and an output, each run in one step, with everything else as it must be.
struct SingleOperation {
    var plan = Plan()

    init(_ kernel: KernelParameters, from source: (Int, Int, Int), to result: (Int, Int, Int)) {
        plan.inputs = [EntryPoint(name: Array("in".utf8), height: source.0, width: source.1, channels: source.2)]
        plan.outputs = [EntryPoint(name: Array("out".utf8), height: result.0, width: result.1, channels: result.2)]
        for (height, width, channels) in [source, result] {
            plan.values.append(PlanValue(channels: channels, width: width, height: height, ringRows: height, storage: .arena(offset: 0)))
        }
        var operation = PlanOperation(kernel, sources: [PlanValueID(0)], results: [PlanValueID(1)])
        let halo = operation.halo(ofSource: 0, in: plan.values)
        (plan.values[0].leftHalo, plan.values[0].rightHalo) = halo
        for byteCount in operation.constantByteCounts(in: plan.values) {
            operation.constants.append(PlanConstantID(plan.constants.count))
            plan.constants.append(ConstantRange(offset: 0, byteCount: byteCount))
        }
        plan.operations = [
            PlanOperation(.input(entry: 0), sources: [], results: [PlanValueID(0)]), operation,
            PlanOperation(.output(entry: 0), sources: [PlanValueID(1)], results: []),
        ]
        plan.schedule = plan.operations.indices.map { index in
            Step(PlanOperationID(index), firstRow: 0, rowCount: plan.operations[index].progressRows(in: plan.values))
        }
        plan.values[1].storage = .arena(offset: plan.values[0].ringBytes)
        plan.memory.zeroRowOffset = plan.values[0].ringBytes + plan.values[1].ringBytes
        if operation.rowsOutside == .zeros { plan.memory.zeroRowBytes = plan.values[0].rowBytes }
        plan.memory.arenaBytes = plan.memory.zeroRowOffset + plan.memory.zeroRowBytes
        plan.memory.scratchBytesPerThread = operation.scratchBytes(in: plan.values)
    }

    /// Why the verifier refuses it; nil if it does not. Not by way of a file, which would need the weights.
    func refusal(limits: PlanLimits = .standard) -> PlanError? {
        do throws(PlanError) {
            try plan.verify(limits: limits)
            return nil
        } catch { return error }
    }
}

func planRefusal(_ bytes: [UInt8], limits: PlanLimits = .standard) -> PlanError? {
    do throws(PlanError) {
        _ = try PlanReader.read(bytes.span.bytes, limits: limits)
        return nil
    } catch { return error }
}
