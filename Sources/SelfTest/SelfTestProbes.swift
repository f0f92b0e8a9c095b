import PlanFormat
import ProbeKernels
import Runtime

/// Makes the self-test of a plan: it chooses some operations, of which the first rows are computed from generated numbers, and
/// computes the checksums that a sound machine gets.
public enum SelfTestProbes {
    /// How many multiply-accumulates the probes may cost together that are the only ones of their kind. An operation that costs
    /// more has no probe.
    static let budget = 1 << 28
    /// How many multiply-accumulates the further probes may cost together. Their checksums are computed without the processor's
    /// best instructions, and that should take only a fraction of a second.
    static let furtherBudget = 1 << 24
    /// A multiply-accumulate of a kernel on whole tensors takes about this many times as long as one of a kernel on rows of
    /// images.
    private static let wholeTensorCost = 32
    /// The most elements of whole tensors that one probe may read and write.
    static let mostWholeElements = 1 << 22

    /// The probes of a plan with the checksums of a sound machine, which are the same on every machine.
    ///
    /// - Parameter model: A plan whose self-test is ``chosen(for:)``, with checksums that are not known yet. Only the constants
    ///   of these probes are read.
    /// - Throws: for lack of memory.
    public static func computed(_ model: Model) throws(RuntimeError) -> [Probe] {
        var probes = model.plan.selfTest
        let fused = try checksums(of: probes, model, KernelTable { venule_probe_kernel_find(1, $1, $2) })
        let unfused = try checksums(of: probes, model, KernelTable { venule_probe_kernel_find(0, $1, $2) })
        for index in probes.indices {
            probes[index].fusedChecksum = fused[index]
            probes[index].unfusedChecksum = unfused[index]
        }
        return probes
    }

    private static func checksums(
        of probes: [Probe], _ model: Model, _ kernels: KernelTable
    ) throws(RuntimeError) -> [UInt32] {
        let options = SessionOptions(threads: 1, instructionSet: .portable, allocator: UntouchedMemory.allocator)
        return try Session(model, options: options, kernels: kernels).checksums(of: probes)
    }

    /// The cheapest operation of each kind, and then the cheapest ones of the others, both as far as their budgets allow.
    public static func chosen(for plan: Plan) -> [Probe] {
        var rows = [Int](repeating: 0, count: plan.operations.count)
        for step in plan.schedule where step.firstRow == 0 {
            let operation = plan.operations[step.operation.index]
            rows[step.operation.index] = min(step.rowCount, operation.rowGranularity)
        }
        let costs = plan.operations.indices.map { cost(of: $0, rows: rows[$0], plan) }
        let possible = plan.operations.indices.filter { index in
            rows[index] > 0 && plan.wholeElements(of: Probe(PlanOperationID(index), rowCount: rows[index])) <= mostWholeElements
        }
        let order = possible.sorted { (costs[$0], $0) < (costs[$1], $1) }
        var kinds = Set<Kind>()
        let firsts = Set(order.filter { kinds.insert(Kind(plan.operations[$0])).inserted })
        var chosen: [Int] = []
        var (left, further) = (budget, furtherBudget)
        for index in order {
            if firsts.contains(index) {
                guard costs[index] <= left else { continue }
                left -= costs[index]
            } else {
                guard costs[index] <= further else { continue }
                further -= costs[index]
            }
            chosen.append(index)
        }
        return chosen.sorted().map { Probe(PlanOperationID($0), rowCount: rows[$0]) }
    }

    /// What it costs to compute this many rows of an operation.
    private static func cost(of index: Int, rows: Int, _ plan: Plan) -> Int {
        let operation = plan.operations[index]
        let (work, progress) = (operation.work(in: plan.values), max(1, operation.progressRows(in: plan.values)))
        guard case .plain = operation.kernel else { return (work / progress).saturating(times: rows) }
        return work.saturating(times: wholeTensorCost)
    }

    /// Operations are of the same kind if the same code computes them: they have the same family, the same algorithm of a
    /// convolution and the same activation.
    private struct Kind: Hashable {
        var family: UInt32
        var variant: UInt32
        var function: Activation.Function?

        init(_ operation: PlanOperation) {
            family = operation.kernel.familyCode
            variant = operation.kernel.variant
            function = operation.kernel.resultActivation?.function
        }
    }
}
