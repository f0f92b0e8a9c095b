import DeviceCommandLine
import Optimizer
import PlanFormat

/// What `inspect` says of a plan. Documentation/PlanFormat.md says what values, rings and steps are.
struct PlanReport: Report {
    struct Algorithm: Encodable {
        var name: String
        var estimatedSeconds: Double
        var weightBytes: Int
    }

    struct Operation: Encodable {
        var name: String
        var kind: String
        /// Of a convolution its algorithm, else the kind.
        var algorithm: String
        var parameters: String
        /// Indices of values.
        var sources: [Int]
        var results: [Int]
        /// Indices of constants.
        var constants: [Int]
        /// How its weights are stored; nil where it has none.
        var weights: String?
        /// Of its constants, which other operations may share.
        var weightBytes: Int
        /// Of one image; an operation that has none counts one for each element.
        var multiplyAccumulates: Int
        /// Of the tallest step.
        var stepRows: Int
        /// Over which all steps together advance.
        var rows: Int
        var stepCount: Int
        /// For each thread.
        var scratchBytes: Int
        /// The first output that needs it.
        var firstExit: Int
        /// Of one image on one core, by the cost model.
        var estimatedSeconds: Double
        /// The other algorithms that could have been chosen.
        var alternatives: [Algorithm]
    }

    struct Value: Encodable {
        /// `rows`, or `plain` for a tensor that is held whole.
        var layout: String
        var element: String
        /// Of an image height, width, channels.
        var shape: [Int]
        /// How many rows are in memory at a time.
        var ringRows: Int
        var ringBytes: Int
        /// Nil for a constant.
        var arenaOffset: Int?
        /// Nil for what lies in the arena.
        var constant: Int?
        /// While these run, its bytes of the arena are its own; nil for a constant, and for what no step touches.
        var firstStep: Int?
        var lastStep: Int?
    }

    var file: String
    var kind = "plan"
    var inputs: [EntryReport]
    var outputs: [EntryReport]
    var batch: Int
    /// Nil where the plan is not in a file.
    var fileBytes: Int?
    var weightBytes: Int
    var weights: String
    var arenaBytes: Int
    var zeroRowOffset: Int
    var zeroRowBytes: Int
    var scratchBytesPerThread: Int
    var declaredThreads: Int
    /// Of inputs and outputs that are held whole.
    var entryBytes: Int
    /// Of inputs and outputs whose rows are handed over.
    var entryBytesHeld: Int
    /// Of one image; other elements than those of convolutions and matrix products count one each.
    var multiplyAccumulates: Int
    var stepCount: Int
    var flushesSubnormals: Bool
    var selfTestOperations: Int
    var operationCounts: [CountReport]
    /// The table of the cost model, and whether the plan names it.
    var costTable: String
    var costTableIsRecorded: Bool
    var estimatedSeconds: Double
    var operations: [Operation]
    var values: [Value]
    /// Bytes of each.
    var constantBytes: [Int]
    var provenance: [RecordedFact]
    var page: PageReport?
    private let description: [String]

    private enum CodingKeys: CodingKey {
        case file, kind, inputs, outputs, batch, fileBytes, weightBytes, weights, arenaBytes, zeroRowOffset, zeroRowBytes
        case scratchBytesPerThread, declaredThreads, entryBytes, entryBytesHeld, multiplyAccumulates, stepCount, flushesSubnormals
        case selfTestOperations, operationCounts, costTable, costTableIsRecorded, estimatedSeconds, operations, values, constantBytes
        case provenance, page
    }

