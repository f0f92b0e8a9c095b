import PlanFormat

/// How many subnormal numbers there are among a plan's constants: numbers that are not 0, but below 2⁻¹²⁶ in magnitude.
public struct SubnormalWeights: Sendable {
    public var count = 0
    /// The first operation whose constants have any; nil if there are none.
    public var firstOperation: PlanOperationID?

    /// A sentence of warning for whoever chose the plan; nil if there is nothing to warn of.
    public func warning(in plan: Plan) -> String? {
        guard let firstOperation else { return nil }
        let name = printableText(plan.operations[firstOperation.index].name)
        return
            "\(count) subnormal weights, the first in operation \(firstOperation.index) '\(name)': processors may take 100 times as long "
            + "with these; compile with --flush-subnormals"
    }
}

extension Model {
    /// Looks for subnormal numbers among the constants. This reads all of them.
    public var subnormalWeights: SubnormalWeights {
        var found = SubnormalWeights()
        var types = plan.constantTypes
        for (index, operation) in plan.operations.enumerated() {
            for id in operation.constants + operation.sources.compactMap({ plan.values[$0.index].constant }) {
                guard let type = types[id.index] else { continue }
                // Operations may share a constant, which is counted once.
                types[id.index] = nil
                let range = plan.constants[id.index]
                let bytes = UnsafeRawBufferPointer(start: constants + range.offset, count: range.byteCount).bytes
                var count = 0
                for offset in stride(from: 0, to: range.byteCount, by: type.byteCount) where type.isSubnormal(bytes, at: offset) {
                    count += 1
                }
                if count > 0, found.firstOperation == nil { found.firstOperation = PlanOperationID(index) }
                found.count += count
            }
        }
        return found
    }
}

extension PlanValue {
    fileprivate var constant: PlanConstantID? {
        if case .constant(let id) = storage { id } else { nil }
    }
}
