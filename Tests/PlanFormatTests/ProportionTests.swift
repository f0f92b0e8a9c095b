import Testing

@testable import PlanFormat

/// Verifying takes time in proportion to the file, by the operands that are looked at.
@Suite struct ProportionTests {
    /// A concatenation row by row: `sources` operands in each of `height` steps.
    private func concatenation(sources: Int, height: Int, distinct: Bool) -> Plan {
        var plan = Plan()
        let values = distinct ? sources : 1
        plan.inputs = [EntryPoint(name: Array("in".utf8), height: height, width: 1, channels: 1)]
        plan.outputs = [EntryPoint(name: Array("out".utf8), height: height, width: 1, channels: sources)]
        for _ in 0..<values {
            plan.values.append(
                PlanValue(channels: 1, width: 1, height: height, ringRows: 1, storage: .arena(offset: 64 * plan.values.count)))
            plan.operations.append(PlanOperation(.input(entry: 0), sources: [], results: [PlanValueID(plan.operations.count)]))
        }
        var joined = PlanValue(channels: sources, width: 1, height: height, ringRows: 1, storage: .arena(offset: 64 * values))
        joined.storage = .arena(offset: 64 * values)
        plan.values.append(joined)
        plan.operations += [
            PlanOperation(
                .concatenation, sources: (0..<sources).map { PlanValueID(distinct ? $0 : 0) }, results: [PlanValueID(values)]),
            PlanOperation(.output(entry: 0), sources: [PlanValueID(values)], results: []),
        ]
        for row in 0..<height {
            for operation in plan.operations.indices {
                plan.schedule.append(Step(PlanOperationID(operation), firstRow: row, rowCount: 1))
            }
        }
        plan.memory.zeroRowOffset = 64 * values + joined.ringBytes
        plan.memory.arenaBytes = plan.memory.zeroRowOffset
        return plan
    }

    /// A value that an operation reads thousands of times is looked at once in each of its steps.
    @Test func sourcesThatAreTheSameAreLookedAtOnce() throws {
        let plan = concatenation(sources: 4096, height: 5000, distinct: false)
        #expect(plan.operations[1].visitsOfStep == 2)
        #expect(try plan.verify() <= 2 * plan.schedule.count)
        // A table of row pointers for each of them all the same.
        #expect(plan.tallestSteps()[1].total(plan.operations[1]) == 4097)
    }

    /// Many sources are looked at in every step; but their producers have steps too, so that the average stays small.
    @Test func manySourcesOfTheirOwnAreAccepted() throws {
        let plan = concatenation(sources: 300, height: 400, distinct: true)
        let visits = try plan.verify()
        #expect(visits == 400 * (300 + 301 + 1))
        #expect(visits < 3 * plan.schedule.count)
    }

    /// Steps with thousands of operands each, whose producers have one step for all: refused early, whatever their number.
    @Test func operandsOfAllStepsHaveABudget() throws {
        var plan = concatenation(sources: 1000, height: 2000, distinct: true)
        for index in 0..<1000 { plan.values[index].ringRows = 2000 }
        var end = 0
        for index in plan.values.indices {
            plan.values[index].storage = .arena(offset: end)
            end += plan.values[index].ringBytes
        }
        plan.memory.zeroRowOffset = end
        plan.memory.arenaBytes = end
        plan.schedule = (0..<1000).map { Step(PlanOperationID($0), firstRow: 0, rowCount: 2000) }
        for row in 0..<2000 {
            for operation in 1000..<1002 { plan.schedule.append(Step(PlanOperationID(operation), firstRow: row, rowCount: 1)) }
        }
        #expect(FileLayout.largestVisitCount(steps: plan.schedule.count) == 65536 + 64 * 5000)
        let refusal = #expect(throws: PlanError.self) { try plan.verify() }
        #expect(refusal?.kind == .exceedsLimit)
        #expect(refusal?.message.hasSuffix("the steps have more than 385536 operands") == true)
    }

    /// A long text that thousands of records name is memory for each of them.
    @Test func textsAreBoundedByTheFile() throws {
        var sample = SamplePlan()
        let text = [UInt8](repeating: 0x61, count: 2000)
        sample.plan.provenance = (0..<8).map { _ in ProvenanceEntry(key: [0x62], value: text) }
        #expect(planRefusal(sample.bytes) == nil)
        sample.plan.provenance = (0..<1000).map { _ in ProvenanceEntry(key: [0x62], value: text) }
        #expect(planRefusal(sample.bytes)?.message.contains("all texts have more than") == true)
        #expect(FileLayout.largestStringBytes(inFileOf: 1000) == 4096 + 8000)
        #expect(FileLayout.largestStringBytes(inFileOf: 1 << 40) == 1 << 22)
    }

    /// Tensors without elements lie where others do; whoever of them comes or goes first, the others are still told apart.
    @Test func emptyTensorsHideNoOverlap() throws {
        var plan = Plan()
        let empty = PlainTensor(.float32, [0])
        let full = PlainTensor(.float32, [16])
        plan.inputs = [EntryPoint(name: Array("empty".utf8), empty), EntryPoint(name: Array("full".utf8), full)]
        plan.outputs = ["a", "b", "c"].map { EntryPoint(name: Array($0.utf8), full) }
        plan.values = [
            PlanValue(empty, storage: .arena(offset: 0)), PlanValue(full, storage: .arena(offset: 0)),
            PlanValue(full, storage: .arena(offset: 64)),
        ]
        let relu = Activation(.relu)
        let nothing = PlanValue(empty, storage: .arena(offset: 64))
        plan.values.append(nothing)
        plan.operations = [
            PlanOperation(.plainInput(entry: 0), sources: [], results: [PlanValueID(0)]),
            PlanOperation(.plainInput(entry: 1), sources: [], results: [PlanValueID(1)]),
            PlanOperation(.plain(.elementwise(PlainElementwise(relu))), sources: [PlanValueID(0)], results: [PlanValueID(3)]),
            PlanOperation(.plain(.elementwise(PlainElementwise(relu))), sources: [PlanValueID(1)], results: [PlanValueID(2)]),
            PlanOperation(.plainOutput(entry: 0), sources: [PlanValueID(1)], results: [], firstExit: 0),
            PlanOperation(.plainOutput(entry: 1), sources: [PlanValueID(2)], results: [], firstExit: 1),
            PlanOperation(.plainOutput(entry: 2), sources: [PlanValueID(1)], results: [], firstExit: 2),
        ]
        plan.schedule = plan.operations.indices.map { Step(PlanOperationID($0), firstRow: 0, rowCount: 1) }
        plan.memory.arenaBytes = 128
        try plan.verify()
        plan.values[2].storage = .arena(offset: 0)
        let refusal = #expect(throws: PlanError.self) { try plan.verify() }
        #expect(refusal?.message.contains("overlap those of values[1]") == true, "\(refusal?.message ?? "")")
    }

    /// As many rings as a plan can have, alive at once.
    @Test func manyRingsAreToldApart() throws {
        var plan = concatenation(sources: 4000, height: 1, distinct: true)
        try plan.verify()
        // One moved onto its neighbour, and onto one of the others.
        plan.values[2001].storage = .arena(offset: 64 * 2000)
        #expect(throws: PlanError.self) { try plan.verify() }
        plan.values[2001].storage = .arena(offset: 64 * 3333)
        #expect(throws: PlanError.self) { try plan.verify() }
        plan.values[2001].storage = .arena(offset: 64 * 2001)
        // And one that reaches into its neighbour.
        plan.values[4000].storage = .arena(offset: 64 * 3999)
        #expect(throws: PlanError.self) { try plan.verify() }
    }
}
