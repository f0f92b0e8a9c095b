import Files
import Optimizer
import PlanFormat
import Runtime
import SelfTest

/// A plan that is written to a file part by part, and then read from where it lies, so that there is no copy of it in memory.
enum PlanFile {
    /// Writes a plan with its self-test. The file appears at its path when it is complete; a character device is written to.
    /// - Returns: The file's bytes.
    static func write(_ compiled: CompiledPlan, to path: String) throws -> Int {
        if FileStatus(path)?.isCharacterDevice == true { return try writeToDevice(compiled, path) }
        var file: PendingFile
        do throws(FileError) { file = try PendingFile(path) } catch { throw failure(error) }
        let byteCount = try fill(&file, with: compiled)
        do throws(FileError) {
            try file.finish()
            try file.publish()
        } catch { throw failure(error) }
        return byteCount
    }

    /// Devices are written from their start to their end, so that the self-test has to be known before.
    private static func writeToDevice(_ compiled: CompiledPlan, _ path: String) throws -> Int {
        var compiled = compiled
        compiled.plan.selfTest = SelfTestProbes.chosen(for: compiled.plan)
        let model = try load(compiled, place: path)
        do throws(RuntimeError) {
            compiled.plan.selfTest = try SelfTestProbes.computed(model)
        } catch {
            throw CommandFailure(error, place: path)
        }
        let bytes = compiled.bytes
        try OutputFile.write(bytes, to: path)
        return bytes.count
    }

    private static func fill(_ file: inout PendingFile, with compiled: CompiledPlan) throws(CommandFailure) -> Int {
        var compiled = compiled
        compiled.plan.selfTest = SelfTestProbes.chosen(for: compiled.plan)
        var writer = try put(compiled, in: &file)
        let probes: [Probe]
        // Read back and verified as a device would, which is the only time that the compiler does it.
        let model = try load(file.descriptor, place: file.path)
        do throws(RuntimeError) { probes = try SelfTestProbes.computed(model) } catch { throw CommandFailure(error, place: file.path) }
        if let part = writer.replaceSelfTest(probes) { try put(part, in: &file) }
        try put(writer.head, in: &file)
        return writer.byteCount
    }

    /// A plan as a file in the folder for temporary ones, mapped; it has no name any more, and is gone when the model is.
    static func load(_ compiled: CompiledPlan, place: String) throws(CommandFailure) -> Model {
        var file = try TemporaryFolder.unnamedFile()
        _ = try put(compiled, in: &file)
        return try load(file.descriptor, place: place)
    }

    /// A file that this compiler has just written.
    private static func load(_ descriptor: Int32, place: String) throws(CommandFailure) -> Model {
        do throws(RuntimeError) {
            return try Model(descriptor: descriptor)
        } catch {
            // No damaged file: a plan that is too large, or a mistake of the compiler's.
            if case .plan(let error) = error { throw CommandFailure(CompileError(error), place: place) }
            throw CommandFailure(error, place: place)
        }
    }

    private static func put(_ compiled: CompiledPlan, in file: inout PendingFile) throws(CommandFailure) -> PlanWriter {
        try compiled.write { (part) throws(CommandFailure) in try put(part, in: &file) }
    }

    private static func put(_ part: PlanWriter.Part, in file: inout PendingFile) throws(CommandFailure) {
        do throws(FileError) { try file.write(part.bytes[...], at: UInt64(part.offset)) } catch { throw failure(error) }
    }

    private static func failure(_ error: FileError) -> CommandFailure { CommandFailure(error) }
}
