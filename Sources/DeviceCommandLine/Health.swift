import PlanFormat
import Platform
import Runtime

/// What is checked of a plan before it is trusted: whether it fits, its constants and its self-test.
struct Health {
    let model: Model
    let place: String

    /// - Throws: with the status of a corrupt file.
    func checkConstants() throws(DeviceFailure) {
        do {
            try model.checkConstants()
        } catch {
            throw DeviceFailure(error, place: place)
        }
    }

    /// What a run takes, in bytes.
    struct NeededBytes {
        /// With inputs and outputs.
        let session: UInt64
        /// The plan's file.
        let file: UInt64
        /// What this process has taken until now, with the plan's tables.
        let program: UInt64

        var total: UInt64 { session.saturating(plus: file).saturating(plus: program) }
    }

    /// What a run takes with so many threads.
    func neededBytes(threads: Int?) throws(DeviceFailure) -> NeededBytes {
        let session: Int
        do {
            session = try Session.memoryBytes(model, threads: threads)
        } catch {
            throw DeviceFailure(error, place: place)
        }
        return NeededBytes(session: UInt64(session), file: UInt64(model.fileBytes), program: venule_peak_resident_bytes())
    }

    /// - Throws: where the system has less; of what it does not say nothing is known.
    func checkFit(_ needed: UInt64, _ system: venule_system_memory) throws(DeviceFailure) {
        for (name, bytes) in [
            ("the memory available is", system.available), ("the memory is", system.total),
            ("the limit of the control group is", system.groupLimit), ("the limit of the address space is", system.addressLimit),
        ] as [(StaticString, UInt64)] where bytes > 0 && bytes < needed {
            throw DeviceFailure(.doesNotFit, "\(place): needs \(Console.bytes(needed)), \(name) \(Console.bytes(bytes))")
        }
    }

    /// Runs the plan's self-test.
    /// - Returns: How many probes there are.
    /// - Throws: with the status of a mismatch, and where the machine has no memory for the plan.
    func selfTest(threads: Int?) throws(DeviceFailure) -> Int {
        let report: SelfTestReport
        do {
            report = try Session(model, options: SessionOptions(threads: threads)).runSelfTest()
        } catch {
            throw DeviceFailure(error, place: place)
        }
        guard let first = report.failures.first else { return report.probes }
        let operation = model.plan.operations[first.operation.index]
        throw DeviceFailure(
            .mismatch,
            "\(place): self-test: \(report.failures.count) of \(report.probes) probes differ; first operation "
                + "\(first.operation.index) '\(printableText(operation.name))': \(Console.hexadecimal(first.found)), expected "
                + Console.hexadecimal(first.expected))
    }
}
