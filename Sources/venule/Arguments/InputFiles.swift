/// The `.npy` files that `--input [NAME=]FILE` gives, each for one of a plan's inputs.
enum InputFiles {
    /// - Parameters:
    ///   - arguments: in the order of the command line.
    ///   - names: the plan's inputs. An argument that begins with one of them and `=` is for it; others are for the next
    ///     input that no argument names.
    /// - Returns: the paths in the order of `names`.
    static func assign(_ arguments: [String], to names: [String], of plan: String) throws -> [String] {
        try zip(names, assignSome(arguments, to: names, of: plan)).map { name, path in
            guard let path else { throw CommandFailure(.usage, "\(plan): no --input is given for input '\(name)'") }
            return path
        }
    }

    /// The same where an input may go without a file.
    static func assignSome(_ arguments: [String], to names: [String], of plan: String) throws -> [String?] {
        var paths: [String: String] = [:]
        var unnamed: [String] = []
        for argument in arguments {
            guard let name = names.first(where: { argument.hasPrefix($0 + "=") }) else {
                unnamed.append(argument)
                continue
            }
            guard paths[name] == nil else { throw CommandFailure(.usage, "--input \(name): given twice") }
            paths[name] = String(argument.dropFirst(name.count + 1))
        }
        for name in names where paths[name] == nil && !unnamed.isEmpty { paths[name] = unnamed.removeFirst() }
        if let extra = unnamed.first {
            throw CommandFailure(.usage, "--input \(extra): \(plan) has only the inputs \(Format.names(names))")
        }
        return names.map { paths[$0] }
    }
}
