import Testing

@testable import PlanFormat

/// Records of a file as they are, for tests of the coding alone.
func readUnverified(_ bytes: [UInt8]) throws(PlanError) -> Plan { try PlanReader.decode(bytes.span.bytes) }

// Outside `#expect`, whose expansion cannot hold a span.
private func checkConstants(_ bytes: [UInt8]) throws { try PlanReader.checkConstants(bytes.span.bytes) }
private func read(_ bytes: [UInt8], limits: PlanLimits) throws -> Plan { try PlanReader.read(bytes.span.bytes, limits: limits) }

/// Flips, truncations and forged fields: what is refused, and with which words.
@Suite struct RefusalTests {
    private func refusal(_ bytes: [UInt8]) -> PlanError? {
        do throws(PlanError) {
            _ = try PlanReader.read(bytes.span.bytes)
            return nil
        } catch { return error }
    }

    /// What `change` makes of the sample, written with correct checksums.
    private func refusal(_ change: (inout SamplePlan) -> Void) -> String {
        var sample = SamplePlan()
        change(&sample)
        return refusal(sample.bytes)?.message ?? "accepted"
    }

    @Test func acceptsTheSample() { #expect(refusal(SamplePlan().bytes) == nil) }

    /// What does not depend on a schedule is proved of a plan that has none yet: values are held whole, and have no places.
    @Test func plansWithoutASchedule() throws {
        func refusal(_ change: (inout Plan) -> Void) -> String {
            var plan = SamplePlan().plan
            plan.schedule = []
            plan.memory.arenaBytes = 0
            for index in plan.values.indices {
                plan.values[index].ringRows = plan.values[index].height
                plan.values[index].storage = .arena(offset: 0)
            }
            change(&plan)
            do throws(PlanError) { try plan.verifyUnscheduled() } catch { return error.message }
            return "accepted"
        }
        #expect(refusal { _ in } == "accepted")
        #expect(refusal { $0.values[2].ringRows = 1 } == "values[2].ringRows: 1, expected all 3")
        #expect(refusal { $0.values[1].leftHalo = 0 }.hasPrefix("operations[3]: source 0 has halos of 0 and"))
        #expect(refusal { $0.operations[1].constants = [] } == "operations[1]: 0 constants, expected 2")
        #expect(refusal { $0.operations.removeLast() } == "outputs[0]: no operation makes it")
        #expect(refusal { $0.memory.zeroRowBytes += 64 }.hasPrefix("memory.zeroRowBytes: "))
    }

    @Test func refusesEveryTruncation() {
        let bytes = SamplePlan().bytes
        for count in 0..<bytes.count { #expect(refusal(Array(bytes.prefix(count))) != nil, "\(count) bytes") }
    }

    @Test func refusesEveryFlippedByteOutsideTheConstants() throws {
        let bytes = SamplePlan().bytes
        let plan = try PlanReader.read(bytes.span.bytes)
        let constants = plan.constantsSection.offset..<plan.constantsSection.offset + plan.constantsSection.byteCount
        var padding = 0
        for index in bytes.indices where !constants.contains(index) {
            var flipped = bytes
            flipped[index] ^= 0xFF
            if refusal(flipped) == nil {
                // Only the unused bytes between two sections may change, and they change nothing.
                #expect(bytes[index] == 0)
                let again = try PlanReader.read(flipped.span.bytes)
                #expect(again.schedule == plan.schedule && again.operations == plan.operations && again.values == plan.values)
                padding += 1
            }
        }
        #expect(padding < 64 * PlanSection.allCases.count)
    }

    @Test func checksTheConstantsOnDemand() throws {
        var bytes = SamplePlan().bytes
        let plan = try PlanReader.read(bytes.span.bytes)
        bytes[plan.constantsSection.offset + 3] ^= 1
        #expect(refusal(bytes) == nil)
        #expect(throws: PlanError.self) { try checkConstants(bytes) }
    }

    @Test func namesVersionAndFeatures() {
        for (offset, value, expected) in [(8, UInt8(2), "header.major: format 2"), (24, 4, "header.requiredFeatures: bits 4")] {
            var bytes = SamplePlan().bytes
            bytes[offset] = value
            let crc = checksum(Array(bytes[..<60]))
            for byte in 0..<4 { bytes[60 + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * byte)) }
            let error = refusal(bytes)
            #expect(error?.kind == .unsupported)
            #expect(error?.message.contains(expected) == true, "\(error?.message ?? "accepted")")
        }
    }

    @Test func provesTheSchedule() {
        #expect(refusal { $0.plan.schedule.swapAt(0, 1) }.contains("schedule[0]: reads row"))
        #expect(refusal { $0.plan.schedule.removeLast() }.contains("outputs[0]: 3 of 6 rows"))
        #expect(refusal { $0.plan.schedule.remove(at: 3) }.contains("schedule[3]: reads row 4 of values[0]"))
        #expect(refusal { $0.plan.schedule.append($0.plan.schedule[0]) }.contains("schedule[15].firstRow: 0, operations[0] is at row 6"))
        #expect(refusal { $0.plan.schedule[0] = Step(PlanOperationID(0), firstRow: 0, rowCount: 7) }.contains("rowCount: 7"))
        #expect(refusal { $0.plan.schedule[0] = Step(PlanOperationID(99), firstRow: 0, rowCount: 1) }.contains("operation: 99 of 6"))
        #expect(refusal { $0.plan.schedule[1] = Step(PlanOperationID(1), firstRow: 0, rowCount: 1) }.contains("advances by 2"))
    }

    @Test func provesTheRings() {
        // The second convolution reads from row 0 when four rows are written: a ring of three has lost row 0.
        #expect(refusal { $0.plan.values[1].ringRows = 3 }.contains("schedule[6]: reads row 0 of values[1], whose ring of 3 begins at 1"))
        #expect(refusal { $0.plan.values[3].ringRows = 1 }.contains("writes 2 rows into values[3], whose ring has 1"))
        #expect(refusal { $0.plan.values[0].ringRows = 0 }.contains("values[0].ringRows: 0"))
    }

    @Test func provesTheArena() {
        #expect(refusal { $0.plan.values[1].storage = .arena(offset: 64) }.contains("overlap"))
        #expect(refusal { $0.plan.values[1].storage = .arena(offset: 65) }.contains("no multiple of 64"))
        #expect(refusal { $0.plan.values[5].storage = .arena(offset: 1 << 40) }.contains("the arena has"))
        #expect(refusal { $0.plan.memory.zeroRowOffset = 0 }.contains("the row of zeros"))
        #expect(refusal { $0.plan.memory.zeroRowBytes = 64 }.contains("memory.zeroRowBytes: 64"))
        #expect(refusal { $0.plan.memory.arenaBytes = 1 << 50 }.contains("the limit is"))
    }

    @Test func provesTheOperations() {
        #expect(refusal { $0.plan.operations[0].kernel = .input(entry: 1) }.contains("operations[0].entry: 1 of 1"))
        #expect(refusal { $0.plan.operations[5].sources = [PlanValueID(6)] }.contains("value 6 of 6"))
        #expect(refusal { $0.plan.operations[4].constants.removeLast() }.contains("1 constants, expected 2"))
        #expect(refusal { $0.plan.constants[0].byteCount -= 64 }.contains("constant 0 has"))
        #expect(refusal { $0.plan.constants[0].byteCount = 1 << 40 }.contains("constantIndex[0]"))
        #expect(refusal { $0.plan.values[0].leftHalo = 0 }.contains("halos of 0 and 1"))
        #expect(refusal { $0.plan.values[2].width = 5 }.contains("expected 3x4x8"))
        #expect(refusal { $0.plan.operations[3].results = [PlanValueID(1)] }.contains("source and a result"))
        #expect(
            refusal {
                $0.plan.operations[4].results = [PlanValueID(4)]
                $0.plan.operations[4].sources = [PlanValueID(3)]
            } != "accepted")
        #expect(refusal { $0.plan.operations[2].firstExit = 1 }.contains("firstExit: 1 of 1 outputs"))
    }

    @Test func boundsNumbersBeforeCalculatingWithThem() {
        #expect(refusal { $0.plan.values[0].channels = 1 << 31 }.contains("channels"))
        #expect(refusal { $0.plan.values[0].height = Int(UInt32.max) }.contains("height"))
        #expect(refusal { $0.plan.batch = 0 }.contains("batch"))
        let limits = PlanLimits(memoryBytes: 1 << 30, work: 10)
        let bytes = SamplePlan().bytes
        #expect(throws: PlanError.self) { try read(bytes, limits: limits) }
    }
}
