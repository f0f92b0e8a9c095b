import FoundationEssentials
import GraphIR
import Optimizer
import Pages
import PlanFormat
import Runtime

/// What the page of `inspect --html` shows: the reports, the drawings of the graph, and the schedule as a picture.
struct InspectionPage: Encodable {
    /// A drawing of the graph.
    struct View: Encodable {
        struct Node: Encodable {
            var title: String
            var name: String
            var label: String?
            var shape: String
            var kind: String
            var group: Int?
            /// Of a graph.
            var operation: FunctionReport.Operation?
            /// Of a plan the index of its operation.
            var planned: Int?
        }

        /// `read`, `optimised` or `plan`.
        var id: String
        var title: String
        var about: String
        var nodes: [Node]
        /// From, to, and which of the results of the first, of each.
        var edges: [[Int]]
        var groups: [String]
        var picture: DiagramPicture
        /// Operations that are not drawn.
        var omitted: Int
    }

    var file: String
    var version = RuntimeVersion.text
    /// What a reader should know before anything else.
    var notices: [String] = []
    var model: ModelReport?
    var plan: PlanReport?
    var views: [View] = []
    var schedule: SchedulePicture?
    var measured: MeasuredTimes?

    init(file: String) { self.file = file }

    /// The page in one file. Everything in it is bounded: drawings by ``OperationDiagram/mostNodes``, texts by
    /// `Page.longestText`, and the rest by what a plan may hold.
    func html() throws -> String {
        var data = self
        // The drawings have the operations.
        data.model?.functions = []
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let json = String(decoding: try encoder.encode(data), as: UTF8.self)
        return Page.inspection(title: "\(file.split(separator: "/").last ?? "") – venule inspect", json: json).html
    }
}

extension InspectionPage.View {
    init(_ id: String, _ title: String, about: String, _ drawn: OperationDiagram) {
        self.id = id
        self.title = title
        self.about = about
        nodes = zip(drawn.diagram.nodes, drawn.subjects).map { node, subject in
            var result = Node(
                title: node.title, name: node.name, label: node.label, shape: node.shape, kind: node.kind, group: node.group)
            switch subject {
            case .entry: break
            case .operation(let operation): result.operation = operation
            case .planned(let index): result.planned = index
            }
            return result
        }
        edges = drawn.diagram.edges.map { [$0.from, $0.to, $0.result] }
        groups = drawn.diagram.groups.map(\.title)
        picture = DiagramPicture(drawn.diagram)
        omitted = drawn.omittedCount
    }
}

/// The schedule of a plan as a picture: for each operation how many rows it makes in each *column*, which is one step or several.
struct SchedulePicture: Encodable {
    var columns: Int
    var stepsPerColumn: Int
    /// For each operation: columns in which it makes rows, each as how many columns it lies behind the one before, and its rows.
    var rows: [[Int]]

    private static let mostColumns = 640
    /// Of columns in which an operation makes rows, in all operations together.
    private static let mostCells = 120_000

    init(_ plan: Plan) {
        var limit = Self.mostColumns
        repeat {
            stepsPerColumn = max(1, (plan.schedule.count + limit - 1) / limit)
            columns = (plan.schedule.count + stepsPerColumn - 1) / stepsPerColumn
            rows = Self.rows(of: plan, stepsPerColumn)
            limit /= 2
        } while rows.reduce(0, { $0 + $1.count / 2 }) > Self.mostCells && limit > 40
    }

    private static func rows(of plan: Plan, _ stepsPerColumn: Int) -> [[Int]] {
        var rows = [[Int]](repeating: [], count: plan.operations.count)
        var last = [Int](repeating: 0, count: plan.operations.count)
        for (index, step) in plan.schedule.enumerated() {
            let operation = step.operation.index
            let column = index / stepsPerColumn
            if rows[operation].isEmpty || column > last[operation] {
                rows[operation] += [column - last[operation], step.rowCount]
                last[operation] = column
            } else {
                rows[operation][rows[operation].count - 1] += step.rowCount
            }
        }
        return rows
    }
}

