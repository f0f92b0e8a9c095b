import ArgumentParser

/// `1x592x592x3`, or `image=1x592x592x3` where a model has several inputs.
struct InputShape: ExpressibleByArgument {
    let name: String?
    let sides: [Int]

    init?(argument: String) {
        var text = Substring(argument)
        if let equals = text.lastIndex(of: "=") {
            guard equals > text.startIndex else { return nil }
            name = String(text[..<equals])
            text = text[text.index(after: equals)...]
        } else {
            name = nil
        }
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        sides = parts.compactMap { part in
            part.allSatisfy { $0.isASCII && $0.isNumber } ? Int(part) : nil
        }
        guard sides.count == parts.count, sides.allSatisfy({ $0 > 0 }) else { return nil }
    }
}

/// Which of a model's outputs a plan computes.
enum OutputSelection: ExpressibleByArgument, Equatable {
    /// The last one, which is the best of outputs that refine one another.
    case final
    case all
    case named([String])

    init?(argument: String) {
        switch argument {
        case "final": self = .final
        case "all": self = .all
        default:
            let names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard !names.contains("") else { return nil }
            self = .named(names)
        }
    }

    var text: String {
        switch self {
        case .final: "final"
        case .all: "all"
        case .named(let names): names.joined(separator: ",")
        }
    }
}
