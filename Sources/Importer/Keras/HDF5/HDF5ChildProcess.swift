#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A process that has been started, and for whose end exactly one `waitpid` is called.
final class HDF5ChildProcess {
    enum Outcome {
        case status(Int32)
        case signal(Int32)
    }

    private let id: pid_t
    private var known: Outcome?

    /// Starts a program with one open descriptor as its standard input; nil where that is not possible.
    init?(_ program: String, _ arguments: [String], input: Int32) {
        var actions = posix_spawn_file_actions_t()
        guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        // What a process prints when it crashes is not for the user.
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // No backtraces of crashes, and no threads of OpenBLAS.
        var variables = ["SWIFT_BACKTRACE=enable=no", "OPENBLAS_NUM_THREADS=1"]
        if let value = getenv("LD_LIBRARY_PATH") { variables.append("LD_LIBRARY_PATH=\(String(cString: value))") }
        var argumentPointers = arguments.map { strdup($0) } + [nil]
        var environment = variables.map { strdup($0) } + [nil]
        defer { for pointer in argumentPointers + environment { free(pointer) } }
        var process: pid_t = 0
        guard posix_spawn(&process, program, &actions, nil, &argumentPointers, &environment) == 0 else { return nil }
        id = process
    }

    deinit { end() }

    /// How the process ended, given a second to do so; nil while it runs.
    func outcome() -> Outcome? {
        for _ in 0..<100 where known == nil {
            if !collect(WNOHANG) { usleep(10_000) }
        }
        return known
    }

    /// Ends the process if it still runs.
    func end() {
        guard known == nil else { return }
        kill(id, SIGKILL)
        _ = collect(0)
    }

    private func collect(_ options: Int32) -> Bool {
        var status: Int32 = 0
        var result: pid_t
        repeat { result = waitpid(id, &status, options) } while result < 0 && errno == EINTR
        guard result != 0 else { return false }
        known = status & 0x7f == 0 ? .status((status >> 8) & 0xff) : .signal(status & 0x7f)
        return true
    }
}
