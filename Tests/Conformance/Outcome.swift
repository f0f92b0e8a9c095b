import GraphIR
import Importer
import Optimizer

/// What became of a case.
struct Outcome: Hashable {
    /// As Tests/Conformance/cases.txt has it, in one line.
    var text: String
    /// What was said or what differs, in one line.
    var detail = ""

    static let passes = Outcome(text: "passes")
    /// Not ONNX's result but the one that is listed in its place.
    static let other = Outcome(text: "other")
    static func wrong(_ detail: String) -> Outcome { Outcome(text: "wrong", detail: detail) }
    /// A sound model is said to be damaged.
    static func damaged(_ detail: String) -> Outcome { Outcome(text: "damaged", detail: detail) }
    static func crashed(_ detail: String) -> Outcome { Outcome(text: "crashed", detail: detail) }

    init(text: String, detail: String = "") {
        self.text = text
        self.detail = detail.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }.joined(separator: "; ")
            .replacing("\t", with: " ")
    }

    /// Whether the outcome may be expected: no case is to end otherwise.
    var isAcceptable: Bool { self == .passes || self == .other || text.hasPrefix("refused ") }

    /// Imports and evaluates the case, then compiles it and runs the plan.
    init(of name: String, in folder: String) {
        do {
            let test = try Case(folder: folder, name: name)
            let loaded = try LoadedCase(test)
            try attempt("reference") { try loaded.checkReference() }
            try attempt("plan") { try loaded.checkPlan() }
            self = test.others.isEmpty ? .passes : .other
        } catch let failure as ImportFailure {
            self.init(failure)
        } catch let failure as CompileError {
            self.init(failure)
        } catch {
            self = .wrong("\(error)")
        }
    }
}

/// Says of which way a failure is.
private func attempt(_ way: String, _ body: () throws -> Void) throws {
    do {
        try body()
    } catch let failure as CompileError {
        throw failure
    } catch {
        throw CaseFailure("\(way): \(error)")
    }
}

// MARK: Refusals
extension Outcome {
    private init(_ failure: ImportFailure) {
        let detail = failure.problems.isEmpty ? failure.summary : failure.problems.map(\.description).joined(separator: "\n")
        switch failure.kind {
        case .corrupt: self = .damaged(detail)
        case .unreadable, .arguments: self = .wrong(detail)
        case .unsupported: self.init(text: "refused " + Self.reasons(failure.problems), detail: detail)
        }
    }

    private init(_ failure: CompileError) {
        switch failure {
        case .unsupported(let parts): self.init(text: "refused plan " + Self.list(parts.map(\.kind)), detail: "\(failure)")
        case .exceedsBounds: self.init(text: "refused plan bounds", detail: "\(failure)")
        case .invalid, .doesNotFit: self = .wrong("plan: \(failure)")
        }
    }

    /// The classes of what a model is refused for, each with its names: `operator Det,STFT; type string`.
    private static func reasons(_ problems: [ImportProblem]) -> String {
        let classes: [(ImportProblem.Aspect, String, (ImportProblem) -> String)] = [
            (.version, "version", { $0.found }),
            (.operator, "operator", { $0.className ?? "" }),
            (.elementType, "type", { $0.found }),
            (.attribute, "attribute", { "\($0.className ?? "graph").\($0.attribute ?? "")" }),
            (.form, "form", { $0.className ?? "graph" }),
        ]
        return classes.compactMap { aspect, word, name in
            let names = problems.filter { $0.aspect == aspect }.map(name)
            return names.isEmpty ? nil : "\(word) \(list(names))"
        }.joined(separator: "; ")
    }

    /// A comma separates names, so that the domain of one is said without.
    private static func list(_ names: [String]) -> String {
        Set(names.map { $0.replacing(", domain ", with: " of ") }).sorted().joined(separator: ",")
    }
}
