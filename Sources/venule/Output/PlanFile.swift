import Glibc
import Optimizer
import PlanFormat
import Platform
import Runtime
import SelfTest

/// A plan that is written to a file part by part, and then read from where it lies, so that there is no copy of it in memory.
enum PlanFile {
    /// Writes a plan with its self-test. The file appears at its path when it is complete; a character device is written to.
    /// - Returns: The file's bytes.
    static func write(_ compiled: CompiledPlan, to path: String) throws -> Int {
        if FileStatus(path)?.isCharacterDevice == true { return try writeToDevice(compiled, path) }
        var writer = venule_writer()
        try check(venule_writer_open(path, 0, &writer), path)
        do throws(CommandFailure) {
            let byteCount = try fill(writer, with: compiled, path)
            try check(venule_writer_commit(&writer, path), path)
            return byteCount
        } catch {
            venule_writer_abandon(&writer, path)
            throw error
        }
    }

    /// Devices are written from their start to their end, so that the self-test has to be known before.
    private static func writeToDevice(_ compiled: CompiledPlan, _ path: String) throws -> Int {
        var compiled = compiled
        compiled.plan.selfTest = SelfTest.probes(of: compiled.plan)
        let model = try load(compiled, place: path)
        do throws(RuntimeError) {
            compiled.plan.selfTest = try SelfTest.computed(model)
        } catch {
            throw CommandFailure(error, place: path)
        }
        let bytes = compiled.bytes
        try OutputFile.write(bytes, to: path)
        return bytes.count
    }

    private static func fill(
        _ writer: venule_writer, with compiled: CompiledPlan, _ path: String
    ) throws(CommandFailure) -> Int {
        var compiled = compiled
        compiled.plan.selfTest = SelfTest.probes(of: compiled.plan)
        var file = try compiled.write { (part) throws(CommandFailure) in try put(part, writer, path) }
        let probes: [Probe]
        do throws(RuntimeError) {
            // Read back and verified as a device would.
            probes = try SelfTest.computed(Model(descriptor: writer.descriptor))
        } catch {
            throw CommandFailure(error, place: path)
        }
        if let part = file.replaceSelfTest(probes) { try put(part, writer, path) }
        try put(file.head, writer, path)
        return file.byteCount
    }

    /// A plan as a file in the folder for temporary ones, mapped; it has no name any more, and is gone when the model is.
    static func load(_ compiled: CompiledPlan, place: String) throws(CommandFailure) -> Model {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(folder)/venule-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw failure(errno, "a temporary file in \(folder)") }
        defer { close(descriptor) }
        unlink(name)
        let writer = venule_writer(descriptor: descriptor, number: 0)
        _ = try compiled.write { (part) throws(CommandFailure) in try put(part, writer, "a temporary file in \(folder)") }
        do throws(RuntimeError) {
            return try Model(descriptor: descriptor)
        } catch {
            throw CommandFailure(error, place: place)
        }
    }

    private static func put(_ part: PlanWriter.Part, _ writer: venule_writer, _ path: String) throws(CommandFailure) {
        let code = part.bytes.withUnsafeBytes { bytes in
            withUnsafePointer(to: writer) { venule_writer_write($0, UInt64(part.offset), bytes.baseAddress, bytes.count) }
        }
        try check(code, path)
    }

    private static func check(_ code: Int32, _ path: String) throws(CommandFailure) {
        guard code == 0 else { throw failure(code, path) }
    }

    private static func failure(_ code: Int32, _ path: String) -> CommandFailure {
        CommandFailure(.usage, "\(path): cannot be written: \(String(cString: strerror(code)))")
    }
}
