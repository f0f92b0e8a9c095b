import PlanFormat
import RuntimeTestSupport
import Testing

@testable import Runtime

@Suite struct ObserverTests {
    /// Each row of each value comes once, in order, and holds what the run computes, whatever the height of the steps: a value
    /// that is an output is the output.
    @Test(arguments: [1, 2, 3, nil] as [Int?])
    func everyRowOfEveryValueIsSeenOnce(stepRows: Int?) throws {
        let network = SmallNetwork(height: 14, width: 6, stepRows: stepRows, batch: 2)
        let plan = network.plan
        let images = (0..<2).map { network.input(seed: 30 + $0) }
        let expected = images.flatMap { network.expected($0).deep.floats }
        let session = try Session(try network.model(), options: SessionOptions(threads: 2))
        let unobserved = try session.outputs(of: images.flatMap(\.floats))

        var seen = [[Int]](repeating: [], count: plan.values.count)
        var deep: [Float] = []
        let observed = plan.operations[3].results[0]
        session.observer = { row in
            let id = plan.operations[row.operation.index].results[row.result]
            let value = plan.values[id.index]
            #expect(row.bytes.count == value.rowBytes)
            seen[id.index].append(row.repetition * value.height + row.row)
            guard id == observed else { return }
            let floats = row.bytes.bindMemory(to: Float.self)
            for x in 0..<value.width {
                for channel in 0..<value.channels {
                    let column = channel / PlanValue.lanes * value.blockStride + (value.leftHalo + x) * PlanValue.lanes
                    deep.append(floats[column + channel % PlanValue.lanes])
                }
            }
        }
        #expect(try session.outputs(of: images.flatMap(\.floats)) == unobserved)
        for (rows, value) in zip(seen, plan.values) { #expect(rows == Array(0..<(2 * value.height))) }
        #expect(deep == expected)

        // Nobody is told of later runs.
        session.observer = nil
        seen = []
        #expect(try session.outputs(of: images.flatMap(\.floats)) == unobserved)
    }

    /// Rows that are exchanged with the caller one by one are seen as well.
    @Test func rowsOfAStreamedRunAreSeen() throws {
        let network = SmallNetwork(height: 8, width: 4, stepRows: 2)
        let session = try Session(try network.model(), options: SessionOptions(threads: 1))
        var rows = [Int](repeating: 0, count: network.plan.values.count)
        session.observer = { row in
            rows[network.plan.operations[row.operation.index].results[row.result].index] += 1
        }
        try session.start(inputs: [.rows], outputs: [.rows, .rows])
        while true {
            switch try session.advance() {
            case .inputRows(let rows): rows.bytes.initializeMemory(as: UInt8.self, repeating: 0)
            case .outputRows: continue
            case .finished:
                #expect(rows == network.plan.values.map(\.height))
                return
            }
        }
    }
}