// MARK: What is in a page
extension InspectionPage {
    /// A model's page: its graph as it was read and, where the sides of its inputs are known, behind the passes, and the plan that
    /// `compile` makes of it without options. What cannot be made is told in ``notices``.
    ///
    /// - Parameter times: a file for ``MeasuredTimes``.
    init(_ model: LoadedModel, _ report: ModelReport, measuredBy times: String?) throws {
        self.init(file: model.path)
        self.model = report
        addRead(model)
        if let open = model.inputs.first(where: { $0.type.staticShape == nil }) {
            guard times == nil else {
                throw CommandFailure(.usage, "\(file): --bench needs the sides of the inputs: input '\(open.name)' is \(open.type)")
            }
            note(
                "Input '\(open.name)' is \(open.type): with its sides (--input-shape) this page has the graph behind the passes, and the plan"
            )
            return
        }
        let groups = CallGroups(of: model.graph)
        let outputs = model.standardOutputs
        var compiled = model
        let leftOut = try compiled.select(outputs)
        if !leftOut.isEmpty { note("Behind the passes, and in the plan, outputs are left out as `compile` does: \(Format.names(leftOut))") }
        do {
            let (graph, options) = try addOptimised(&compiled, groups: groups, outputs: outputs)
            let plan: Plan
            do throws(CompileError) {
                plan = try Compiler.compile(graph, options: options).plan
            } catch {
                throw CommandFailure(error, place: model.path)
            }
            try add(plan, PlanReport(plan, file: model.path, fileBytes: nil), groups: groups, measuredBy: times)
        } catch let failure as CommandFailure where times == nil && failure.status != .usage {
            note("There is no plan: \(failure.lines.joined(separator: " "))")
        }
    }

    /// A plan's page.
    ///
    /// - Parameter model: what the plan was made of, for its size and with its outputs; nil where that is not known.
    init(_ plan: Plan, _ report: PlanReport, madeOf model: LoadedModel?, measuredBy times: String?) throws {
        self.init(file: report.file)
        var groups = CallGroups(named: plan)
        if var model {
            groups = CallGroups(of: model.graph)
            addRead(model)
            _ = try addOptimised(&model, groups: groups, outputs: .all)
        }
        try add(plan, report, groups: groups, measuredBy: times)
    }

    private mutating func addRead(_ model: LoadedModel) {
        views.append(
            View(
                "read", "As read", about: "The graph as the file says it, nothing optimised. Frames are functions that the model calls.",
                OperationDiagram(model.graph, mostNodes: OperationDiagram.mostNodes)))
    }

    private mutating func addOptimised(
        _ model: inout LoadedModel, groups: CallGroups, outputs: OutputSelection
    ) throws -> (Graph, CompileOptions) {
        var record = Compilation.Record()
        let (graph, options) = try Compilation().optimised(&model, outputs: outputs, record: &record)
        views.append(
            View(
                "optimised", "After the passes",
                about:
                    "The graph behind the optimisation passes: what has been fused is in one box. Frames are what the calls have become.",
                OperationDiagram(graph, groups: groups, mostNodes: OperationDiagram.mostNodes)))
        return (graph, options)
    }

    /// Adds a plan: its drawing, its schedule, its rings.
    private mutating func add(_ plan: Plan, _ report: PlanReport, groups: CallGroups, measuredBy times: String?) throws {
        self.plan = report
        views.append(
            View(
                "plan", "Plan", about: "The operations that a run executes, with the algorithms that were chosen.",
                OperationDiagram(plan, groups: groups, mostNodes: OperationDiagram.mostNodes)))
        schedule = SchedulePicture(plan)
        if let times { measured = try MeasuredTimes(contentsOf: times, for: plan) }
    }

    private mutating func note(_ text: String) { notices.append(text) }
}
