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
    var outputDirectory: CArgument?
    var threads: Int?
    var repeats = 1
    var runs = 10
    var perOperation = false

    static let usage = """
        venule-run runs a plan that `venule compile` made.

        USAGE
          venule-run run PLAN --input [NAME=]x.npy ... --output-dir DIR [--threads N] [--repeat N]
          venule-run describe PLAN
          venule-run bench PLAN [--input [NAME=]x.npy ...] [--runs N] [--threads N] [--per-operation]
          venule-run doctor PLAN [--threads N]
          venule-run install PLAN DEST [--threads N]
          venule-run --help | --version

        COMMANDS
          run       Writes one .npy per output into DIR, named after the output.
          describe  Prints inputs, outputs, kernels, memory and where the plan comes from.
          bench     Prints load time, run times, peak memory and a CRC-32C of each output. Inputs that are
                    not given are filled with numbers between 0 and 1 that are the same in every run.
          doctor    Prints what this machine has and whether the plan fits, compares all checksums and runs
                    the plan's self-test.
          install   Checks the plan like doctor, then replaces DEST by it: killed at any moment DEST is the
                    old file or the new one. The old one stays as DEST.previous.

        OPTIONS
          --input [NAME=]FILE  A .npy in C order, of the input's type. Without NAME: the next input.
          --output-dir DIR     Created if it does not exist.
          --threads N          Default: the processors that this process may use.
          --repeat N           Run N times; the outputs are those of the last. Default 1.
          --runs N             Measured runs, after one that is not. Default 10.
          --per-operation      Also print the time that each operation takes.

        ENVIRONMENT
          VENULE_ISA           portable, avx2, avx512, neon or rvv instead of the best of this CPU.

        EXIT STATUS
          0 ok, 1 usage, 2 unsupported plan, 3 corrupt file, 4 does not fit, 5 self-test failed

        EXAMPLE
          venule-run run iternet.plan --input photograph.npy --output-dir out --threads 2

        """
}

/// An argument as the system passes it, compared by its bytes.
struct CArgument {
    let start: UnsafePointer<CChar>

    var text: String { String(cString: start) }

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

    /// What follows "NAME=", if the argument begins with that.
    func value(after name: [UInt8]) -> CArgument? {
        for (index, byte) in name.enumerated() where UInt8(bitPattern: start[index]) != byte || byte == 0 { return nil }
        guard UInt8(bitPattern: start[name.count]) == UInt8(ascii: "=") else { return nil }
        return CArgument(start: start + name.count + 1)
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

    mutating func value(of option: CArgument) throws(CommandFailure) -> CArgument {
        guard let value = next() else { throw CommandFailure(.usage, "\(option.text): a value is missing") }
        return value
    }

    mutating func number(of option: CArgument) throws(CommandFailure) -> Int {
        let value = try value(of: option)
        guard let number = value.number, number >= 1 else {
            throw CommandFailure(.usage, "\(option.text): '\(value.text)' is no number from 1 on")
        }
        return number
    }
}

extension Arguments {
    init(_ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>, count: Int) throws(CommandFailure) {
        var list = ArgumentList(arguments: arguments, count: count)
        guard let command = list.next() else { throw CommandFailure(.usage, "a command is missing: run, describe, bench, doctor or install") }
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
            throw CommandFailure(.usage, "'\(command.text)' is no command: expected run, describe, bench, doctor or install")
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
                throw CommandFailure(.usage, "'\(argument.text)': only one plan is expected")
            }
        }
        guard plan != nil else { throw CommandFailure(.usage, "a plan is missing") }
        if self.command == .install, destination == nil { throw CommandFailure(.usage, "a destination is missing") }
        if self.command == .run, outputDirectory == nil { throw CommandFailure(.usage, "--output-dir is missing") }
    }

    private mutating func take(_ option: CArgument, _ list: inout ArgumentList) throws(CommandFailure) {
        let runs = command == .run
        let benches = command == .bench
        if option == "--input", runs || benches {
            inputs.append(try list.value(of: option))
        } else if option == "--threads", command != .describe {
            threads = try list.number(of: option)
        } else if option == "--output-dir", runs {
            outputDirectory = try list.value(of: option)
        } else if option == "--repeat", runs {
            repeats = try list.number(of: option)
        } else if option == "--runs", benches {
            self.runs = try list.number(of: option)
        } else if option == "--per-operation", benches {
            perOperation = true
        } else {
            throw CommandFailure(.usage, "'\(option.text)' is no option of this command; see venule-run --help")
        }
    }
}
