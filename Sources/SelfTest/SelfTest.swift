import PlanFormat
import ProbeKernels
import Runtime

/// Adds a self-test to plans: a few operations' first rows from generated numbers, and what a sound machine makes of them.
public enum SelfTest {
    /// Multiply-accumulates of the probes beyond one of each kind: computing their checksums without the CPU's best
    /// instructions takes a fraction of a second.
    static let budget = 1 << 24

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
        let options = SessionOptions(threads: 1, instructionSet: .portable)
        return try Session(model, options: options, kernels: kernels).checksums(of: probes)
    }

    /// The cheapest operation of each kind, and of the others the cheapest ones that the budget allows.
    static func probes(of plan: Plan) -> [Probe] {
        var rows = [Int](repeating: 0, count: plan.operations.count)
        for step in plan.schedule where step.firstRow == 0 {
            let operation = plan.operations[step.operation.index]
            rows[step.operation.index] = min(step.rowCount, operation.rowGranularity)
        }
        let costs = plan.operations.indices.map { index in
            let operation = plan.operations[index]
            return operation.work(in: plan.values) / max(1, operation.progressRows(in: plan.values)) * rows[index]
        }
        let order = plan.operations.indices.filter { rows[$0] > 0 }.sorted { (costs[$0], $0) < (costs[$1], $1) }
        var kinds = Set<Kind>()
        var chosen = Set(order.filter { kinds.insert(Kind(plan.operations[$0])).inserted })
        var total = 0
        for index in order where !chosen.contains(index) {
            total += costs[index]
            if total > budget { break }
            chosen.insert(index)
        }
        return chosen.sorted().map { Probe(PlanOperationID($0), rowCount: rows[$0]) }
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
