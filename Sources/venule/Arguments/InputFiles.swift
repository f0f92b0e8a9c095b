import Files
import PlanFormat

/// The files that `--input [NAME=]FILE` gives, each for one of a plan's inputs.
enum InputFiles {
    /// - Parameter arguments: in the order of the command line. One that begins with an input's name and `=` is for that; others
    ///   are for the next input that no argument names. Of an archive (`.npz`) without a member's name, each array that is called
    ///   like an input is for it.
    /// - Returns: the open files in the order of the plan's inputs, nil where no argument is for an input.
    static func open(_ arguments: [String], for plan: Plan) throws -> [FileReader?] {
        try open(arguments, named: plan.inputs.map(\.text))
    }

    /// The same for inputs that have these names.
    static func open(_ arguments: [String], named names: [String]) throws -> [FileReader?] {
        let known = names.map { Array($0.utf8) }
        return try zip(names, assign(arguments, to: known)).map { name, text in
            try text.map { text in
                do {
                    return try ArrayArgument(text).open(for: name)
                } catch let error as FileError {
                    if let message = InputAssignment.unknownName(in: Array(text.utf8), known) { throw CommandFailure(.usage, message) }
                    throw error
                }
            }
        }
    }

    /// The paths of the files, for what must not be replaced.
    ///
    /// - Parameter inputs: the names of the inputs in their order.
    static func paths(_ arguments: [String], for inputs: [String]) throws -> [String] {
        try assign(arguments, to: inputs.map { Array($0.utf8) }).compactMap { $0.map { ArrayArgument($0).path } }
    }

    private static func assign(_ arguments: [String], to names: [[UInt8]]) throws -> [String?] {
        let expanded = try arguments.flatMap { try expand($0, names) }
        do throws(InputAssignment.Problem) {
            return try InputAssignment.assign(expanded.map { Array($0.utf8) }, to: names).map { path in
                path.map { String(decoding: $0, as: UTF8.self) }
            }
        } catch {
            throw CommandFailure(.usage, error.message)
        }
    }

    /// An argument for each of an archive's arrays that are called like an input; other arguments as they are.
    private static func expand(_ argument: String, _ names: [[UInt8]]) throws -> [String] {
        // What cannot be opened is told when it is.
        guard InputAssignment.named(Array(argument.utf8), names) == nil,
            let archive = (try? ArrayArgument(argument).wholeArchive) ?? nil
        else { return [argument] }
        let members = try archive.members
        let inputs = names.map { String(decoding: $0, as: UTF8.self) }
        let common = inputs.filter(members.contains)
        if !common.isEmpty { return common.map { "\($0)=\(argument):\($0)" } }
        guard members.count == 1 else {
            throw CommandFailure(
                .usage,
                "--input \(argument): \(ArrayArchive.listed(members)), the inputs are \(Format.names(inputs))"
                    + (members.isEmpty ? "" : "; give NAME=\(argument):ARRAY"))
        }
        return ["\(argument):\(members[0])"]
    }
}
