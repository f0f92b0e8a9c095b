import Testing

@testable import PlanFormat

/// The self-test's records: written, read back, and refused where a run could leave its rings.
@Suite struct SelfTestRecordTests {
    private func refusal(_ probes: [Probe]) -> String? {
        var sample = SamplePlan()
        sample.plan.selfTest = probes
        return planRefusal(sample.bytes)?.message
    }

    @Test func readsBack() throws {
        var sample = SamplePlan()
        sample.plan.selfTest = []
        let without = sample.bytes
        sample.plan.selfTest = [
            Probe(PlanOperationID(0), rowCount: 1, fusedChecksum: 1, unfusedChecksum: 0xFFFF_FFFF),
            Probe(PlanOperationID(1), rowCount: 2, fusedChecksum: 3, unfusedChecksum: 4),
        ]
        #expect(try readUnverified(sample.bytes).selfTest == sample.plan.selfTest)
        #expect(refusal(sample.plan.selfTest) == nil)
        #expect(sample.bytes.count > without.count)
        #expect(try readUnverified(without).selfTest.isEmpty)
    }

    @Test func refusesWhatIsNoPartOfAFirstStep() {
        func probe(_ operation: Int, _ rows: Int) -> Probe { Probe(PlanOperationID(operation), rowCount: rows) }
        #expect(refusal([probe(6, 1)])?.contains("selfTest[0].operation: 6, expected 0 through 5") == true)
        #expect(refusal([probe(2, 1), probe(2, 1)])?.contains("selfTest[1].operation: 2, expected 3 through 5") == true)
        #expect(refusal([probe(0, 0)])?.contains("selfTest[0].rowCount: 0") == true)
        #expect(refusal([probe(0, 7)])?.contains("selfTest[0].rowCount: 7, the first step of operations[0] has") == true)
        #expect(refusal([probe(1, 1)])?.contains("operations[1] advances by 2") == true)
    }
}
