import PlanFormat

/// What the command line asks for.
struct Arguments {
    enum Command {
        case run, describe, bench, doctor, install, help, version
    }
    var command = Command.help
    var plan: CArgument?
    /// Where `install` puts it.
    var destination: CArgument?
    var inputs: [CArgument] = []
    var output: CArgument?
    var outputDirectory: CArgument?
    /// Outputs that are made; nil for all.
    var until: Int?
    var deadlineMilliseconds: Int?
    var threshold: Float?
    var isMapped = true
    var threads: Int?
    var repeats = 1
    var runs = 10
    var perOperation = false
    var style = CommandReport.Style.text
    var isVerbose = false

    static let usage: StaticString = """
        venule-run runs a plan that `venule compile` made.

        USAGE
          venule-run run PLAN --input [NAME=]FILE ... (--output FILE | --output-dir DIR) [--until N]
                     [--deadline-ms T] [--threshold P] [--threads N] [--no-mmap] [--repeat N]
          venule-run describe PLAN
          venule-run bench PLAN [--input [NAME=]FILE ...] [--runs N] [--until N] [--threads N] [--no-mmap]
                     [--per-operation]
          venule-run doctor PLAN [--threads N] [--no-mmap]
          venule-run install PLAN DEST [--threads N]
          venule-run --help | --version
        and with all of them [--json | --quiet] [--verbose]

        COMMANDS
          run       Reads rows of the inputs as it comes to them and writes rows of the outputs as they are
                    finished, so that neither is ever held whole.
          describe  Prints inputs, outputs, kernels, memory and where the plan comes from.
          bench     Prints load time, run times, peak memory and a CRC-32C of each output. Inputs that are
                    not given are filled with numbers that are the same in every run.
          doctor    Prints what this machine has and whether the plan fits, compares all checksums and runs
                    the plan's self-test.
          install   Checks the plan like doctor, then replaces DEST by it: killed at any moment DEST is the
                    old file or the new one. The old one stays as DEST.previous.

        OPTIONS
          --input [NAME=]FILE  A .npy of the input's type, or of float64 for float32; or a binary PPM or PGM of an
                               image's size, whose samples become 0 to 1. Without NAME: the next input.
          --output FILE        The last output: a .npy, or a .pgm of 255 times the value.
          --output-dir DIR     All outputs, a .npy each, named after them. Created if it does not exist.
          --until N            Only the first N outputs, and nothing that only later ones need; N is the last.
          --deadline-ms T      From then on only the first output is worked on; the last one that is finished
                               counts.
          --threshold P        Masks instead of values: 1 (in a .pgm 255) where the value is at least P, else 0.
          --no-mmap            Reads the plan into memory instead of mapping it.
          --threads N          Default: the processors that this process may use.
          --repeat N           Run N times; the outputs are those of the last. Default 1.
          --runs N             Measured runs, after one that is not. Default 10.
          --per-operation      Also print the time that each operation takes.
          --json               Print what was found as one JSON object.
          -q, --quiet          Print warnings and errors only.
          -v, --verbose        Also print what is of interest only when something is looked into.

        ENVIRONMENT
          VENULE_ISA           portable, avx2, avx512, neon or rvv instead of the best of this CPU.

        EXIT STATUS
          0 ok, 1 usage, 2 unsupported file, 3 corrupt file, 4 does not fit, 5 self-test failed

        EXAMPLE
          venule-run run iternet.plan --input photograph.ppm --output vessels.pgm --threads 2

        """
}

/// An argument as the system passes it, compared by its bytes.
struct CArgument {
    let start: UnsafePointer<CChar>

    var text: String { String(cString: start) }

    /// Without the zero at the end.
    var bytes: [UInt8] {
        var count = 0
        while start[count] != 0 { count += 1 }
        return (0..<count).map { UInt8(bitPattern: start[$0]) }
    }

    static func == (argument: CArgument, text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        for index in 0..<count where UInt8(bitPattern: argument.start[index]) != text.utf8Start[index] { return false }
        return argument.start[count] == 0
    }

    var isOption: Bool { UInt8(bitPattern: start[0]) == UInt8(ascii: "-") && start[1] != 0 }

    /// The value of a whole decimal number of at most nine digits.
    var number: Int? {
        var value = 0
        var count = 0
        while start[count] != 0 {
            let byte = UInt8(bitPattern: start[count])
            guard byte >= 48, byte <= 57, count < 9 else { return nil }
            value = value * 10 + Int(byte - 48)
            count += 1
        }
        return count > 0 ? value : nil
    }

