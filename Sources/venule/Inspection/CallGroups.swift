import GraphIR
import Pages
import PlanFormat

/// Calls that were inlined, by their names: the operations of a call are named `CALL.OPERATION` then.
struct CallGroups {
    /// In names of a stranger's plan, groups inside of groups.
    private static let deepestNames = 8

    private let titles: [String: String]
    private var indices: [String: Int] = [:]

    /// - Parameter calls: their names, with those of the calls around them in front, and the functions that they call.
    init(_ calls: [(name: String, function: String)]) {
        titles = Dictionary(
            calls.map { ($0.name, $0.name == $0.function ? $0.name : "\($0.name): \($0.function)") },
            uniquingKeysWith: { first, _ in first })
    }

    /// The calls of a graph that its main function leads to, one inside of the other.
    init(of graph: Graph) {
        let functions = graph.functionsByName()
        var calls: [(name: String, function: String)] = []
        var open = [(prefix: "", function: graph.mainName, depth: 0)]
        while let (prefix, name, depth) = open.popLast() {
            for node in functions[name]?.nodes ?? [] {
                guard case .call(let call) = node.operation, depth < Limits.callDepth, calls.count < OperationDiagram.mostNodes else {
                    continue
                }
                calls.append((prefix + node.name, call.function))
                open.append((prefix + node.name + ".", call.function, depth + 1))
            }
        }
        self.init(calls)
    }

    /// What the names of a plan's operations tell of calls: what several of them have in front of a dot. Numbers behind a dot are
    /// parts of a name of its own.
    init(named plan: Plan) {
        var counts: [String: Int] = [:]
        let names = plan.operations.map { String(decoding: $0.name, as: UTF8.self) }
        for name in names {
            for dot in Self.dots(in: name).prefix(Self.deepestNames) {
                let rest = name[dot...].dropFirst()
                if dot > name.startIndex, let first = rest.first, !first.isNumber { counts[String(name[..<dot]), default: 0] += 1 }
            }
        }
        self.init(counts.filter { $0.value > 1 && $0.value < names.count }.keys.sorted().map { ($0, $0) })
    }

    /// As many as calls may be nested, since names can be of any length.
    private static func dots(in name: String) -> [String.Index] {
        var dots: [String.Index] = []
        for index in name.indices where name[index] == "." {
            dots.append(index)
            if dots.count == Limits.callDepth { break }
        }
        return dots
    }

    /// The group of the innermost call that a name begins with, made where it is the first, and the rest of the name.
    mutating func group(of name: String, in diagram: inout OperationDiagram) -> (group: Int, rest: String)? {
        guard !titles.isEmpty else { return nil }
        var found: (group: Int, rest: String)?
        for dot in Self.dots(in: name) {
            let prefix = String(name[..<dot])
            guard let title = titles[prefix] else { continue }
            let rest = String(name[dot...].dropFirst())
            if let known = indices[prefix] {
                found = (known, rest)
            } else {
                let group = diagram.addGroup(Diagram.Group(title: title, parent: found?.group))
                found = (group, rest)
                indices[prefix] = group
            }
        }
        return found
    }
}
