/// Which file is for which of several inputs.
public enum InputAssignment {
    /// Why arguments and inputs do not go together.
    public struct Problem: Error {
        public let message: String
    }

    /// - Parameters:
    ///   - arguments: in the order of the command line: `NAME=FILE` is for the input of that name; others are for the next
    ///     input that no argument names.
    ///   - names: the inputs.
    /// - Returns: For each input the path of its file, nil where no argument is for it.
    public static func assign(_ arguments: [[UInt8]], to names: [[UInt8]]) throws(Problem) -> [[UInt8]?] {
        var assigned = [[UInt8]?](repeating: nil, count: names.count)
        var unnamed: [[UInt8]] = []
        for argument in arguments {
            guard let input = named(argument, names) else {
                unnamed.append(argument)
                continue
            }
            guard assigned[input] == nil else { throw Problem(message: "--input \(text(argument)): this input is given twice") }
            assigned[input] = Array(argument[(names[input].count + 1)...])
        }
        for path in unnamed {
            guard let free = assigned.indices.first(where: { assigned[$0] == nil }) else {
                throw Problem(message: "--input \(text(path)): there are only the inputs \(list(names))")
            }
            assigned[free] = path
        }
        return assigned
    }

    /// The input whose name and `=` an argument begins with.
    public static func named(_ argument: [UInt8], _ names: [[UInt8]]) -> Int? {
        names.firstIndex { name in
            argument.count > name.count && argument[name.count] == UInt8(ascii: "=") && argument.starts(with: name)
        }
    }

    /// What is said of a file that cannot be opened, where its path reads as `NAME=FILE` and no input is called so; nil elsewhere.
    public static func unknownName(in path: [UInt8], _ names: [[UInt8]]) -> String? {
        guard let equals = path.firstIndex(of: UInt8(ascii: "=")), equals > 0 else { return nil }
        return "--input \(text(path)): there is no input '\(text(Array(path[..<equals])))', the inputs are \(list(names)), nor such a file"
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func list(_ names: [[UInt8]]) -> String {
        var list = ""
        for name in names { list += list.utf8.isEmpty ? "'\(text(name))'" : ", '\(text(name))'" }
        return list
    }
}
