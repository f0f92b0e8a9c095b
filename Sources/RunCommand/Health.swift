import PlanFormat
import Platform
import Runtime

/// What is checked of a plan before it is trusted: its constants and its self-test.
struct Health {
    let model: Model
    let place: String

    /// - Throws: with the status of a corrupt file.
    func checkConstants() throws(CommandFailure) {
        do {
            try model.checkConstants()
        } catch {
            throw CommandFailure(error, place: place)
        }
    }

    /// Runs the plan's self-test.
    /// - Returns: How many probes there are.
    /// - Throws: with the status of a mismatch, and where the machine has no memory for the plan.
    func selfTest(threads: Int?) throws(CommandFailure) -> Int {
        let report: SelfTestReport
        do {
            report = try Session(model, options: SessionOptions(threads: threads)).runSelfTest()
        } catch {
            throw CommandFailure(error, place: place)
        }
        guard let first = report.failures.first else { return report.probes }
        let operation = model.plan.operations[first.operation.index]
        throw CommandFailure(
            .mismatch,
            "\(place): self-test: \(report.failures.count) of \(report.probes) probes differ; first operation "
                + "\(first.operation.index) '\(printableText(operation.name))': \(Console.hexadecimal(first.found)), expected "
                + Console.hexadecimal(first.expected))
    }
}
