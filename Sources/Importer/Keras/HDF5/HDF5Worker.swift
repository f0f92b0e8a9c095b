#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The process in which libhdf5 runs. It answers questions about one file, which come through a socket that is its standard
/// input, until the socket is closed. On damaged files libhdf5 crashes, runs for ever or asks for any amount of memory; here,
/// that ends only this process.
public enum HDF5Worker {
    /// The first argument of a command line that asks a program to be this process.
    public static let command = "--read-hdf5"

    /// - Parameter arguments: those behind `command`: the file's path, bytes of memory and seconds of processor time.
    /// - Returns: the exit status.
    public static func run(_ arguments: [String]) -> Int32 {
        guard arguments.count == 3, let memory = Int(arguments[1]), let seconds = Int(arguments[2]) else { return 64 }
        limit(memory: memory, seconds: seconds)
        let channel = HDF5Channel(descriptor: 0)
        do throws(HDF5Error) {
            let file = try HDF5File(path: arguments[0])
            forbidFurtherFiles()
            guard channel.transmit(HDF5Message(bytes: [1])) else { return 0 }
            serve(file, channel)
        } catch {
            var answer = HDF5Message(bytes: [0])
            answer.put(error)
            _ = channel.transmit(answer)
        }
        return 0
    }

    private static func serve(_ file: borrowing HDF5File, _ channel: HDF5Channel) {
        while var question = channel.receive(atMost: 1 << 20) {
            var answer = HDF5Message(bytes: [1])
            var floats: [Float] = []
            do throws(HDF5Error) {
                guard let answered = try? self.answer(&question, file, &answer, &floats) else { return }
                try answered.get()
            } catch {
                answer = HDF5Message(bytes: [0])
                answer.put(error)
            }
            guard channel.transmit(answer) else { return }
            if !floats.isEmpty, !floats.withUnsafeBytes(channel.transmit) { return }
        }
    }

    /// - Throws: for what is no question.
    private static func answer(
        _ question: inout HDF5Message, _ file: borrowing HDF5File, _ answer: inout HDF5Message, _ floats: inout [Float]
    ) throws(HDF5Message.Malformed) -> Result<Void, HDF5Error> {
        guard let request = HDF5Request(rawValue: try question.byte()) else { throw HDF5Message.Malformed() }
        let path = try question.text()
        let name = try question.text()
        let number = try question.number(atMost: 1 << 40)
        do throws(HDF5Error) {
            switch request {
            case .kind: answer.put(try file.kind(at: path)?.rawValue ?? 0)
            case .names: answer.put(file.names(in: path, limit: number))
            case .strings:
                let strings = try file.strings(attribute: name, at: path)
                answer.put(UInt8(strings == nil ? 0 : 1))
                answer.put(strings ?? [])
            case .describe: try file.describe(at: path).write(to: &answer)
            case .floats:
                floats = try file.floats(at: path)
                answer.put(floats.count)
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private static func limit(memory: Int, seconds: Int) {
        set(RLIMIT_AS, currentMemory() + max(0, memory))
        set(RLIMIT_CPU, max(1, seconds))
        set(RLIMIT_CORE, 0)
        set(RLIMIT_FSIZE, 0)
    }

    /// No path in a file, whatever it is, can lead to another file from here on.
    private static func forbidFurtherFiles() { set(RLIMIT_NOFILE, 0) }

    private static func set(_ resource: __rlimit_resource, _ value: Int) {
        var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
        _ = setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    }

    /// Bytes of address space in use.
    private static func currentMemory() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 1 << 30 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 64)
        guard fgets(&line, 64, file) != nil else { return 1 << 30 }
        let digits = line.prefix { $0 >= 0x30 && $0 <= 0x39 }.map { UInt8(bitPattern: $0) }
        return (Int(String(decoding: digits, as: UTF8.self)) ?? 1 << 18) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