    /// The value of a decimal fraction without a sign, of at most 15 digits.
    var fraction: Float? {
        var digits = 0
        var value: Double = 0
        var scale: Double = 0
        var position = 0
        while start[position] != 0 {
            let byte = UInt8(bitPattern: start[position])
            if byte == UInt8(ascii: "."), scale == 0 {
                scale = 1
            } else {
                guard byte >= 48, byte <= 57, digits < 15 else { return nil }
                value = value * 10 + Double(byte - 48)
                scale *= 10
                digits += 1
            }
            position += 1
        }
        return digits > 0 ? Float(value / max(scale, 1)) : nil
    }
}

/// Takes arguments one after the other.
private struct ArgumentList {
    let arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>
    let count: Int
    var position = 1

    mutating func next() -> CArgument? {
        guard position < count, let start = arguments[position] else { return nil }
        position += 1
        return CArgument(start: UnsafePointer(start))
    }

    mutating func value(of option: CArgument) throws(DeviceFailure) -> CArgument {
        guard let value = next() else { throw DeviceFailure(.usage, "\(option.text): a value is missing") }
        return value
    }

    mutating func number(of option: CArgument) throws(DeviceFailure) -> Int {
        let value = try value(of: option)
        guard let number = value.number, number >= 1 else {
            throw DeviceFailure(.usage, "\(option.text): '\(value.text)' is no number from 1 on")
        }
        return number
    }
}

extension Arguments {
    init(_ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>, count: Int) throws(DeviceFailure) {
        var list = ArgumentList(arguments: arguments, count: count)
        guard let command = list.next() else {
            throw DeviceFailure(.usage, "a command is missing: run, describe, bench, doctor or install")
        }
        if command == "run" {
            self.command = .run
        } else if command == "describe" {
            self.command = .describe
        } else if command == "bench" {
            self.command = .bench
        } else if command == "doctor" {
            self.command = .doctor
        } else if command == "install" {
            self.command = .install
        } else if command == "--help" || command == "-h" || command == "help" {
            return
        } else if command == "--version" {
            self.command = .version
            return
        } else {
            throw DeviceFailure(.usage, "'\(command.text)' is no command: expected run, describe, bench, doctor or install")
        }
        while let argument = list.next() {
            if argument == "--help" || argument == "-h" {
                self.command = .help
                return
            }
            if argument.isOption {
                try take(argument, &list)
            } else if plan == nil {
                plan = argument
            } else if self.command == .install, destination == nil {
                destination = argument
            } else {
                throw DeviceFailure(.usage, "'\(argument.text)': only one plan is expected")
            }
        }
        guard plan != nil else { throw DeviceFailure(.usage, "a plan is missing") }
        if self.command == .install, destination == nil { throw DeviceFailure(.usage, "a destination is missing") }
        guard self.command == .run else { return }
        if output == nil, outputDirectory == nil { throw DeviceFailure(.usage, "--output or --output-dir is missing") }
        if output != nil, outputDirectory != nil { throw DeviceFailure(.usage, "--output and --output-dir are given, one is expected") }
    }

    /// Whether the option says how to report.
    private mutating func takeStyle(_ option: CArgument) throws(DeviceFailure) -> Bool {
        if option == "--json" {
            guard style != .quiet else { throw Self.contradiction }
            style = .json
        } else if option == "-q" || option == "--quiet" {
            guard style != .json, !isVerbose else { throw Self.contradiction }
            style = .quiet
        } else if option == "-v" || option == "--verbose" {
            guard style != .quiet else { throw Self.contradiction }
            isVerbose = true
        } else {
            return false
        }
        return true
    }

    private static var contradiction: DeviceFailure {
        DeviceFailure(.usage, "--quiet goes with neither --json nor --verbose")
    }

    private mutating func take(_ option: CArgument, _ list: inout ArgumentList) throws(DeviceFailure) {
        let runs = command == .run
        let benches = command == .bench
        if try takeStyle(option) { return }
        if option == "--input", runs || benches {
            inputs.append(try list.value(of: option))
        } else if option == "--threads", command != .describe {
            threads = try list.number(of: option)
        } else if option == "--until", runs || benches {
            until = try list.number(of: option)
        } else if option == "--no-mmap" {
            isMapped = false
        } else if option == "--output", runs {
            output = try list.value(of: option)
        } else if option == "--deadline-ms", runs {
            deadlineMilliseconds = try list.number(of: option)
        } else if option == "--threshold", runs {
            let value = try list.value(of: option)
            guard let fraction = value.fraction else {
                throw DeviceFailure(.usage, "\(option.text): '\(value.text)' is no number such as 0.5")
            }
            threshold = fraction
        } else if option == "--output-dir", runs {
            outputDirectory = try list.value(of: option)
        } else if option == "--repeat", runs {
            repeats = try list.number(of: option)
        } else if option == "--runs", benches {
            self.runs = try list.number(of: option)
        } else if option == "--per-operation", benches {
            perOperation = true
        } else {
            throw DeviceFailure(.usage, "'\(option.text)' is no option of this command; see venule-run --help")
        }
    }
}
