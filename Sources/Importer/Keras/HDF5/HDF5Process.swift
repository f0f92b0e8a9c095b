#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// In which process libhdf5 runs.
public enum HDF5Isolation: Hashable, Sendable {
    /// In the caller's own process, which a damaged file may crash or stop. For files that one has written oneself.
    case none
    /// In a process of its own that runs this program with ``HDF5Worker/command`` and what follows it as arguments, within
    /// limits on memory and time. The program calls ``HDF5Worker/run(_:)`` then.
    case program(String)
}

/// An HDF5 file that another process reads. If that process dies, is silent or answers nonsense, the file is taken for damaged.
struct HDF5Process: ~Copyable, HDF5Source {
    let limits: HDF5Limits
    private let channel: HDF5Channel
    private let process: HDF5ChildProcess
    private let seconds: Int

    private init(limits: HDF5Limits, channel: HDF5Channel, process: HDF5ChildProcess, seconds: Int) {
        self.limits = limits
        self.channel = channel
        self.process = process
        self.seconds = seconds
    }

    /// Starts a process and waits until it has the file open.
    static func open(path: String, limits: HDF5Limits, program: String) throws(HDF5Error) -> HDF5Process {
        var status = stat()
        let size = stat(path, &status) == 0 ? Int(status.st_size) : 0
        let seconds = limits.processSeconds + size / limits.bytesPerSecond
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw HDF5Error(.unsupported, "/", found: "no means to start a process: \(String(cString: strerror(errno)))")
        }
        let arguments = [program, HDF5Worker.command, path, "\(limits.processBytes)", "\(seconds)"]
        let started = HDF5ChildProcess(program, arguments, input: ends[1])
        close(ends[1])
        guard let started else {
            close(ends[0])
            throw HDF5Error(.unsupported, "/", found: "'\(program)', which reads HDF5 files, cannot be started")
        }
        let channel = HDF5Channel(descriptor: ends[0], seconds: seconds)
        let process = HDF5Process(limits: limits, channel: channel, process: started, seconds: seconds)
        guard var greeting = channel.receive(atMost: 1 << 20) else {
            throw process.ending(doing: "opening the file", at: "/")
        }
        try process.check(&greeting, doing: "opening the file", at: "/")
        return process
    }

    deinit {
        close(channel.descriptor)
        process.end()
    }
}

// MARK: Questions
extension HDF5Process {
    func kind(at objectPath: String) throws(HDF5Error) -> HDF5ObjectKind? {
        try ask(.kind, objectPath) { answer throws(HDF5Message.Malformed) in HDF5ObjectKind(rawValue: try answer.byte()) }
    }

    func names(in group: String, limit: Int) throws(HDF5Error) -> [String] {
        try ask(.names, group, number: limit) { answer throws(HDF5Message.Malformed) in try answer.texts() }
    }

    func strings(attribute name: String, at objectPath: String) throws(HDF5Error) -> [String]? {
        try ask(.strings, objectPath, name) { answer throws(HDF5Message.Malformed) in
            try answer.byte() == 0 ? nil : try answer.texts()
        }
    }

    func describe(at objectPath: String) throws(HDF5Error) -> HDF5DatasetDescription {
        let limits = limits
        return try ask(.describe, objectPath) { answer throws(HDF5Message.Malformed) in
            try HDF5DatasetDescription(&answer, limits: limits)
        }
    }

    func floats(at objectPath: String) throws(HDF5Error) -> [Float] {
        let limit = limits.tensorBytes / 4
        let count = try ask(.floats, objectPath) { answer throws(HDF5Message.Malformed) in try answer.number(atMost: limit) }
        var complete = true
        let values = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            complete = channel.receive(UnsafeMutableRawBufferPointer(buffer))
            filled = complete ? count : 0
        }
        guard complete else { throw ending(doing: "reading the data", at: objectPath) }
        return values
    }

    private func ask<Answer>(
        _ request: HDF5Request, _ objectPath: String, _ name: String = "", number: Int = 0,
        read: (inout HDF5Message) throws(HDF5Message.Malformed) -> Answer
    ) throws(HDF5Error) -> Answer {
        var question = HDF5Message(bytes: [request.rawValue])
        question.put(objectPath)
        question.put(name)
        question.put(number)
        // An attribute's strings with their lengths are the longest answer.
        let longest = limits.attributeBytes + 8 * limits.attributeStrings + 1024
        let action = "reading \(name.isEmpty ? "the object" : name)"
        guard channel.transmit(question), var answer = channel.receive(atMost: longest) else {
            throw ending(doing: action, at: objectPath)
        }
        try check(&answer, doing: action, at: objectPath)
        do throws(HDF5Message.Malformed) {
            return try read(&answer)
        } catch {
            throw HDF5Error(.corrupt, objectPath, found: "data on which libhdf5 lost its way (\(action))")
        }
    }

    /// Throws the error that the other process sent instead of an answer.
    private func check(_ answer: inout HDF5Message, doing action: String, at objectPath: String) throws(HDF5Error) {
        let sent: HDF5Error
        do throws(HDF5Message.Malformed) {
            if try answer.byte() == 1 { return }
            sent = try answer.error()
        } catch {
            sent = HDF5Error(.corrupt, objectPath, found: "data on which libhdf5 lost its way (\(action))")
        }
        throw sent
    }

    /// Why the other process gave no answer. It is over then, and so is every question after this one.
    private func ending(doing action: String, at objectPath: String) -> HDF5Error {
        let cause: String
        switch process.outcome() {
        case nil: cause = "no answer within \(seconds) seconds"
        case .signal(SIGXCPU), .signal(SIGKILL): cause = "more than \(seconds) seconds of processor time"
        case .signal(let number): cause = "a crash of libhdf5 (signal \(number))"
        case .status(let number): cause = "an end of libhdf5 (exit status \(number))"
        }
        process.end()
        var error = HDF5Error(.corrupt, objectPath, found: "damaged data: \(action) led to \(cause)")
        error.isFinal = true
        return error
    }
}
