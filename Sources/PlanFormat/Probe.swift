/// One step of a plan's self-test: it makes the first rows of an operation from generated numbers, and has the checksum of what
/// a sound machine makes of them. Documentation/PlanFormat.md defines the numbers and the checksum.
public struct Probe: Hashable, Sendable {
    public var operation: PlanOperationID
    /// Rows from the operation's row 0 on; at most as many as its first step in the schedule has.
    public var rowCount: Int
    /// CRC-32C of the results where multiply and add are fused.
    public var fusedChecksum: UInt32
    /// The same where they are not.
    public var unfusedChecksum: UInt32

    public init(_ operation: PlanOperationID, rowCount: Int, fusedChecksum: UInt32 = 0, unfusedChecksum: UInt32 = 0) {
        self.operation = operation
        self.rowCount = rowCount
        self.fusedChecksum = fusedChecksum
        self.unfusedChecksum = unfusedChecksum
    }

    public var step: Step { Step(operation, firstRow: 0, rowCount: rowCount) }
}

extension Plan {
    /// Checks that each probe is a part of its operation's first step, so that its rows fit into the rings and tables that this
    /// step has.
    func verifySelfTest() throws(PlanError) {
        var firstSteps = [Int](repeating: 0, count: operations.count)
        if !selfTest.isEmpty {
            for step in schedule where step.firstRow == 0 { firstSteps[step.operation.index] = step.rowCount }
        }
        var next = 0
        try forEachRecord("selfTest", selfTest.count) { (index) throws(PlanError) in
            let probe = selfTest[index]
            let id = probe.operation.index
            try require(
                id >= next && id < operations.count,
                ".operation: #, expected # through #, in ascending order", id, next, operations.count - 1)
            next = id + 1
            try require(
                probe.rowCount >= 1 && probe.rowCount <= firstSteps[id],
                ".rowCount: #, the first step of operations[#] has #", probe.rowCount, id, firstSteps[id])
            let isWhole = probe.rowCount == operations[id].progressRows(in: values)
            try require(
                isWhole || probe.rowCount % operations[id].rowGranularity == 0,
                ".rowCount: #, operations[#] advances by #", probe.rowCount, id, operations[id].rowGranularity)
        }
    }
}
