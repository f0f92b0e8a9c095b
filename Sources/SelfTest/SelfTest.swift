import PlanFormat
import ProbeKernels
import Runtime

/// Adds a self-test to plans: a few operations' first rows from generated numbers, and what a sound machine makes of them.
public enum SelfTest {
    /// Multiply-accumulates of the probes that are one of each kind, and of the others: computing their checksums without the
    /// CPU's best instructions takes a fraction of a second. An operation that costs more has no probe.
    static let budget = 1 << 24
    /// Elements of the whole tensors that one probe reads and writes.
    static let mostWholeElements = 1 << 22

    /// - Parameter bytes: a plan that the compiler made and verified.
    /// - Returns: The same plan with a self-test in place of any that it had. The same on every machine.
    /// - Throws: for lack of memory.
    public static func added(to bytes: [UInt8]) throws(RuntimeError) -> [UInt8] {
        var plan: Plan
        do throws(PlanError) {
            plan = try PlanReader.read(bytes.span.bytes)
        } catch {
            throw .plan(error)
        }
        var probes = Self.probes(of: plan)
        let model = try bytes.withUnsafeBytes { bytes in
            Result { () throws(RuntimeError) in try Model(copying: bytes) }
        }.get()
        let fused = try checksums(of: probes, model, KernelTable { venule_probe_kernel_find(1, $1, $2) })
        let unfused = try checksums(of: probes, model, KernelTable { venule_probe_kernel_find(0, $1, $2) })
        for index in probes.indices {
            probes[index].fusedChecksum = fused[index]
            probes[index].unfusedChecksum = unfused[index]
        }
        plan.selfTest = probes
        let section = plan.constantsSection
        return PlanWriter.bytes(of: plan, constants: Array(bytes[section.offset..<(section.offset + section.byteCount)]))
    }

    private static func checksums(
        of probes: [Probe], _ model: Model, _ kernels: KernelTable
    ) throws(RuntimeError) -> [UInt32] {
        let options = SessionOptions(threads: 1, instructionSet: .portable, allocator: UntouchedMemory.allocator)
        return try Session(model, options: options, kernels: kernels).checksums(of: probes)
    }

    /// The cheapest operation of each kind, and of the others the cheapest ones, both as far as the budget allows.
    static func probes(of plan: Plan) -> [Probe] {
        var rows = [Int](repeating: 0, count: plan.operations.count)
        for step in plan.schedule where step.firstRow == 0 {
            let operation = plan.operations[step.operation.index]
            rows[step.operation.index] = min(step.rowCount, operation.rowGranularity)
        }
        let costs = plan.operations.indices.map { index in
            let operation = plan.operations[index]
            let rowWork = operation.work(in: plan.values) / max(1, operation.progressRows(in: plan.values))
            return rowWork.multipliedReportingOverflow(by: rows[index]).overflow ? .max : rowWork * rows[index]
        }
        let possible = plan.operations.indices.filter { index in
            guard rows[index] > 0, costs[index] <= budget else { return false }
            return plan.wholeElements(of: Probe(PlanOperationID(index), rowCount: rows[index])) <= mostWholeElements
        }
        let order = possible.sorted { (costs[$0], $0) < (costs[$1], $1) }
        var kinds = Set<Kind>()
        let firsts = order.filter { kinds.insert(Kind(plan.operations[$0])).inserted }
        let first = Set(firsts)
        let others = order.filter { !first.contains($0) }
        return (affordable(firsts, costs) + affordable(others, costs)).sorted().map { Probe(PlanOperationID($0), rowCount: rows[$0]) }
    }

    /// As many as the budget allows, from the first on.
    private static func affordable(_ operations: [Int], _ costs: [Int]) -> ArraySlice<Int> {
        var left = budget
        return operations.prefix { index in
            left -= costs[index]
            return left >= 0
        }
    }

    /// What has code of its own: a family, a convolution's algorithm, a function.
    private struct Kind: Hashable {
        var family: UInt32
        var algorithm: ConvolutionAlgorithm?
        var function: Activation.Function?

        init(_ operation: PlanOperation) {
            family = operation.kernel.familyCode
            switch operation.kernel {
            case .convolution(let p): (algorithm, function) = (p.algorithm, p.activation.function)
            case .transposedConvolution(let p): function = p.activation.function
            case .elementwise(let activation), .scaleShift(let activation): function = activation.function
            case .binary(let p): function = p.activation.function
            default: break
            }
        }
    }
}