    /// - Parameters:
    ///   - fileBytes: nil for a plan in memory.
    ///   - describesSchedule: whether the lines tell each operation's steps and alternatives.
    init(_ plan: Plan, file: String, fileBytes: Int?, describesSchedule: Bool = false) {
        self.file = file
        inputs = plan.inputs.map { EntryReport($0, in: plan) }
        outputs = plan.outputs.map { EntryReport($0, in: plan) }
        batch = plan.batch
        self.fileBytes = fileBytes
        weightBytes = plan.constantsSection.byteCount
        weights = PlanDescription.weightTypes(of: plan)
        arenaBytes = plan.memory.arenaBytes
        zeroRowOffset = plan.memory.zeroRowOffset
        zeroRowBytes = plan.memory.zeroRowBytes
        scratchBytesPerThread = plan.memory.scratchBytesPerThread
        declaredThreads = plan.memory.declaredThreads
        entryBytes = (plan.inputs + plan.outputs).reduce(0) { $0 + $1.byteCount * plan.batch }
        entryBytesHeld = plan.entryBytesHeld
        multiplyAccumulates = plan.operations.reduce(0) { $0 + $1.work(in: plan.values) }
        stepCount = plan.schedule.count
        flushesSubnormals = plan.flushesSubnormals
        selfTestOperations = plan.selfTest.count
        let kinds = Dictionary(grouping: plan.operations, by: \.kernel.kindName)
        operationCounts = kinds.sorted { $0.key < $1.key }.map { CountReport(name: $0.key, count: $0.value.count) }
        let recorded = CostTable { plan.provenance($0) }
        costTable = (recorded ?? .standard).name
        costTableIsRecorded = recorded != nil
        let costs = OperationCost.costs(of: plan, table: recorded ?? .standard)
        estimatedSeconds = costs.reduce(0) { $0 + $1.seconds }
        operations = costs.map { Operation($0, in: plan) }
        values = zip(plan.values, plan.lifetimes()).map { Value($0, lifetime: $1) }
        constantBytes = plan.constants.map(\.byteCount)
        provenance = plan.provenance.map {
            RecordedFact(key: String(decoding: $0.key, as: UTF8.self), value: String(decoding: $0.value, as: UTF8.self))
        }
        description =
            PlanDescription.lines(of: plan, fileBytes: fileBytes ?? 0)
            + (describesSchedule ? ScheduleDescription.lines(of: plan) : [])
    }

    var lines: [String] { description + (page?.lines ?? []) }

    /// The operations, with what they make and how.
    var details: [String] {
        [""]
            + operations.map { operation in
                let results = operation.results.map { "\(values[$0].element) \(Format.shape(values[$0].shape))" }.joined(separator: ", ")
                return "  \(Format.left(operation.name, 28)) \(Format.left(operation.algorithm, 22)) \(results)"
            }
    }
}

extension PlanReport.Operation {
    fileprivate init(_ cost: OperationCost, in plan: Plan) {
        let operation = cost.operation
        name = String(decoding: operation.name, as: UTF8.self)
        kind = operation.kernel.kindName
        algorithm = operation.algorithmName
        parameters = operation.kernel.parameterText
        sources = operation.sources.map(\.index)
        results = operation.results.map(\.index)
        constants = operation.constants.map(\.index)
        weights = operation.constants.isEmpty ? nil : operation.kernel.weights.argument
        weightBytes = cost.weightBytes
        multiplyAccumulates = operation.work(in: plan.values)
        stepRows = cost.rows
        rows = operation.progressRows(in: plan.values)
        stepCount = cost.steps
        scratchBytes = operation.scratchBytes(in: plan.values)
        firstExit = operation.firstExit
        estimatedSeconds = cost.seconds
        alternatives = cost.alternatives.map {
            PlanReport.Algorithm(name: $0.algorithm.label, estimatedSeconds: $0.seconds, weightBytes: $0.weightBytes)
        }
    }
}

extension PlanReport.Value {
    fileprivate init(_ value: PlanValue, lifetime: ClosedRange<Int>?) {
        if let plain = value.plain {
            layout = "plain"
            element = plain.element.name.description
            shape = plain.shape
        } else {
            layout = "rows"
            element = PlanElement.float32.name.description
            shape = [value.height, value.width, value.channels]
        }
        ringRows = value.ringRows
        ringBytes = value.ringBytes
        switch value.storage {
        case .arena(let offset):
            arenaOffset = offset
            firstStep = lifetime?.lowerBound
            lastStep = lifetime?.upperBound
        case .constant(let id): constant = id.index
        }
    }
}
